import ConnectAPI
import Foundation
import JSON
import Logging
import ServerHarness
import Testing

@testable import ConnectPluginHost

/// A directory of plug-ins in a folder of its own, and the processes that run of them.
struct PluginFixture: Sendable {
    let directory: TemporaryDirectory
    let processes: PluginProcesses
    let logger: Logger

    init(frameLimit: Int? = nil, logger: Logger? = nil) throws {
        directory = try TemporaryDirectory()
        processes = PluginProcesses(patience: .milliseconds(500), frameLimit: frameLimit)
        var quiet = Logger(label: "plugins")
        quiet.logLevel = .critical
        self.logger = logger ?? quiet
    }

    /// Runs `body` and checks that no process is left.
    static func with(
        frameLimit: Int? = nil, logger: Logger? = nil, _ body: (PluginFixture) async throws -> Void
    ) async throws {
        let fixture = try PluginFixture(frameLimit: frameLimit, logger: logger)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        await fixture.processes.shutdown()
        #expect(fixture.processes.count == 0)
        try result.get()
    }

    /// The folder that holds the plug-ins.
    var path: String { String(directory.url.path().trimmingSuffix("/")) }

    /// Writes a file below the folder.
    func write(_ text: String, to name: String, isExecutable: Bool = false) throws {
        let url = directory.url.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
        if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path()) }
    }

    /// Puts a file of the repository below the folder.
    func copy(_ source: String, to name: String) throws {
        let url = directory.url.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Repository.root.appending(path: source), to: url)
    }

    /// Lays out the connector for tests as a plug-in, to be renamed to where it is found.
    func installProbe(
        _ name: String = "probe", _ kind: PluginManifest.Kind = .source, className: String = "test.Probe",
        mode: String = "", version: String = "1", timeout: Int = 60_000, mark: String = "none"
    ) throws {
        try copy("Examples/plugins/python-lines/millrace_connect.py", to: "\(name)/millrace_connect.py")
        try copy("Tests/ConnectPluginHostTests/Fixtures/probe.py", to: "\(name)/probe.py")
        let manifest: JSONValue = [
            "class": .string(className), "type": .string(kind.rawValue), "version": .string(version),
            "executable": "/usr/bin/env",
            "arguments": ["python3", "-B", "probe.py", .string(kind.rawValue), .string(mode)],
            "timeout.ms": .integer(timeout), "environment": ["MARK": .string(mark)],
        ]
        try write(manifest.text, to: "\(name)/connector.json")
    }

    /// The plug-in of a directory that has one.
    func load(_ name: String = "probe", className: String? = nil) async throws -> HostedPlugin {
        let sighting = try #require(PluginDirectory.look(at: [path + "/" + name]).first)
        guard case .plugins(let manifests) = sighting.content else {
            throw HarnessError("\(name): \(sighting.content)")
        }
        let manifest = try #require(manifests.first { className == nil || $0.className == className })
        return try await HostedPlugin.load(
            manifest, directory: sighting.directory, presence: PluginPresence(of: manifest.className),
            processes: processes, logger: logger)
    }

    /// Installs and loads the connector for tests.
    func probe(
        _ kind: PluginManifest.Kind = .source, mode: String = "", timeout: Int = 60_000
    ) async throws -> HostedPlugin {
        try installProbe("probe", kind, mode: mode, timeout: timeout)
        return try await load()
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
