import ConnectAPI
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectPluginHost

@Suite(.timeLimit(.minutes(2))) struct HostedConnectorTests {
    private func message(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was thrown"
        } catch {
            return (error as? ConnectError)?.message ?? "\(error)"
        }
    }

    @Test func aConnectorSaysWhatItIsAndDividesItsWork() async throws {
        try await PluginFixture.with { fixture in
            let connector = try await fixture.probe().makeSource()
            #expect(connector.version == "1")
            #expect(connector.taskClass == "test.ProbeTask")
            #expect(connector.definition["mode"]?.defaultValue == .value("none"))
            let context = FakeConnectorContext()
            try await connector.start(context: context, configuration: ["name": "c", "notice": "raise"])
            let tasks = try await connector.taskConfigurations(maximum: 2)
            #expect(tasks.map { $0["number"] } == ["0", "1"])
            try await wait(for: "the notices") { context.requests == 1 && context.raised == ["raised"] }
            try await connector.stop()
            #expect(fixture.processes.count == 0)
            #expect(context.raised == ["raised"], "a stop is no failure")
        }
    }

    @Test func questionsGoToAProcessOfTheirOwn() async throws {
        try await PluginFixture.with { fixture in
            let source = try await fixture.probe().makeSource()
            let given = ["mode": "wrong"]
            let values = try await source.validate(configuration: given, values: source.definition.validate(given))
            #expect(values.first?.errors == ["mode is wrong"])
            for (word, expected) in [("supported", ExactlyOnceSupport.supported), ("unsupported", .unsupported)] {
                let support = try await onOwnThread { try source.exactlyOnceSupport(configuration: ["support": word]) }
                #expect(support == expected)
            }
            #expect(
                try await source.alterOffsets(configuration: [:], offsets: [(["p": .string("0")], ["n": .int64(1)])]))
            let refusal = await message {
                _ = try await source.alterOffsets(configuration: [:], offsets: [(["p": .string("0")], nil)])
            }
            #expect(refusal == "null is nothing")
            try await wait(for: "the processes' ends") { fixture.processes.count == 0 }
        }
    }

    @Test(arguments: ["start", "taskConfigurations"]) func aCrashIsAnErrorWithTheLastWords(_ call: String) async throws
    {
        try await PluginFixture.with { fixture in
            let connector = try await fixture.probe().makeSource()
            let error = await message {
                try await connector.start(context: FakeConnectorContext(), configuration: ["crash": call])
                _ = try await connector.taskConfigurations(maximum: 1)
            }
            #expect(error.contains("exited with status 3; it was asked to \(call)"), "\(error)")
            #expect(error.contains("  first line\n  last words"), "\(error)")
        }
    }

    @Test(arguments: ["crash", "fail"]) func passwordsAreInNoError(_ way: String) async throws {
        try await PluginFixture.with { fixture in
            let connector = try await fixture.probe().makeSource()
            let error = await message {
                try await connector.start(
                    context: FakeConnectorContext(), configuration: [way: "start", "secret": "hunter2"])
            }
            #expect(error.contains("[hidden]"), "\(error)")
            #expect(!error.contains("hunter2"))
        }
    }

    @Test func whatAPluginSaysGoesToTheLogOfItsConnectorOrTask() async throws {
        try await PluginFixture.with { fixture in
            let configuration = ["name": "c", "talk": "as ", "secret": "hunter2"]
            let source = try await fixture.probe().makeSource()
            let (connector, task) = (FakeConnectorContext(), FakeSourceContext())
            try await source.start(context: connector, configuration: configuration)
            let hosted = source.makeTask()
            try await hosted.start(context: task, configuration: configuration)
            for lines in [connector.lines, task.lines] {
                try await wait(for: "both lines") { lines.all.count == 2 }
                #expect(Set(lines.all) == ["info aloud as [hidden]", "warning in a frame as [hidden]"])
            }
            try await hosted.stop()
            try await source.stop()
        }
    }

    @Test func whatAPluginSaysWhileItIsAskedGoesToTheServersLogWithoutPasswords() async throws {
        let lines = FakeLines()
        try await PluginFixture.with(logger: lines.logger) { fixture in
            let source = try await fixture.probe().makeSource()
            _ = try await source.validate(
                configuration: ["name": "c", "talk": "", "secret": "hunter2"], values: [])
            try await wait(for: "the line") { lines.all.contains { $0.contains("asked") } }
            #expect(lines.all.filter { $0.contains("asked") } == ["info asked [hidden] connector=c"])
        }
    }

    @Test func aConnectorWhoseProcessIsGoneIsFailed() async throws {
        try await PluginFixture.with { fixture in
            let connector = try await fixture.probe().makeSource()
            let context = FakeConnectorContext()
            try await connector.start(context: context, configuration: ["abort": "taskConfigurations"])
            let error = await message { _ = try await connector.taskConfigurations(maximum: 1) }
            #expect(error.contains("was ended by signal 6 (SIGABRT)"), "\(error)")
            try await wait(for: "the failure") { context.raised == [error] }
        }
    }

    @Test func aRemovedPluginFailsWhatRunsOfIt() async throws {
        try await PluginFixture.with { fixture in
            let plugin = try await fixture.probe()
            let (connector, task) = (plugin.makeSource(), plugin.makeSource().makeTask())
            let context = FakeConnectorContext()
            try await connector.start(context: context, configuration: [:])
            try await task.start(context: FakeSourceContext(), configuration: [:])
            #expect(try await task.poll().count == 1)
            plugin.presence.remove()
            let expected = "The plug-in test.Probe was removed from plugin.path."
            #expect(await message { _ = try await task.poll() }.hasPrefix(expected))
            try await wait(for: "the failure") { context.raised.first?.hasPrefix(expected) == true }
            let late = plugin.makeSource().makeTask()
            #expect(
                await message { try await late.start(context: FakeSourceContext(), configuration: [:]) }.hasPrefix(
                    expected))
            // What runs still ends in good order.
            try await task.commit()
            try await task.stop()
            try await connector.stop()
        }
    }

    @Test(arguments: [
        ("version", "speaks version 2 of the plug-in protocol; this server speaks 1"),
        ("text", "print to standard error instead"), ("no-json", "a frame that is not JSON"),
        ("oversized", "a frame of 2147483647 bytes"), ("unexpected", "an answer with the id 99"),
        ("truncated", "ended within a frame"),
    ])
    func aProgramThatDoesNotSpeakTheProtocolIsEnded(_ mode: String, _ expected: String) async throws {
        try await PluginFixture.with { fixture in
            let error = await message { _ = try await fixture.probe(mode: mode) }
            #expect(error.contains(expected), "\(error)")
            #expect(fixture.processes.count == 0)
        }
    }

    @Test func aProgramThatSaysNothingIsEnded() async throws {
        try await PluginFixture.with { fixture in
            let error = await message { _ = try await fixture.probe(mode: "deaf", timeout: 200) }
            #expect(error.contains("was ended: it said nothing for 0.2 seconds; it was asked to hello"), "\(error)")
        }
    }

    @Test func aFloodOfTextHoldsNothingUp() async throws {
        try await PluginFixture.with { fixture in
            let connector = try await fixture.probe(mode: "flood").makeSource()
            let error = await message {
                try await connector.start(context: FakeConnectorContext(), configuration: ["crash": "start"])
            }
            #expect(error.contains("line 19999"), "\(error)")
            #expect(error.split(separator: "\n").count == 2 + PluginLog.keptLines)
        }
    }
}
