import ConnectAPI
import Foundation
import JSON
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectPluginHost

@Suite(.timeLimit(.minutes(2))) struct HostedTaskTests {
    private func error(_ body: () async throws -> Void) async -> ConnectError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ConnectError ?? ConnectError(.failed, "\(error)")
        }
    }

    private func records(_ values: [String]) -> [SinkRecord] {
        values.enumerated().map { index, value in
            SinkRecord(
                origin: TopicPartition("t", 0), offset: LogOffset(Int64(index)), valueSchema: .string,
                value: .string(value))
        }
    }

    // MARK: Sources

    @Test func aSourceTaskGoesOnFromItsOffsetAndHearsOfWhatIsStored() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            let stored: [ConnectMap: ConnectMap] = [["p": .string("0")]: ["n": .int64(41)]]
            try await task.start(context: FakeSourceContext(stored: stored), configuration: [:])
            let first = try await task.poll()
            #expect(first.map(\.sourceOffset) == [["n": .int64(42)]])
            let place = RecordPlace(topicPartition: TopicPartition("t", 3), offset: LogOffset(7))
            try await task.commitRecords([(first[0], place), (first[0], nil)])
            try await task.commitRecords([(first[0], nil)])
            try await task.commit()
            guard case .map(let value)? = try await task.poll().first?.value else {
                Issue.record("the second record is a map")
                return
            }
            let seen = value["seen"].map { "\($0)" }
            #expect(seen == "[[0, [{topic=t, partition=3, offset=7}, null]], [2, [null]]]")
            try await task.stop()
        }
    }

    @Test func aPollThatIsCalledOffGivesItsRecordsToTheNext() async throws {
        try await PluginFixture.with { fixture in
            try fixture.copy("Examples/plugins/python-lines", to: "lines")
            let task = try await fixture.load("lines", className: "example.PythonLinesSource").makeSource().makeTask()
            try fixture.write("", to: "in.txt")
            let file = fixture.path + "/in.txt"
            try await task.start(context: FakeSourceContext(), configuration: ["file": file, "topic": "t"])
            let waiting = Task { try await task.poll() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try fixture.write("one\n", to: "in.txt.new")
            let handle = try FileHandle(forWritingTo: URL(filePath: file))
            try handle.write(contentsOf: Data("one\n".utf8))
            try handle.close()
            var values: [ConnectValue] = []
            try await wait(for: "the line") {
                values += try await task.poll().map(\.value)
                return !values.isEmpty
            }
            #expect(values == [.string("one")])
            try await task.stop()
        }
    }

    @Test func anAnswerThatComesWhileItsPollIsCalledOffIsForTheNext() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            try await task.start(context: FakeSourceContext(), configuration: ["await": fixture.path + "/go"])
            let executor = HeldExecutor()
            let waiting = Task(executorPreference: executor) { try await task.poll() }
            try await executor.run()
            waiting.cancel()
            try fixture.write("", to: "go")
            // Answers come in order: when this one is there, the poll's is.
            try await task.commit()
            try await executor.open()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(try await task.poll().map(\.sourceOffset) == [["n": .int64(1)]])
            try await task.stop()
        }
    }

    @Test(arguments: ["start", "poll", "commit", "commitRecords", "stop"])
    func aCrashFailsTheCallThatItCameIn(_ call: String) async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            let error = await error {
                try await task.start(context: FakeSourceContext(), configuration: ["crash": call])
                let records = try await task.poll()
                try await task.commitRecords(records.map { ($0, nil) })
                try await task.commit()
                try await task.stop()
            }
            #expect(
                error?.message.contains("exited with status 3; it was asked to \(call)") == true,
                "\(error?.message ?? "")")
            #expect(error?.message.contains("last words") == true)
            #expect(error?.isRetriable == false)
        }
    }

    @Test func aTaskThatHangsIsEnded() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe(timeout: 4000).makeSource().makeTask()
            try await task.start(context: FakeSourceContext(), configuration: ["hang": "poll"])
            let silence = await error { _ = try await task.poll() }
            #expect(silence?.message.contains("it said nothing for 4.0 seconds; it was asked to poll") == true)
        }
    }

    @Test func aTaskThatHangsInItsStopIsKilled() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            try await task.start(context: FakeSourceContext(), configuration: ["hang": "stop"])
            let late = await error { try await task.stop() }
            #expect(late?.message.contains("did not stop within 0.5 seconds and was killed") == true)
            #expect(fixture.processes.count == 0)
        }
    }

    @Test func whatTheWorkerGivesUpIsKilled() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            try await task.start(context: FakeSourceContext(), configuration: ["hang": "poll"])
            let poll = Task { try await task.poll() }
            (task as? any Releasable)?.release()
            await #expect(throws: ConnectError.self) { try await poll.value }
            try await wait(for: "the process's end") { fixture.processes.count == 0 }
        }
    }

    @Test func theErrorsOfAPluginAreItsOwn() async throws {
        try await PluginFixture.with { fixture in
            let task = try await fixture.probe().makeSource().makeTask()
            try await task.start(
                context: FakeSourceContext(), configuration: ["fail": "poll", "retriable": "true"])
            let failure = await error { _ = try await task.poll() }
            #expect(failure?.message == "poll does not work")
            #expect(failure?.code == .unavailable)
            #expect(failure?.isRetriable == true)
            #expect("\(failure?.cause.map { "\($0)" } ?? "")".contains("probe.py"))
            // It lives and can be asked again.
            let again = await error { _ = try await task.poll() }
            #expect(again?.message == "poll does not work")
            try await task.stop()
        }
    }

    @Test func theExampleInSwiftCounts() async throws {
        try await PluginFixture.with { fixture in
            let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
                path: "swift-counter")
            try fixture.copy("Examples/plugins/swift-counter/connector.json", to: "counter/connector.json")
            try FileManager.default.copyItem(
                at: program, to: URL(filePath: fixture.path + "/counter/swift-counter"))
            let connector = try await fixture.load("counter").makeSource()
            #expect(connector.definition["limit"]?.defaultValue == .value("100"))
            let support = try await onOwnThread { try connector.exactlyOnceSupport(configuration: [:]) }
            #expect(support == .supported)
            let task = connector.makeTask()
            let stored: [ConnectMap: ConnectMap] = [["counter": .string("0")]: ["count": .int64(96)]]
            try await task.start(context: FakeSourceContext(stored: stored), configuration: ["topic": "n"])
            #expect(try await task.poll().map(\.value) == [.int64(97), .int64(98), .int64(99)])
            #expect(try await task.poll().isEmpty)
            try await task.stop()
        }
    }

    // MARK: Sinks

    @Test func aSinkTaskIsPutEverythingInOrder() async throws {
        try await PluginFixture.with { fixture in
            let out = fixture.path + "/out"
            let context = FakeSinkContext()
            let task = try await fixture.probe(.sink).makeSink().makeTask()
            try await task.start(context: context, configuration: ["out": out])
            let partition = TopicPartition("t", 0)
            try await task.open([partition])
            let values = (0..<1100).map { "value \($0)" }
            try await task.put(records(values))
            try await task.put([])
            let offsets = try await task.preCommit([partition: LogOffset(1100), TopicPartition("u", 1): LogOffset(1)])
            #expect(offsets == [partition: LogOffset(1100)], "what the task allows")
            try await task.close([partition])
            try await task.stop()
            let calls = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n")
                .map { try JSONValue(parsing: String($0)) }
            #expect(calls.map { $0["call"]?.string } == ["open", "put", "put", "put", "put", "close"])
            let seen = calls.flatMap { $0["records"]?.array ?? [] }
            #expect(seen.map { $0["value"]?.string ?? "" } == values)
            #expect(seen.last?["valueSchema"] == ["type": "string", "optional": false])
            #expect(context.seen.seeks == [partition: LogOffset(5)])
            #expect(context.seen.paused == [partition])
            #expect(context.seen.commits == 1)
            #expect(context.seen.retryTimeout == .milliseconds(7))
        }
    }

    @Test func aRecordThatCannotBePutIsReported() async throws {
        try await PluginFixture.with { fixture in
            let context = FakeSinkContext()
            let task = try await fixture.probe(.sink).makeSink().makeTask()
            try await task.start(context: context, configuration: ["out": fixture.path + "/out"])
            try await task.put(records(["good", "bad", "good"]))
            #expect(context.seen.reports == ["t-0 1: it is bad"])
            try await task.stop()
            let silent = try await fixture.load().makeSink().makeTask()
            try await silent.start(
                context: FakeSinkContext(takesReports: false), configuration: ["out": fixture.path + "/out"])
            let failure = await error { try await silent.put(records(["bad"])) }
            #expect(failure?.message.contains("nothing that takes reports") == true)
            try await silent.stop()
        }
    }

    @Test func aBatchThatIsTooLargeForAFrameIsDivided() async throws {
        try await PluginFixture.with(frameLimit: 20_000) { fixture in
            let out = fixture.path + "/out"
            let task = try await fixture.probe(.sink).makeSink().makeTask()
            try await task.start(context: FakeSinkContext(), configuration: ["out": out])
            let values = (0..<16).map { "\($0) " + String(repeating: "x", count: 4000) }
            try await task.put(records(values))
            let huge = records(["small", String(repeating: "x", count: 30_000)])
            let failure = await error { try await task.put(huge) }
            #expect(failure?.message.hasPrefix("A record is too large for its plug-in (t-0, offset 1)") == true)
            try await task.stop()
            let calls = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n")
                .map { try JSONValue(parsing: String($0)) }
            let seen = calls.flatMap { $0["records"]?.array ?? [] }.map { $0["value"]?.string ?? "" }
            #expect(seen == values + ["small"])
        }
    }
}
