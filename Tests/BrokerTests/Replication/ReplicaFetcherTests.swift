import KafkaClient
import KafkaProtocol
import NIOPosix
import RecordFormat
import Replication
import ServerHarness
import Testing

@testable import Broker

@Suite struct ReplicaFetcherTests {
    /// Runs `body` with a fetcher of node 1 and what wishes for a partition of topic "t".
    private func withFetcher(
        of leader: SlowLeader, throttledTo rate: Int? = nil,
        _ body: (ReplicationThrottle, _ wish: (_ index: Int32, _ isThrottled: Bool) throws -> Void) async throws -> Void
    ) async throws {
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
        let throttle = ReplicationThrottle(.follower, try configuration(rate))
        let fetcher = ReplicaFetcher(
            leader: BrokerID(2), lanes: [.dedicated(0), .dedicated(1)], transport: leader,
            limits: .init(
                wait: .seconds(1), timeout: .seconds(30), minBytes: 1, maxBytes: 1000, partitionBytes: 1000),
            throttle: throttle, loop: MultiThreadedEventLoopGroup.singleton.next())
        try await body(throttle) { index, isThrottled in
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", index)))
            let fetch = ReplicaFetch(
                follower: BrokerID(1), brokerEpoch: BrokerEpoch(1), leaderEpoch: LeaderEpoch(0), offset: .zero,
                lastEpoch: .none, startOffset: .zero)
            // No replica knows this token, so none of them wants anything more.
            fetcher.add(
                .init(partition: partition, token: FetchToken(900), fetch: fetch, isThrottled: isThrottled))
        }
        try await server.broker.shutdown()
    }

    private func configuration(_ rate: Int?) throws -> BrokerConfiguration {
        try BrokerConfiguration(rate.map { ["follower.replication.throttled.rate": "\($0)"] } ?? [:])
    }

    /// A fetch that waits at the leader holds nobody up that it does not ask for.
    @Test func newcomersDoNotWaitForAFetchUnderWay() async throws {
        let leader = SlowLeader()
        try await withFetcher(of: leader) { _, wish in
            try wish(0, false)
            #expect(leader.asked == [[0]])
            try wish(1, false)
            try wish(2, false)
            try await wait(for: "the newcomers to be asked for") { leader.asked.count > 1 }
            #expect(leader.asked.flatMap(\.self).sorted() == [0, 1, 2])
        }
    }

    /// One that was wished for while all lanes were under way must not depend on the others in them: they may follow
    /// someone else by then.
    @Test func wishesOfMeanwhileAreSentThoughNobodyElseWantsMore() async throws {
        let leader = SlowLeader()
        try await withFetcher(of: leader) { _, wish in
            try wish(0, false)
            try wish(1, false)
            try await wait(for: "both lanes to be under way") { leader.asked == [[0], [1]] }
            try wish(2, false)
            leader.answer(0, FetchResponse())
            // Not at once: the other fetch is short, and its partition may come along.
            try await wait(for: "the last one to be asked for") { leader.asked == [[0], [1], [2]] }
            leader.answer(1, FetchResponse())
            #expect(leader.asked == [[0], [1], [2]])
        }
    }

    @Test func throttledPartitionsWaitWhileTooMuchWasCopied() async throws {
        let leader = SlowLeader()
        try await withFetcher(of: leader, throttledTo: 1) { throttle, wish in
            throttle.record(1_000_000)
            try wish(0, true)
            #expect(leader.asked == [])
            try wish(1, false)
            #expect(leader.asked == [[1]])
            leader.answer(0, FetchResponse())
            #expect(leader.asked == [[1]])
            throttle.apply(try configuration(nil))
            try wish(2, true)
            #expect(leader.asked == [[1], [0, 2]])
        }
    }
}
