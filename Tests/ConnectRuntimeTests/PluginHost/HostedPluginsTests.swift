import ConnectAPI
import Foundation
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectRuntime

/// Connectors in `plugin.path` under a whole worker, on a broker in this process.
@Suite(.timeLimit(.minutes(2))) struct HostedPluginsTests {
    /// A worker whose `plugin.path` is an empty folder.
    private struct Setting {
        let directory: TemporaryDirectory
        let client: KafkaClient
        let catalog: PluginCatalog
        let herder: DistributedHerder

        static func with(_ body: (Setting) async throws -> Void) async throws {
            try await LiveClient.with { client in
                let directory = try TemporaryDirectory()
                try FileManager.default.createDirectory(
                    atPath: directory.path("plugins"), withIntermediateDirectories: true)
                var logger = Logger(label: "worker")
                logger.logLevel = .critical
                let catalog = PluginCatalog(version: "1")
                let herder = try DistributedHerder(
                    try WorkerConfiguration([
                        "plugin.path": directory.path("plugins"), "offset.flush.interval.ms": "100",
                    ]), client: client, plugins: catalog, logger: logger)
                let life = Task { try await herder.run() }
                let result: Result<Void, any Error>
                do {
                    try await herder.waitUntilReady()
                    result = .success(
                        try await body(
                            Setting(directory: directory, client: client, catalog: catalog, herder: herder)))
                } catch {
                    result = .failure(error)
                }
                herder.shutdown()
                try await life.value
                try result.get()
            }
        }

        /// Puts the example there whole, as a rename does.
        func install() async throws {
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "Examples/plugins/python-lines"),
                to: URL(filePath: directory.path("staged")))
            try move("staged", "plugins/python-lines")
            try await wait(for: "the plug-ins") { classes.count == 2 }
        }

        func move(_ from: String, _ to: String) throws {
            try FileManager.default.moveItem(atPath: directory.path(from), toPath: directory.path(to))
        }

        var classes: [String] {
            catalog.descriptions(connectorsOnly: true).map { "\($0.kind.rawValue) \($0.className) \($0.version ?? "")" }
        }

        func append(_ text: String, to name: String) throws {
            let path = directory.path(name)
            if !FileManager.default.fileExists(atPath: path) {
                #expect(FileManager.default.createFile(atPath: path, contents: nil))
            }
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }

        func contents(_ name: String) -> String {
            (try? String(contentsOfFile: directory.path(name), encoding: .utf8)) ?? ""
        }

        func waitFor(_ connector: String, _ state: ConnectStatus.State) async throws {
            try await wait(for: "\(connector) \(state)") {
                guard let status = try? await herder.status(of: connector) else { return false }
                return status.connector.state == state && status.tasks.map(\.status.state) == [state]
            }
        }

        func trace(_ connector: String) async throws -> [String] {
            let status = try await herder.status(of: connector)
            return [status.connector.trace ?? ""] + status.tasks.map { $0.status.trace ?? "" }
        }
    }

    /// Puts a version of the example into a directory of its own.
    private func install(_ version: String, in setting: Setting) async throws {
        try FileManager.default.copyItem(
            at: Repository.root.appending(path: "Examples/plugins/python-lines"),
            to: URL(filePath: setting.directory.path("staged")))
        let path = setting.directory.path("staged/connector.json")
        let manifest = try String(contentsOfFile: path, encoding: .utf8)
        try manifest.replacing("\"1.0\"", with: "\"\(version)\"").write(toFile: path, atomically: true, encoding: .utf8)
        try setting.move("staged", "plugins/lines-\(version)")
        let both = ["sink \(Self.sink) \(version)", "source \(Self.source) \(version)"]
        try await wait(for: version) { Set(both).isSubset(of: setting.classes) }
    }

    /// The version of a connector that runs, of which its task is.
    private func version(of connector: String, in setting: Setting) async throws -> String? {
        let series = try await setting.herder.metrics(of: connector)
        func word(_ name: String, _ group: MetricSeries.Group) -> String? {
            let value = series.first { $0.group == group }?.entries.first { $0.name == name }?.value
            if case .text(let text) = value { return text } else { return nil }
        }
        let version = word("connector-version", .connector)
        #expect(word("connector-version", .task) == version && word("task-version", .task) == version)
        #expect(word("task-class", .task) == "example.PythonLinesSourceTask")
        let status = try await setting.herder.status(of: connector)
        #expect(status.connector.version == version && status.tasks.map(\.status.version) == [version])
        return version
    }

    private static let source = "example.PythonLinesSource"
    private static let sink = "example.PythonLinesSink"

    @Test func linesGoThroughAWorkerFromFileToFile() async throws {
        try await Setting.with { setting in
            #expect(setting.classes.isEmpty)
            try await setting.install()
            #expect(setting.classes == ["sink \(Self.sink) 1.0", "source \(Self.source) 1.0"])
            try setting.append("one\ntwo\n", to: "in.txt")
            // The short name, and a check that only the plug-in can make.
            let wrong = [
                "name": "out", "connector.class": "PythonLinesSink", "topics": "lines",
                "file": setting.directory.path("plugins"),
            ]
            let infos = try await setting.herder.validate(wrong)
            #expect(infos.configs.flatMap(\.value.errors).contains { $0.contains("is a directory") })
            _ = try await setting.herder.createConnector(
                "out", wrong.merging(["file": setting.directory.path("out.txt")]) { $1 })
            _ = try await setting.herder.createConnector(
                "in",
                [
                    "name": "in", "connector.class": Self.source, "topic": "lines",
                    "file": setting.directory.path("in.txt"),
                ])
            try await wait(for: "the lines") { setting.contents("out.txt") == "one\ntwo\n" }
            try await setting.waitFor("in", .running)
            try await setting.waitFor("out", .running)
            // A restart goes on where the offsets are.
            try await wait(for: "the offset") {
                try await setting.herder.offsets(of: "in").first?.offset?["position"] == .int64(8)
            }
            _ = try await setting.herder.restart(
                RestartRequest(connector: "in", onlyFailed: false, includesTasks: true))
            try setting.append("three\n", to: "in.txt")
            try await wait(for: "the third line") { setting.contents("out.txt") == "one\ntwo\nthree\n" }
        }
    }

    @Test func aRemovedPluginFailsItsConnectorsUntilItIsBack() async throws {
        try await Setting.with { setting in
            try await setting.install()
            try setting.append("one\n", to: "in.txt")
            _ = try await setting.herder.createConnector(
                "in",
                [
                    "name": "in", "connector.class": Self.source, "topic": "lines",
                    "file": setting.directory.path("in.txt"),
                ])
            try await setting.waitFor("in", .running)
            try setting.move("plugins/python-lines", "away")
            try await setting.waitFor("in", .failed)
            #expect(setting.classes.isEmpty)
            for trace in try await setting.trace("in") {
                #expect(trace.hasPrefix("The plug-in \(Self.source) was removed from plugin.path."), "\(trace)")
            }
            try setting.move("away", "plugins/python-lines")
            try await wait(for: "the plug-ins") { setting.classes.count == 2 }
            _ = try await setting.herder.restart(RestartRequest(connector: "in", onlyFailed: true, includesTasks: true))
            try await setting.waitFor("in", .running)
        }
    }

    @Test func versionsRunSideBySideAndEachGoesByItself() async throws {
        try await Setting.with { setting in
            try await install("1.9", in: setting)
            try await install("1.10", in: setting)
            #expect(
                setting.classes == [
                    "sink \(Self.sink) 1.9", "sink \(Self.sink) 1.10", "source \(Self.source) 1.9",
                    "source \(Self.source) 1.10",
                ])
            try setting.append("one\n", to: "in.txt")
            let pins = ["old": "[1.0,1.10)", "new": "latest", "any": nil]
            for (name, pin) in pins.sorted(by: { $0.key < $1.key }) {
                var configuration = [
                    "name": name, "connector.class": "PythonLinesSource", "topic": name,
                    "file": setting.directory.path("in.txt"), "task.restart.policy": "none",
                ]
                configuration["connector.plugin.version"] = pin
                _ = try await setting.herder.createConnector(name, configuration)
                try await setting.waitFor(name, .running)
            }
            #expect(try await version(of: "old", in: setting) == "1.9")
            #expect(try await version(of: "new", in: setting) == "1.10")
            #expect(try await version(of: "any", in: setting) == "1.10")
            // What runs of a version goes with it; a restart takes what is left, if that will do.
            try setting.move("plugins/lines-1.10", "away")
            for name in ["new", "any"] { try await setting.waitFor(name, .failed) }
            try await setting.waitFor("old", .running)
            _ = try await setting.herder.restart(
                RestartRequest(connector: "new", onlyFailed: false, includesTasks: true))
            try await setting.waitFor("new", .running)
            #expect(try await version(of: "new", in: setting) == "1.9")
            try setting.move("away", "plugins/lines-1.10")
            try await wait(for: "the version") { setting.classes.count == 4 }
            // The pinned one has its version taken away.
            try setting.move("plugins/lines-1.9", "away")
            try await setting.waitFor("old", .failed)
            #expect(try await setting.herder.status(of: "old").connector.version == "1.9", "it is what failed")
            _ = try await setting.herder.restart(
                RestartRequest(connector: "old", onlyFailed: false, includesTasks: true))
            try await wait(for: "the reason") {
                try await setting.trace("old")[0].hasPrefix(
                    "Plugin \(Self.source) not found that matches the version range [1.0,1.10), available versions:"
                        + " [1.10]"
                )
            }
            #expect(try await setting.herder.status(of: "old").connector.version == nil, "there is none to be made")
        }
    }

    @Test func aCrashFailsItsTaskAndNoOther() async throws {
        try await Setting.with { setting in
            try await setting.install()
            try setting.append("one\n", to: "in.txt")
            for (name, file) in [("bad", "missing.txt"), ("good", "in.txt")] {
                _ = try await setting.herder.createConnector(
                    name,
                    ["name": name, "connector.class": Self.source, "topic": name, "file": setting.directory.path(file)])
            }
            try await wait(for: "the failure") {
                (try? await setting.herder.status(of: "bad"))?.tasks.first?.status.state == .failed
            }
            let trace = try await setting.trace("bad")[1]
            #expect(trace.contains("FileNotFoundError"), "\(trace)")
            #expect(trace.contains("lines_source.py"), "the trace is the plug-in's own")
            try await setting.waitFor("good", .running)
        }
    }

    @Test func whatIsLinkedInKeepsItsNames() async throws {
        try await Setting.with { setting in
            setting.catalog.registerSource(Self.source, version: "linked") { FakeConnector() }
            setting.catalog.registerSink("own.PythonLinesSink", version: "linked") { FakeSink() }
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "Examples/plugins/python-lines"),
                to: URL(filePath: setting.directory.path("plugins/python-lines")))
            try await wait(for: "the sink") { setting.classes.contains("sink \(Self.sink) 1.0") }
            #expect(setting.classes.filter { $0.hasPrefix("source") } == ["source \(Self.source) linked"])
            #expect(setting.catalog.find("PythonLinesSink", [.sink])?.description.className == "own.PythonLinesSink")
        }
    }

    private struct FakeConnector: SourceConnector {
        var version: String { "linked" }
        var definition: ConfigDefinition { ConfigDefinition() }
        var taskClass: String { "task" }
        func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func stop() async throws {}
        func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private struct FakeSink: SinkConnector {
        var version: String { "linked" }
        var definition: ConfigDefinition { ConfigDefinition() }
        var taskClass: String { "task" }
        func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func stop() async throws {}
        func makeTask() -> any SinkTask { preconditionFailure("no task is asked for") }
    }
}
