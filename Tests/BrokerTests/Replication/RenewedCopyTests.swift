import KafkaProtocol
import LogCore
import LogHarness
import Logging
import NIOPosix
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// A copy that a node gives up and gets again within one process: two copies of one name, of which the former still has
/// fetches under way.
@Suite struct RenewedCopyTests {
    /// What node 1 is told of topic "t", which node 2 leads.
    private final class Told: Sendable {
        private let id = TopicID.random()
        private let state = Mutex<PartitionState?>(nil)
        private let metadata = Mutex<SharedMetadata?>(nil)

        func use(_ metadata: SharedMetadata) { self.metadata.withLock { $0 = metadata } }

        func tell(_ state: PartitionState) {
            self.state.withLock { $0 = state }
            metadata.withLock { $0 }?.othersHaveChanged()
        }

        func image(over image: ClusterImage) -> ClusterImage {
            var image = image
            image.brokers = .test(2)
            if let state = state.withLock({ $0 }) {
                let settings = ["follower.replication.throttled.replicas": "*"]
                image.set(ClusterImage.Topic(name: "t", id: id, partitions: [state], configuration: settings))
            }
            return image
        }

        /// The answer of a leader that has one record.
        func answer(_ value: String, epoch: Int32) throws -> FetchResponse {
            var bytes = try TestRecords.batch([value]).array
            // The epoch in which the leader appended it, behind offset and length.
            bytes.replaceSubrange(12..<16, with: (0..<4).map { UInt8(truncatingIfNeeded: epoch >> (24 - 8 * $0)) })
            return FetchResponse(responses: [
                .init(
                    topicID: id,
                    partitions: [.init(partitionIndex: 0, highWatermark: 1, records: .bytes(ByteSlice(bytes)))])
            ])
        }
    }

    /// Node 1 with a copy that has a fetch under way to node 2 in epoch 5; `body` gives it up.
    private func withCopy(
        throttledTo rate: Int? = nil,
        _ body: (TestBroker, ReplicationThrottle, Told, SlowLeader, _ former: Partition) async throws -> Void
    ) async throws {
        let (told, leader, lines) = (Told(), SlowLeader(), LogLines())
        let server = try await TestBroker.start { store, pool, now in
            let metadata = SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(1, of: 2, store, logger: lines.logger) { _, _, completion in completion(.unknown) },
                seenThrough: { told.image(over: $0) })
            told.use(metadata)
            return metadata
        }
        let node = try #require(server.broker.metadata.replication)
        let configuration = try configuration(rate)
        let throttle = ReplicationThrottle(.follower, configuration)
        node.use(
            ReplicaFetchers(
                configuration, throttle: throttle, loops: MultiThreadedEventLoopGroup.singleton, transport: leader))
        do {
            told.tell(try .led(by: 2, in: 5, [1, 2]))
            try await wait(for: "a fetch") { leader.requests.count == 1 }
            try await body(server, throttle, told, leader, try server.copy)
            // Nobody has tried to put anything into the log that is gone.
            #expect(lines.messages(from: .error) == [])
            try await server.broker.shutdown()
        } catch {
            try? await server.broker.shutdown()
            throw error
        }
    }

    /// Has node 1 give up its copy, and get another one in epoch 7.
    private func renew(_ server: TestBroker, _ told: Told) async throws -> Partition {
        told.tell(try .led(by: 2, in: 6, [2], version: 1))
        let id = TopicPartition("t", 0)
        try await wait(for: "the copy to be given up") { server.broker.partitions.copy(id) == nil }
        told.tell(try .led(by: 2, in: 7, [1, 2], inSync: [2], version: 2))
        try await wait(for: "another copy") { server.broker.partitions.copy(id) != nil }
        return try server.copy
    }

    private func configuration(_ rate: Int?) throws -> BrokerConfiguration {
        try BrokerConfiguration(rate.map { ["follower.replication.throttled.rate": "\($0)"] } ?? [:])
    }

    private func epochs(_ leader: SlowLeader) -> [Int32] {
        leader.requests.map { $0.topics[0].partitions[0].currentLeaderEpoch }
    }

    private func values(_ copy: Partition) throws -> [String] {
        var values: [String] = []
        try copy.log.forEachBatch { batch in values += try batch.records().map { $0.value?.string ?? "" } }
        return values
    }

    @Test func answerToTheFormerCopyIsNothingToTheOther() async throws {
        try await withCopy { server, _, told, leader, former in
            let copy = try await renew(server, told)
            #expect(copy !== former && copy.topicID == former.topicID)
            try await wait(for: "its own fetch") { epochs(leader) == [5, 7] }
            // Both count their fetches from the beginning: this would do for an answer to the other one.
            leader.answer(0, try told.answer("former", epoch: 5))
            #expect(copy.log.watermarks.logEndOffset == .zero && copy.log.watermarks.highWatermark == .zero)
            leader.answer(1, try told.answer("own", epoch: 7))
            try await wait(for: "the next fetch") { epochs(leader) == [5, 7, 7] }
            #expect(leader.requests[2].topics[0].partitions[0].fetchOffset == 1)
            #expect(try values(copy) == ["own"] && copy.log.watermarks.highWatermark == LogOffset(1))
        }
    }

    @Test func wishOfTheFormerCopyDoesNotKeepTheOtherFromFetching() async throws {
        try await withCopy(throttledTo: 1) { server, throttle, told, leader, former in
            // The other one has to wait, and the former one's wish, which is on its way, takes its place.
            throttle.record(1_000_000)
            let copy = try await renew(server, told)
            let node = try #require(server.broker.metadata.replication)
            let fetch = ReplicaFetch(
                follower: BrokerID(1), brokerEpoch: BrokerEpoch(1), leaderEpoch: LeaderEpoch(5), offset: .zero,
                lastEpoch: .none, startOffset: .zero)
            node.fetch(.init(partition: former, token: FetchToken(1), fetch: fetch), BrokerID(2))
            try await wait(for: "the fetch of the former one") { epochs(leader) == [5, 5] }
            for index in 0..<2 { leader.answer(index, try told.answer("former", epoch: 5)) }
            #expect(copy.log.watermarks.logEndOffset == .zero)
            throttle.apply(try configuration(nil))
            try await wait(for: "its own fetch") { epochs(leader) == [5, 5, 7] }
            leader.answer(2, try told.answer("own", epoch: 7))
            try await wait(for: "the next fetch") { epochs(leader) == [5, 5, 7, 7] }
            #expect(try values(copy) == ["own"])
        }
    }
}
