import KafkaClient
import KafkaProtocol
import NIOPosix
import RecordFormat
import Replication
import Synchronization
import Testing

@testable import Broker

@Suite struct ReplicaFetcherTests {
    /// A leader that answers when the test says so.
    private final class SlowLeader: BrokerTransport {
        private struct State {
            var requests: [FetchRequest] = []
            var answers: [@Sendable (FetchResponse) -> Void] = []
        }

        private let state = Mutex(State())
        let preservesOrder = true

        var requests: [FetchRequest] { state.withLock { $0.requests } }

        func answer(_ index: Int, _ response: FetchResponse) { state.withLock { $0.answers[index] }(response) }

        func send<Request: KafkaRequest>(
            _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane,
            completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void
        ) {
            guard let request = try? call.make(call.versions.upperBound) as? FetchRequest else { return }
            state.withLock { state in
                state.requests.append(request)
                state.answers.append { response in
                    if let response = response as? Request.Response { completion(.success(response)) }
                }
            }
        }

        func learn(_ brokers: [BrokerEndpoint]) {}
        func release(_ lane: ConnectionLane, _ error: KafkaClientError) {}
        func close() async {}
    }

    /// One that was wished for while a fetch was under way must not depend on the others in it: they may follow someone
    /// else by then.
    @Test func wishesOfMeanwhileAreSentThoughNobodyElseWantsMore() async throws {
        let server = try await TestBroker.start { store, pool, now in
            SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(1, of: 2, store) { _, _, completion in completion(.unknown) },
                seenThrough: { image in
                    var image = image
                    image.brokers = .test(1)
                    return image
                })
        }
        try await server.createTopic("t", partitions: 3)
        let leader = SlowLeader()
        let fetcher = ReplicaFetcher(
            leader: BrokerID(2), lane: .shared, transport: leader,
            limits: .init(wait: .seconds(1), minBytes: 1, maxBytes: 1000, partitionBytes: 1000),
            loop: MultiThreadedEventLoopGroup.singleton.next())
        func wish(_ index: Int32) throws {
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", index)))
            let fetch = ReplicaFetch(
                follower: BrokerID(1), brokerEpoch: BrokerEpoch(1), leaderEpoch: LeaderEpoch(0), offset: .zero,
                lastEpoch: .none)
            // No replica knows this token, so none of them wants anything more.
            fetcher.add(.init(partition: partition, token: FetchToken(900), fetch: fetch))
        }
        func asked() -> [[Int32]] { leader.requests.map { $0.topics.flatMap { $0.partitions.map(\.partition) } } }
        try wish(0)
        try wish(1)
        try wish(2)
        #expect(asked() == [[0]])
        leader.answer(0, FetchResponse())
        #expect(asked() == [[0], [1, 2]])
        leader.answer(1, FetchResponse())
        #expect(asked() == [[0], [1, 2]])
        try await server.broker.shutdown()
    }
}
