import LogCore
import RecordFormat
import Testing

@testable import Broker

/// What a start finds is all there; how long it took is printed and gates nothing.
@Suite(.serialized) struct StartTimeTests {
    private func time(_ body: () async throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    @Test func emptyDirectoryAndFiftyOffsetsPartitions() async throws {
        let settings = ["offsets.topic.num.partitions": "50"]
        let directory = try TestDirectory()
        for (what, count) in [("on an empty directory", 0), ("with no topics", 0), ("with 50 offsets partitions", 50)] {
            let start = ContinuousClock.now
            let server = try await TestBroker.start(settings, in: directory)
            let started = ContinuousClock.now - start
            let image = server.broker.metadata.image
            #expect(image.topics.values.flatMap(\.partitions).count == count, "\(what)")
            for number in 0..<Int32(count) {
                let partition = server.broker.partitions.copy(TopicPartition("__consumer_offsets", number))
                #expect(partition?.log.failure == nil && partition != nil, "\(what): partition \(number)")
            }
            let creating = what == "with no topics" ? try await time { try await server.makeGroupsReady() } : nil
            let stopping = try await time { try await server.broker.shutdown() }
            print(
                "start \(what): \(started); stop: \(stopping)"
                    + (creating.map { "; 50 partitions created: \($0)" } ?? ""))
        }
    }
}
