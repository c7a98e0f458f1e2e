import KafkaProtocol
import Testing

@testable import Broker

@Suite struct OpenFilesTests {
    @Test func limitIsRaisedOnceAndStays() {
        let limit = OpenFiles.raiseLimit()
        #expect(limit > 0)
        #expect(OpenFiles.raiseLimit() == limit)
    }

    @Test func connectionsAndSegmentsShareWhatThereIs() {
        for limit in [256, 1_024, 1 << 20] {
            let files = OpenFiles(limit: limit)
            #expect(files.connections > 0 && files.segments > 0)
            #expect(files.connections + 3 * files.segments < limit)
        }
    }

    @Test func moreThanCanBeOpenIsNoTopic() async throws {
        let openFiles = OpenFiles(limit: OpenFiles.raiseLimit())
        try await TestBroker.with { server in
            let count = Int32(clamping: openFiles.segments + 1)
            let response = try await server.ask(
                CreateTopicsRequest(topics: [.init(name: "t", numPartitions: count, replicationFactor: 1)]))
            #expect(ErrorCode.of(response.topics[0].errorCode) == .invalidPartitions)
            #expect(try server.directory.names().allSatisfy { !$0.hasPrefix("t-") })
        }
    }
}
