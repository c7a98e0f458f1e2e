import ServerHarness
import Testing

/// The admin clients that others wrote, against groups, offsets, transactions, replicas and the cluster.
@Suite(.timeLimit(.minutes(3)))
struct GroupAdministrationTests {
    private func run(_ client: String) async throws -> JSON {
        try await ServerProcess.with { server in
            try await Command.python("administer_groups.py", ["--client", client, "--bootstrap", server.bootstrap])
                .json()
        }
    }

    @Test func confluentKafka() async throws {
        let result = try await run("confluent-kafka")
        #expect(result["earliest"] == [0] && result["latest"] == [6])
        #expect(result["by time"] == [3] && result["highest time"] == [5])
        #expect(result["committed"] == [[0, 4]] && result["altered"] == [[0, 2]])
        for step in ["alter offsets", "alter settings", "delete group"] { #expect(result[step] == [.null], "\(step)") }
        for step in ["listed", "listed as before", "cluster"] { #expect(result[step] == .bool(true), "\(step)") }
        #expect(result["described"] == ["EMPTY", 0])
        #expect(result["topics"] == 2)
        #expect(result["deleted"] == "DEAD")
    }

    @Test func kafkaPython() async throws {
        let result = try await run("kafka-python")
        #expect(result["earliest"] == 0 && result["latest"] == 6 && result["highest time"] == 5)
        #expect(result["committed"] == [[0, 4]] && result["altered"] == [[0, 2]])
        #expect(result["reset offsets"] == [0] && result["forgotten"] == [])
        for step in ["alter offsets", "delete offsets", "move"] { #expect(result[step] == ["NoError"], "\(step)") }
        for step in ["listed", "end", "elect"] { #expect(result[step] == .bool(true), "\(step)") }
        #expect(result["described"] == "Empty" && result["delete group"] == 1)
        #expect(result["remove nobody"] == ["UnknownMemberIdError"])
        #expect(result["producers"] == 1 && result["hanging"] == 0)
        #expect(result["transactions"] == [["python-transaction", "Ongoing"]])
        #expect(result["transaction"] == ["TransactionState.ONGOING", 1])
        #expect(result["reassign"] == [.null])
        #expect(result["reassign elsewhere"] == ["InvalidReplicationAssignmentError"])
        #expect(result["cluster"] == 1)
        #expect(result["topics"] == [.bool(true), 2])
    }

    @Test func aiokafka() async throws {
        let result = try await run("aiokafka")
        for step in ["create", "extend", "alter", "delete"] { #expect(result[step] == [0], "\(step)") }
        #expect(result["described"] == [3] && result["setting"] == "5000" && result["delete records"] == 3)
        #expect(result["committed"] == [[0, 4]] && result["group"] == ["Empty"])
        #expect(result["groups"] == .bool(true) && result["topics"] == .bool(true))
        #expect(result["coordinator"] == 1 && result["cluster"] == 1)
    }
}
