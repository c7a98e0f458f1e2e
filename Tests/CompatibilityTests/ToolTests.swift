import Foundation
import ServerHarness
import Testing

/// The server's own tools, used as in a shell, against a server and beside a real client.
@Suite(.timeLimit(.minutes(2)))
struct ToolTests {
    @Test func topicsAreCreatedListedDescribedAndDeleted() async throws {
        try await ServerProcess.with { server in
            let connection = ["--bootstrap-server", server.bootstrap]
            _ = try await Command.millrace(["topics", "create", "orders", "--partitions", "3"] + connection)
            let list = try await Command.millrace(["topics", "list", "--json"] + connection)
            #expect(list.output.contains("\"orders\""))
            let description = try await Command.millrace(["topics", "describe", "orders", "--json"] + connection)
            #expect(JSON(parsing: description.output) != nil)
            #expect(
                try await Command.kcat(["-L", "-b", server.bootstrap]).output.contains(
                    "topic \"orders\" with 3 partitions"))

            let twice = try await Command.run(
                Repository.serverBinary(), ["topics", "create", "orders"] + connection)
            #expect(twice.status > 0)
            #expect(twice.errors.contains("orders"))

            _ = try await Command.millrace(["topics", "delete", "orders"] + connection)
            let after = try await Command.millrace(["topics", "list", "--json"] + connection)
            #expect(!after.output.contains("\"orders\""))
        }
    }

    @Test func linesGoInAndComeOut() async throws {
        try await ServerProcess.with { server in
            let connection = ["--bootstrap-server", server.bootstrap]
            let lesson = try Lesson(in: server.directory)
            _ = try await Command.millrace(["produce", "lines"] + connection, input: lesson.source)
            #expect(try await server.read("lines") == lesson.contents())

            let output = server.directory.path("consumed")
            _ = try await Command.millrace(
                ["consume", "lines", "--from-beginning", "--exit-at-end"] + connection, output: output)
            #expect(try Data(contentsOf: URL(filePath: output)) == lesson.contents())
        }
    }

    @Test func groupsAreListedDescribedAndDeleted() async throws {
        try await ServerProcess.with { server in
            let connection = ["--bootstrap-server", server.bootstrap]
            let lesson = try Lesson(in: server.directory)
            _ = try await Command.millrace(["produce", "lines"] + connection, input: lesson.source)
            _ = try await Command.kcat(
                [
                    "-b", server.bootstrap, "-G", "readers", "-X", "auto.offset.reset=earliest", "-c", "10",
                    "-q", "lines",
                ])
            let list = try await Command.millrace(["groups", "list", "--json"] + connection)
            #expect(list.output.contains("\"readers\""))
            let description = try await Command.millrace(["groups", "describe", "readers"] + connection)
            #expect(description.output.contains("lines"))
            // The member has left with its process; an empty group may go.
            // A leave that gets lost leaves the session to run out, after 45 s.
            try await wait(for: "the group to be deleted", within: .seconds(90)) {
                let result = try await Command.run(
                    Repository.serverBinary(), ["groups", "delete", "readers"] + connection)
                return result.status == 0
            }
            let after = try await Command.millrace(["groups", "list", "--json"] + connection)
            #expect(!after.output.contains("\"readers\""))
        }
    }

    @Test func theClusterIsShown() async throws {
        try await ServerProcess.with { server in
            let connection = ["--bootstrap-server", server.bootstrap]
            _ = try await Command.millrace(["topics", "create", "orders", "--partitions", "3"] + connection)
            let shown = try await Command.millrace(["cluster", "--topic", "orders", "--json"] + connection)
            let report = try #require(JSON(parsing: shown.output))
            #expect(report["brokers"]?[0]?["listener"]?.string == server.bootstrap)
            #expect(report["counts"]?["partitions"]?.int == 3)
            #expect(report["counts"]?["underReplicated"]?.int == 0)
            let table = try await Command.millrace(["cluster"] + connection)
            #expect(table.output.contains("partitions: "))

            let plan = server.directory.path("plan.json")
            try #"{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[7]}]}"#
                .write(toFile: plan, atomically: true, encoding: .utf8)
            let refused = try await Command.run(
                Repository.serverBinary(), ["reassign", "--plan", plan] + connection)
            #expect(refused.status == 1)
            #expect(refused.output.contains("broker 7"))
        }
    }

    @Test func aLogIsDumpedWithTheServerAway() async throws {
        try await ServerProcess.with { server in
            _ = try await Command.python(
                "produce_payloads.py", ["--bootstrap", server.bootstrap, "--topic", "dumped", "--count", "100"])
            try await server.stop()
            let segment = try #require(try BatchFile.segments(in: server.partitionDirectory("dumped")).first)
            let dump = try await Command.millrace(["dump-log", segment.url.path()])
            try #require(!segment.batches.isEmpty)
            for batch in segment.batches { #expect(dump.output.contains("lastOffset: \(batch.lastOffset) ")) }
        }
    }
}
