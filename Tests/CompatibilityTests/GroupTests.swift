import ServerHarness
import Testing

/// Consumer groups as real consumers form them, with each of the Python clients.
@Suite(.timeLimit(.minutes(10)))
struct GroupTests {
    @Test(arguments: ["confluent-kafka", "kafka-python", "aiokafka"])
    func twoConsumersShareOneLeavesAndTheOffsetsOutliveTheServer(client: String) async throws {
        try await ServerProcess.with(ports: .kept) { server in
            let names = [
                "--client", client, "--bootstrap", server.bootstrap, "--topic", "shared", "--group", "readers",
            ]

            let shared = try await Command.python("group_share.py", names).json()
            #expect(shared["problems"] == [])
            #expect((shared["readAndNotCommitted"]?.int ?? 0) > 0)
            print(
                """
                \(client): shared as \(shared["shares"]?.array?.compactMap { $0.array?.compactMap(\.int) } ?? []), \
                \(shared["readAndNotCommitted"]?.int ?? 0) read and not committed, \
                \(shared["takenOver"]?.int ?? 0) read by the one that stayed
                """)

            try await server.restart()
            let resumed = try await Command.python("group_resume.py", names + ["--first", "1200"]).json()
            #expect(resumed["committed"] == [200, 200, 200, 200, 200, 200])
            #expect(resumed["read"]?.array?.compactMap(\.int) == Array(1200..<1260))

            // What was committed is durable, so that it outlives the hard way as well.
            try await server.kill()
            try await server.start()
            let again = try await Command.python("group_resume.py", names + ["--first", "1260"]).json()
            #expect(again["committed"] == [210, 210, 210, 210, 210, 210])
            #expect(again["read"]?.array?.compactMap(\.int) == Array(1260..<1320))
        }
    }
}
