import ServerHarness
import Testing

/// Share groups (KIP-932) as librdkafka forms them.
@Suite(.timeLimit(.minutes(10)))
struct ShareGroupTests {
    @Test func membersReadATopicAsAQueue() async throws {
        // A member hears of its partitions with its next heartbeat: sooner than by default, or the test is all waiting.
        let settings = [
            "group.share.min.heartbeat.interval.ms": "200", "group.share.heartbeat.interval.ms": "200",
        ]
        try await ServerProcess.with(settings: settings) { server in
            let result = try await Command.python(
                "share_group.py", ["--bootstrap", server.bootstrap, "--topic", "queue", "--group", "workers"]
            ).json()
            #expect(result["problems"] == [])
        }
    }
}
