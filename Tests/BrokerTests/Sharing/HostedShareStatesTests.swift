import Coordination
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import ServerHarness
import StorageHarness
import Synchronization
import Testing

@testable import Broker

/// What no share-partition needs any more goes, and nothing else.
@Suite struct HostedShareStatesTests {
    @Test func logStartMovesToTheOldestLastSnapshot() async throws {
        try await TestBroker.with(["share.coordinator.state.topic.num.partitions": "1"]) { server in
            let broker = server.broker
            try await broker.makeInternalTopic(InternalTopics.shareGroupState)
            let partition = try #require(broker.shares.topic.topic?.copy(0))
            let log = HostedShareStates(partition, in: partition.leaderEpoch, site: broker.shares.site, pruneSpan: 20)
            func key(_ group: String) -> SharePartitionKey {
                SharePartitionKey(groupID: GroupID(group), topicID: TopicID(high: 1, low: 1), partition: 0)
            }
            func write(_ group: String, at start: Int64) async throws -> SharePartitionKey? {
                let snapshot = ShareSnapshot(
                    snapshotEpoch: 0, stateEpoch: 0, leaderEpoch: 0, startOffset: LogOffset(start))
                return await withCheckedContinuation { continuation in
                    log.append(.snapshot(key(group), snapshot), of: key(group)) { error, cold in
                        #expect(error == .none)
                        continuation.resume(returning: cold)
                    }
                }
            }
            #expect(try await write("cold", at: 7) == nil)
            var asked: [SharePartitionKey] = []
            for start in 0..<30 { if let cold = try await write("busy", at: Int64(start)) { asked.append(cold) } }
            // It is asked once, and holds up the start until it has answered.
            #expect(asked == [key("cold")] && partition.log.watermarks.logStartOffset == .zero)
            #expect(try await write("cold", at: 8) == nil)
            #expect(partition.log.watermarks.logStartOffset == LogOffset(30))
            let replayed = HostedShareStates(partition, in: partition.leaderEpoch, site: broker.shares.site)
            try replayed.load()
            for states in [log, replayed] {
                #expect(states.known(key("cold"))?.startOffset == LogOffset(8))
                #expect(states.known(key("busy"))?.startOffset == LogOffset(29))
            }
        }
    }

    @Test func snapshotOnItsWayIsNotLetGoOf() async throws {
        let disk = FaultyFileSystem()
        let server = try await TestBroker.start(
            ["share.coordinator.state.topic.num.partitions": "1"], fileSystem: disk)
        let broker = server.broker
        try await broker.makeInternalTopic(InternalTopics.shareGroupState)
        let partition = try #require(broker.shares.topic.topic?.copy(0))
        let log = HostedShareStates(partition, in: partition.leaderEpoch, site: broker.shares.site, pruneSpan: 2)
        let ended = Mutex(0)
        func write(_ group: String) {
            let key = SharePartitionKey(groupID: GroupID(group), topicID: TopicID(high: 1, low: 1), partition: 0)
            let snapshot = ShareSnapshot(snapshotEpoch: 0, stateEpoch: 0, leaderEpoch: 0, startOffset: .zero)
            log.append(.snapshot(key, snapshot), of: key) { error, _ in
                #expect(error == .none)
                ended.withLock { $0 += 1 }
            }
        }
        write("busy")
        try await wait(for: "the first snapshot") { ended.withLock { $0 } == 1 }
        let read = try partition.log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true)
        disk.holdSyncs(of: try #require(read.slice).file.descriptor)
        // All of them become durable in one sync, which tells the last of the busy one's before the new one's.
        write("new")
        for _ in 0..<5 { write("busy") }
        disk.releaseSyncs()
        try await wait(for: "the others") { ended.withLock { $0 } == 7 }
        #expect(partition.log.watermarks.logStartOffset <= LogOffset(1))
        write("busy")
        try await wait(for: "one more") { ended.withLock { $0 } == 8 }
        #expect(partition.log.watermarks.logStartOffset == LogOffset(1))
        let replayed = HostedShareStates(partition, in: partition.leaderEpoch, site: broker.shares.site)
        try replayed.load()
        #expect(replayed.keys.map(\.groupID.rawValue).sorted() == ["busy", "new"])
        try await broker.shutdown()
    }
}
