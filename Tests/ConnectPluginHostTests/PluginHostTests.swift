import ConnectAPI
import Foundation
import Logging
import ServerHarness
import Synchronization
import Testing

@testable import ConnectPluginHost

@Suite(.timeLimit(.minutes(2))) struct PluginHostTests {
    /// Keeps what is registered, and has one class of its own.
    private final class FakeRegistry: PluginRegistry {
        private let plugins = Mutex<[HostedPlugin]>([])

        func register(_ plugin: HostedPlugin, replacing old: HostedPlugin?) -> Bool {
            guard plugin.manifest.className != "test.Linked" else { return false }
            plugins.withLock { plugins in
                plugins.removeAll { $0 === old }
                plugins.append(plugin)
            }
            return true
        }

        func unregister(_ plugin: HostedPlugin) { plugins.withLock { $0.removeAll { $0 === plugin } } }

        func plugin(_ className: String, _ version: String? = nil) -> HostedPlugin? {
            plugins.withLock { plugins in
                plugins.last {
                    $0.manifest.className == className && (version == nil || $0.manifest.version == version)
                }
            }
        }

        /// By class the versions that there are, sorted, with commas between them.
        var versions: [String: String] {
            let all = plugins.withLock { $0.map(\.manifest) }
            return Dictionary(grouping: all, by: \.className)
                .mapValues { $0.compactMap(\.version).sorted().joined(separator: ",") }
        }
    }

    private func running(
        _ body: (PluginFixture, FakeRegistry) async throws -> Void
    ) async throws {
        let fixture = try PluginFixture()
        let registry = FakeRegistry()
        try fixture.installProbe("plugins/early", className: "test.Early")
        try fixture.installProbe("plugins/linked", className: "test.Linked")
        let host = PluginHost(
            paths: [fixture.path + "/plugins"], registry: registry, patience: .milliseconds(500), logger: fixture.logger
        )
        await host.start()
        // What is there at the start is known when the start is over.
        #expect(registry.versions == ["test.Early": "1"])
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture, registry))
        } catch {
            result = .failure(error)
        }
        await host.shutdown()
        #expect(host.processCount == 0)
        try result.get()
    }

    private func move(_ fixture: PluginFixture, _ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: fixture.path + "/" + from, toPath: fixture.path + "/" + to)
    }

    @Test func directoriesComeChangeAndGoWhileTheHostRuns() async throws {
        try await running { fixture, registry in
            try fixture.installProbe("staged", className: "test.Late", version: "1", mark: "one")
            try move(fixture, "staged", "plugins/late")
            try await wait(for: "the plug-in") { registry.versions["test.Late"] == "1" }
            let first = try #require(registry.plugin("test.Late"))
            let task = first.makeSource().makeTask()
            try await task.start(context: FakeSourceContext(), configuration: [:])
            try fixture.installProbe("staged", className: "test.Late", version: "2", mark: "two")
            try move(fixture, "plugins/late", "old")
            try move(fixture, "staged", "plugins/late")
            try await wait(for: "the new version") { registry.versions["test.Late"] == "2" }
            let second = try #require(registry.plugin("test.Late"))
            #expect(second.description.definition["mode"]?.defaultValue == .value("two"))
            // What runs has the process that it has.
            #expect(try await task.poll().count == 1)
            try move(fixture, "plugins/late", "gone")
            try await wait(for: "the removal") { registry.versions["test.Late"] == nil }
            let error = await #expect(throws: ConnectError.self) { try await task.poll() }
            #expect(error?.message.contains("was removed from plugin.path") == true)
            try await task.stop()
            try move(fixture, "gone", "plugins/late")
            try await wait(for: "the return") { registry.versions["test.Late"] == "2" }
            let again = try #require(registry.plugin("test.Late")).makeSource().makeTask()
            try await again.start(context: FakeSourceContext(), configuration: [:])
            #expect(try await again.poll().count == 1)
            // It ends with the host.
        }
    }

    @Test func aVersionThatGoesTakesNoOtherWithIt() async throws {
        try await running { fixture, registry in
            for version in ["1", "2"] {
                try fixture.installProbe("staged", className: "test.Both", version: version, mark: version)
                try move(fixture, "staged", "plugins/both-\(version)")
            }
            try await wait(for: "both versions") { registry.versions["test.Both"] == "1,2" }
            func start(_ version: String) async throws -> any SourceTask {
                let plugin = try #require(registry.plugin("test.Both", version))
                #expect(plugin.description.definition["mode"]?.defaultValue == .value(version))
                let task = plugin.makeSource().makeTask()
                try await task.start(context: FakeSourceContext(), configuration: [:])
                return task
            }
            let (first, second) = (try await start("1"), try await start("2"))
            try move(fixture, "plugins/both-1", "gone")
            try await wait(for: "the removal") { registry.versions["test.Both"] == "2" }
            let error = await #expect(throws: ConnectError.self) { try await first.poll() }
            #expect(error?.message.contains("was removed from plugin.path") == true)
            #expect(try await second.poll().count == 1)
            // Another version in its place leaves alone what runs.
            try fixture.installProbe("staged", className: "test.Both", version: "3")
            try move(fixture, "plugins/both-2", "old")
            try move(fixture, "staged", "plugins/both-2")
            try await wait(for: "the new version") { registry.versions["test.Both"] == "3" }
            #expect(try await second.poll().count == 1)
            try move(fixture, "plugins/both-2", "away")
            try await wait(for: "the end") { registry.versions["test.Both"] == nil }
            await #expect(throws: ConnectError.self) { try await second.poll() }
            try await first.stop()
            try await second.stop()
        }
    }

    @Test func aPathMayBeRelative() async throws {
        let fixture = try PluginFixture()
        let registry = FakeRegistry()
        try fixture.installProbe("plugins/own", className: "test.Own")
        let manifest = #"{"class": "test.Own", "type": "source", "version": "1", "executable": "run"}"#
        try fixture.write(manifest, to: "plugins/own/connector.json")
        try fixture.write(
            "#!/bin/sh\nexec python3 -B probe.py source\n", to: "plugins/own/run", isExecutable: true)
        let depth = FileManager.default.currentDirectoryPath.split(separator: "/").count
        let path = String(repeating: "../", count: depth) + fixture.path.dropFirst() + "/plugins"
        let host = PluginHost(
            paths: [path], registry: registry, patience: .milliseconds(500), logger: fixture.logger)
        await host.start()
        #expect(registry.versions == ["test.Own": "1"])
        #expect(registry.plugin("test.Own")?.description.definition["mode"] != nil)
        await host.shutdown()
    }

    @Test func aMistakeKeepsTheVersionBefore() async throws {
        try await running { fixture, registry in
            try fixture.write("{", to: "plugins/early/connector.json")
            try fixture.installProbe("staged", className: "test.Late")
            try move(fixture, "staged", "plugins/late")
            try await wait(for: "the one that is right") { registry.versions["test.Late"] == "1" }
            #expect(registry.versions["test.Early"] == "1")
        }
    }

    @Test func whatDoesNotAnswerIsNotListed() async throws {
        try await running { fixture, registry in
            try fixture.installProbe("staged", className: "test.Text", mode: "text")
            try move(fixture, "staged", "plugins/text")
            try fixture.installProbe("staged", className: "test.Late")
            try move(fixture, "staged", "plugins/late")
            try await wait(for: "the one that is right") { registry.versions["test.Late"] == "1" }
            #expect(registry.versions["test.Text"] == nil)
            try fixture.installProbe("staged", className: "test.Text", version: "2")
            try move(fixture, "plugins/text", "old")
            try move(fixture, "staged", "plugins/text")
            try await wait(for: "the one that was put right") { registry.versions["test.Text"] == "2" }
        }
    }
}
