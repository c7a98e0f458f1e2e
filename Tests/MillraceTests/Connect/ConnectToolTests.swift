import ArgumentParser
import Broker
import ConnectAPI
import Foundation
import JSON
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import millrace

@Suite(.timeLimit(.minutes(2))) struct ConnectToolTests {
    private static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    // MARK: What is shown

    @Test func connectorsAreTold() throws {
        let answer = try JSONValue(
            parsing:
                #"{"b":{"status":{"name":"b","connector":{"state":"RUNNING","worker_id":"w:1"},"tasks":[{"id":0,"state":"FAILED"},{"id":1,"state":"RUNNING"}],"type":"sink"},"info":{"config":{"connector.class":"X"}}},"a":{}}"#
        )
        #expect(
            try JSONText.line(ConnectReport.connectors(answer).json)
                == #"[{"class":null,"connector":"a","state":null,"tasks":"0/0","type":null,"worker":null},"#
                + #"{"class":"X","connector":"b","state":"RUNNING","tasks":"1/2","type":"sink","worker":"w:1"}]"#)
    }

    @Test func statusesAreToldWithTheirVersionsIfThereAreAny() throws {
        func told(_ connector: String, _ first: String) throws -> String {
            let answer = try JSONValue(
                parsing: #"{"name":"c","connector":{"state":"RUNNING","worker_id":"w:1"\#(connector)},"#
                    + #""tasks":[{"id":0,"state":"FAILED","worker_id":"w:2"\#(first),"trace":"why\nwhere"},"#
                    + #"{"id":1,"state":"PAUSED","worker_id":"w:1"}],"type":"sink"}"#)
            return try JSONText.line(ConnectReport.status(answer).json)
        }
        #expect(
            try told("", "")
                == #"[{"part":"connector","state":"RUNNING","trace":null,"worker":"w:1"},"#
                + #"{"part":"task 0","state":"FAILED","trace":"why","worker":"w:2"},"#
                + #"{"part":"task 1","state":"PAUSED","trace":null,"worker":"w:1"}]"#)
        #expect(
            try told(#","version":"1.10""#, "")
                == #"[{"part":"connector","state":"RUNNING","trace":null,"version":"1.10","worker":"w:1"},"#
                + #"{"part":"task 0","state":"FAILED","trace":"why","version":null,"worker":"w:2"},"#
                + #"{"part":"task 1","state":"PAUSED","trace":null,"version":null,"worker":"w:1"}]"#)
        #expect(try told("", #","version":"1.9""#).contains(#""trace":"why","version":"1.9","worker":"w:2"}"#))
    }

    @Test func problemsAreTold() throws {
        let answer = try JSONValue(
            parsing:
                #"{"configs":[{"definition":{"name":"a"},"value":{"name":"a","errors":["bad"]}},{"definition":null,"value":{"name":"tpic","errors":[],"recommended_values":["topic"]}}]}"#
        )
        #expect(
            try JSONText.line(ConnectReport.problems(answer).json)
                == #"[{"key":"a","problem":"bad"},{"key":"tpic","problem":"nothing knows this key; is topic meant?"}]"#)
    }

    @Test func aLineOfALogIsTold() throws {
        let entry = try JSONValue(
            parsing: #"{"timestamp":1500,"level":"WARN","task":2,"message":"slow","fields":{"a":"b"}}"#)
        #expect(ConnectReport.logLine(entry) == "1970-01-01T00:00:01.500Z  WARN  task 2  slow  a=b")
    }

    @Test func namesOfAnyKindGoIntoPaths() {
        #expect(ConnectClient.encoded("a b/c%ü-1.~") == "a%20b%2Fc%25%C3%BC-1.~")
    }

    @Test(arguments: [
        ["list", "--url", "ftp://x"], ["restart", "c", "--task", "0", "--include-tasks"], ["apply"], ["status"],
        ["offsets"], ["list", "--url"],
    ])
    func whatCannotBeMeantIsAnErrorOfUsage(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Millrace.parseAsRoot(["connect"] + arguments) }
        #expect(error.map { Millrace.exitCode(for: $0).rawValue } == 64)
    }

    // MARK: Against workers

    /// A broker, and in front of it a worker as a process of its own would be.
    private func withWorker(
        _ directory: TemporaryDirectory, _ mode: ConnectWorkerSettings.Mode, connectors: [String] = [],
        broker: Server, _ body: (ConnectWorkerProcess) async throws -> Void
    ) async throws {
        var properties = [
            "bootstrap.servers": try #require(broker.addresses["kafka"]), "group.id": "workers",
            "listeners": "http://127.0.0.1:0",
            "config.storage.topic": "own-configs", "offset.storage.topic": "own-offsets",
            "status.storage.topic": "own-status",
        ]
        if mode == .standalone { properties["offset.storage.file.filename"] = directory.path("offsets") }
        let plugins = BuiltInPlugins.catalog()
        let worker = try await ConnectWorkerProcess.start(
            try await ConnectWorkerSettings(properties, mode: mode, plugins: plugins), mode: mode,
            connectors: try ConnectorFiles.read(connectors), plugins: plugins, logger: Self.logger)
        do {
            try await body(worker)
        } catch {
            try? await worker.shutdown()
            throw error
        }
        try await worker.shutdown()
    }

    private func withBroker(_ directory: TemporaryDirectory, _ body: (Server) async throws -> Void) async throws {
        let server = try await Server.start(
            try ServerSettings(
                file: nil, environment: [:],
                overrides: [
                    "listeners=PLAINTEXT://127.0.0.1:0", "connect.listeners=http://127.0.0.1:0",
                    "schema.registry.listeners=http://127.0.0.1:0", "rest.listeners=http://127.0.0.1:0",
                ],
                dataDirectory: directory.path("data")), logger: Self.logger)
        do {
            try await body(server)
        } catch {
            try? await server.shutdown()
            throw error
        }
        try await server.shutdown()
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// How many records a topic has, waiting until they are at least `count`.
    private func waitForRecords(_ count: Int64, _ server: Server) async throws -> Int64 {
        let client = try KafkaClient(bootstrapServers: [try #require(server.addresses["kafka"])])
        defer { Task { await client.close() } }
        let partition = TopicPartition("lines", 0)
        while true {
            let ends = try? await KafkaAdmin(client: client).listOffsets([partition: .latest])
            if case .success(let end)? = ends?[partition], end.offset.rawValue >= count { return end.offset.rawValue }
            await Task.yield()
        }
    }

    @Test func aStandaloneWorkerGoesOnWhereItStopped() async throws {
        let directory = try TemporaryDirectory()
        let input = directory.path("input.txt"), connector = directory.path("source.properties")
        try write("one\ntwo\n", to: input)
        try write("name=source\nconnector.class=FileStreamSource\nfile=\(input)\ntopic=lines\n", to: connector)
        try await withBroker(directory) { server in
            try await withWorker(directory, .standalone, connectors: [connector], broker: server) { worker in
                #expect(worker.addresses["connect"]?.hasPrefix("http://127.0.0.1:") == true)
                let count = try await waitForRecords(2, server)
                #expect(count == 2)
            }
            try write("one\ntwo\nthree\n", to: input + ".new")
            let handle = try #require(FileHandle(forWritingAtPath: input))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("three\n".utf8))
            try handle.close()
            // Connectors live as long as the worker: this one has only its offsets left.
            try await withWorker(directory, .standalone, broker: server) { worker in
                let url = ["--url", try #require(worker.addresses["connect"])]
                await #expect(throws: ConnectToolError.self) {
                    try await Tool.run(["connect", "status", "source"] + url)
                }
                try await Tool.run(["connect", "apply", connector] + url)
                let count = try await waitForRecords(3, server)
                #expect(count == 3)
            }
        }
    }

    @Test func aConnectorThatCannotBeMadeEndsTheStart() async throws {
        let directory = try TemporaryDirectory()
        let connector = directory.path("bad.json")
        try write(#"{"name":"bad","connector.class":"FileStreamSource"}"#, to: connector)
        try await withBroker(directory) { server in
            let error = await #expect(throws: ConnectError.self) {
                try await withWorker(directory, .standalone, connectors: [connector], broker: server) { _ in }
            }
            #expect(error?.message.contains("\"topic\"") == true)
            // What had started was stopped: the file of offsets is free.
            try await withWorker(directory, .standalone, broker: server) { _ in }
        }
    }

    @Test func theToolsWorkOnADistributedWorker() async throws {
        let directory = try TemporaryDirectory()
        try write("one\n", to: directory.path("input.txt"))
        try await withBroker(directory) { server in
            try await withWorker(directory, .distributed, broker: server) { worker in
                try await useTools(["--url", try #require(worker.addresses["connect"])], directory)
            }
        }
    }

    private func useTools(_ connection: [String], _ directory: TemporaryDirectory) async throws {
        func run(_ arguments: String...) async throws { try await Tool.run(["connect"] + arguments + connection) }
        let folder = directory.path("connectors")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/source.json"
        func describe(_ topic: String) throws {
            let json =
                #"{"name":"a source","connector.class":"FileStreamSource","file":"\#(directory.path("input.txt"))","topic":"\#(topic)"}"#
            try write(json, to: file)
        }
        try describe("lines")
        try await run("plugins", "--all")
        try await run("validate", folder)
        try await run("diff", folder)
        try await run("create", file)
        await #expect(throws: ConnectToolError.self) { try await run("create", file) }
        let api = try ConnectClient(url: connection[1])
        let before = try await ConnectorChanges(api: api).step(for: try ConnectorFile(path: file))
        #expect(before.result == "unchanged")
        try describe("other")
        try await run("diff", folder, "--json")
        try await run("apply", folder)
        let config = try await api.ask(.get, "connectors", "a source", "config")
        #expect(config["topic"]?.string == "other")
        await api.close()
        try await run("list", "--type", "source", "--json")
        try await run("list")
        try await run("status", "a source")
        try await run("restart", "a source", "--include-tasks")
        try await run("pause", "a source")
        try await run("resume", "a source")
        try await run("stop", "a source")
        try await run("offsets", "a source")
        let offsets = directory.path("offsets.json")
        let partition = #"{"filename":"\#(directory.path("input.txt"))"}"#
        try write(#"{"offsets":[{"partition":\#(partition),"offset":{"position":0}}]}"#, to: offsets)
        try await run("offsets", "set", "a source", offsets)
        try await run("offsets", "show", "a source", "--json")
        try await run("offsets", "reset", "a source")
        try await run("delete", "a source")
        // What the server refuses, and what no server hears, is an error of its own.
        let error = await #expect(throws: ConnectToolError.self) { try await run("status", "a source") }
        #expect(error?.status == 404)
        try write(#"{"name":"x","connector.class":"FileStreamSource","start.position":"middle"}"#, to: file)
        await #expect(throws: ExitCode.self) { try await run("validate", file) }
        await #expect(throws: ConfigurationError.self) { try await run("apply", directory.path("none")) }
        await #expect(throws: ConnectToolError.self) {
            try await Tool.run(["connect", "list", "--url", "http://127.0.0.1:1"])
        }
    }
}
