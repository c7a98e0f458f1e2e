import KafkaProtocol
import LogHarness
import Logging
import ServerHarness
import Testing

@testable import Broker

@Suite struct CoordinatedTopicTests {
    /// The first question about a group creates the topic of offsets, whose partitions are read then; a load that ended
    /// after the loops would set its timer on one of them, which NIO takes for a leaked promise and ends the process.
    @Test func whatIsBeingReadWhenTheNodeStopsIsWaitedFor() async throws {
        for _ in 0..<20 {
            let server = try await TestBroker.start(["offsets.topic.num.partitions": "8"])
            let question = Task {
                try await server.askInProcess(FindCoordinatorRequest(coordinatorKeys: ["g"]))
            }
            try await wait(for: "the topic") { server.broker.partitions.topic(InternalTopics.consumerOffsets) != nil }
            try await server.broker.shutdown()
            _ = try? await question.value
            #expect(server.log.messages(from: .error) == [])
        }
    }
}
