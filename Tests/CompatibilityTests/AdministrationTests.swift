import ServerHarness
import Testing

/// The admin clients that others wrote, against settings, partitions, records, features and the rest.
@Suite(.timeLimit(.minutes(3)))
struct AdministrationTests {
    private func run(_ client: String) async throws -> JSON {
        try await ServerProcess.with { server in
            try await Command.python("administer.py", ["--client", client, "--bootstrap", server.bootstrap]).json()
        }
    }

    @Test func confluentKafka() async throws {
        let result = try await run("confluent-kafka")
        for step in ["create", "extend", "delete"] { #expect(result[step] == ["confluent"], "\(step)") }
        for step in ["set", "append", "unset", "unset list", "broker"] { #expect(result[step] == "done", "\(step)") }
        // Value, where it comes from, whether it is read-only, and the names that it could come from.
        #expect(result["default"] == ["604800000", 5, .bool(false), ["log.retention.hours"]])
        #expect(result["own"] == ["86400000", 1, .bool(false), ["log.retention.hours", "retention.ms"]])
        #expect(result["list"] == ["delete,compact", 1, .bool(false), ["cleanup.policy", "log.cleanup.policy"]])
        #expect(result["inherited"] == ["7200000", 2, .bool(false), ["log.retention.hours", "log.retention.ms"]])
        #expect(result["unknown setting"] == "INVALID_CONFIG")
        #expect(result["read-only"] == "INVALID_REQUEST")
        #expect(result["records"] == [3])
        #expect(result["elect"] == ["ELECTION_NOT_NEEDED"])
        #expect(result["cluster"] == 1)
        #expect(result["topics"] == [2])
    }

    @Test func kafkaPython() async throws {
        let result = try await run("kafka-python")
        for step in ["extend", "delete"] { #expect(result[step] == "done", "\(step)") }
        for step in ["alter", "reset"] { #expect(result[step] == "OK", "\(step)") }
        #expect(result["modified"] == ["retention.ms": "1000"])
        #expect(result["as before"] == [:])
        #expect(result["records"] == 3)
        #expect(result["quorum"] == [1, [1]])
        // Partitions, whether they have bytes, and whether the volume has room.
        #expect(result["log directories"] == [2, .bool(true), .bool(true)])
        #expect(result["resources"] == .bool(true))
        #expect(result["partitions"] == 2)
        #expect(result["reassignments"] == [:])
        for step in ["lower", "raise"] { #expect(result[step] == ["transaction.version": "OK"], "\(step)") }
        #expect(result["lowered"] == [1, 1] && result["raised"] == [2, 2])
    }
}
