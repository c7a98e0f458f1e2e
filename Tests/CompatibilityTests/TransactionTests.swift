import ServerHarness
import Testing

/// Transactions as real producers run them, and readers of committed records see them, with each of the Python clients.
@Suite(.timeLimit(.minutes(10)))
struct TransactionTests {
    @Test(arguments: ["confluent-kafka", "kafka-python", "aiokafka"])
    func recordsAndOffsetsCountTogetherOrNotAtAll(client: String) async throws {
        try await ServerProcess.with { server in
            let seen = try await Command.python(
                "transactions.py", ["--client", client, "--bootstrap", server.bootstrap, "--prefix", "check"]
            ).json()

            #expect(seen["commit_and_abort"]?["committed"]?.bool == true)
            #expect(seen["commit_and_abort"]?["uncommitted"]?.bool == true)
            #expect(seen["open_transaction"]?["before"] == ["ahead"])
            #expect(seen["open_transaction"]?["after"] == ["ahead", "behind", "inside"])
            #expect(seen["fencing"]?["isFenced"]?.bool == true)
            #expect(seen["fencing"]?["read"] == ["heir"])
            #expect(seen["copy"]?["eachOnce"]?.bool == true)
            #expect(seen["copy"]?["offsets"] == [100, 100])
            #expect(seen["timeout"]?["read"] == ["in time"])
            #expect(seen["timeout"]?["isRefused"]?.bool == true)
        }
    }
}
