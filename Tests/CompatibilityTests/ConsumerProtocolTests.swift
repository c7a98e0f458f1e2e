import ServerHarness
import Testing

/// Groups of the consumer protocol (KIP-848) as librdkafka forms them, and the way from one protocol to the other.
@Suite(.timeLimit(.minutes(10)))
struct ConsumerProtocolTests {
    @Test func membersOfBothProtocolsShareAndTheGroupGoesOverAndBack() async throws {
        // A member hears of a change with its next heartbeat: sooner than by default, or the test is all waiting.
        let settings = [
            "group.consumer.min.heartbeat.interval.ms": "200", "group.consumer.heartbeat.interval.ms": "200",
        ]
        try await ServerProcess.with(settings: settings) { server in
            let result = try await Command.python(
                "consumer_protocol.py",
                ["--bootstrap", server.bootstrap, "--topic", "shared", "--group", "readers"]
            ).json()
            #expect(result["problems"] == [])
        }
    }
}
