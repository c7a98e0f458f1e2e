import Coordination
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Testing

@testable import Broker

/// What no share-partition needs any more goes, and nothing else.
@Suite struct ShareStateLogTests {
    @Test func logStartMovesToTheOldestLastSnapshot() async throws {
        try await TestBroker.with(["share.coordinator.state.topic.num.partitions": "1"]) { server in
            let broker = server.broker
            try await broker.makeInternalTopic(InternalTopics.shareGroupState)
            let log = ShareStateLog(
                store: broker.store, registry: broker.partitions, loop: broker.shares.stateLog.loop,
                logger: Logger(label: "test"), pruneSpan: 20, now: { WallClock.now() })
            let partition = try #require(log.topic?.partitions.first)
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
            let found = try log.replay(partition, at: 0)
            #expect(found[key("cold")]?.startOffset == LogOffset(8) && found[key("busy")]?.startOffset == LogOffset(29))
        }
    }
}
