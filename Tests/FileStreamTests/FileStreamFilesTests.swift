import ConnectAPI
import FileStream
import Glibc
import Testing

/// Several files, patterns, starts at the end, and records of several lines.
@Suite struct FileStreamFilesTests {
    private let folder = TemporaryFolder()

    private func connector(_ configuration: [String: String]) async throws -> FileStreamSourceConnector {
        let connector = FileStreamSourceConnector(version: "test")
        try await connector.start(context: NoConnectorContext(), configuration: configuration)
        return connector
    }

    private func configuration(_ file: String, _ more: [String: String] = [:]) -> [String: String] {
        ["file": file, "topic": "lines"].merging(more) { _, new in new }
    }

    private func started(
        _ configuration: [String: String], offsets: [String: ConnectMap] = [:]
    ) async throws
        -> any SourceTask
    {
        let task = FileStreamSourceConnector(version: "test").makeTask()
        try await task.start(context: StoredOffsets(offsets: offsets), configuration: configuration)
        return task
    }

    private func poll(_ task: any SourceTask, until count: Int) async throws -> [SourceRecord] {
        var records: [SourceRecord] = []
        while records.count < count { records += try await task.poll() }
        return records
    }

    private func texts(_ records: [SourceRecord]) -> [String] { records.compactMap(\.value.string) }

    @Test func oneFileHasOneTaskWithTheConfigurationAsItIs() async throws {
        let configuration = configuration("\(folder.path)/a")
        let tasks = try await connector(configuration).taskConfigurations(maximum: 5)
        #expect(tasks == [configuration])
    }

    @Test func filesAreDividedOverTasks() async throws {
        for name in 0..<8 { folder.write("\(name).log", "line \(name)\n") }
        let tasks = try await connector(configuration("\(folder.path)/*.log")).taskConfigurations(maximum: 3)
        #expect(tasks.count == 3)
        var found: [String] = []
        for configuration in tasks {
            let task = try await started(configuration)
            // Two rounds: all there is comes with the first.
            for _ in 0..<2 { found += texts(try await task.poll()) }
            try await task.stop()
        }
        #expect(found.sorted() == (0..<8).map { "line \($0)" })
    }

    @Test func aNewFileIsFoundWhileTheTaskRuns() async throws {
        folder.write("a.log", "one\n")
        let task = try await started(configuration("\(folder.path)/*.log"))
        #expect(texts(try await poll(task, until: 1)) == ["one"])
        folder.write("b.log", "two\n")
        let records = try await poll(task, until: 1)
        #expect(texts(records) == ["two"])
        #expect(records.first?.sourcePartition == ["filename": .string("\(folder.path)/b.log")])
        #expect(records.first?.sourceOffset["position"] == .int64(4))
        try await task.stop()
    }

    @Test func eachFileGoesOnAtItsOwnOffset() async throws {
        folder.write("a", "one\ntwo\n")
        folder.write("b", "three\nfour\n")
        let task = try await started(
            configuration("\(folder.path)/a,\(folder.path)/b"),
            offsets: ["\(folder.path)/a": ["position": .int64(4)], "\(folder.path)/b": ["position": .int64(6)]])
        #expect(texts(try await poll(task, until: 2)).sorted() == ["four", "two"])
        try await task.stop()
    }

    @Test func aFileThatGrowsFastLetsOthersThrough() async throws {
        folder.write("a", String(repeating: "busy\n", count: 100))
        folder.write("b", "quiet\n")
        let task = try await started(
            configuration("\(folder.path)/a,\(folder.path)/b", ["batch.size": "10"]))
        var polls = 0
        while !(texts(try await task.poll()).contains("quiet")) { polls += 1 }
        #expect(polls <= 2)
        try await task.stop()
    }

    @Test func aFileThatAPatternFoundAndThatIsRemovedIsReadToItsEndAndLetGo() async throws {
        folder.write("a.log", "one\ntwo\nrest")
        let task = try await started(configuration("\(folder.path)/*.log", ["batch.size": "1"]))
        #expect(texts(try await poll(task, until: 1)) == ["one"])
        unlink("\(folder.path)/a.log")
        #expect(texts(try await poll(task, until: 2)) == ["two", "rest"])
        folder.write("a.log", "a new file of the name\n")
        #expect(texts(try await poll(task, until: 1)) == ["a new file of the name"])
        try await task.stop()
    }

    @Test func onlyWhatIsReadFromItsBeginningIsReadExactlyOnce() throws {
        let connector = FileStreamSourceConnector(version: "test")
        for (settings, expected) in [
            ([:], ExactlyOnceSupport.supported), (["start.position": "beginning"], .supported),
            (["start.position": " end"], .unsupported), (["file": ""], .unsupported),
        ] {
            #expect(try connector.exactlyOnceSupport(configuration: configuration("f", settings)) == expected)
        }
    }

    @Test func readingStartsAtTheEndOfWhatIsThere() async throws {
        folder.write("a.log", "old\n")
        let task = try await started(configuration("\(folder.path)/*.log", ["start.position": "end"]))
        #expect(try await task.poll().isEmpty)
        folder.write("a.log", "new\n")
        folder.write("b.log", "whole\n")
        // Which of two files comes first is not promised.
        #expect(texts(try await poll(task, until: 2)).sorted() == ["new", "whole"])
        try await task.stop()
        let path = "\(folder.path)/a.log"
        let again = try await started(
            configuration(path, ["start.position": "end"]), offsets: [path: ["position": .int64(0)]])
        #expect(texts(try await poll(again, until: 2)) == ["old", "new"])
        try await again.stop()
    }

    @Test func linesThatBelongTogetherAreOneRecord() async throws {
        folder.write("a", "error: x\n  at y\n  at z\ninfo: fine\n")
        let path = "\(folder.path)/a"
        let task = try await started(
            configuration(path, ["multiline.pattern": "^\\s", "multiline.timeout.ms": "1"]))
        let records = try await poll(task, until: 2)
        #expect(texts(records) == ["error: x\n  at y\n  at z", "info: fine"])
        #expect(records.map { $0.sourceOffset["position"] } == [.int64(23), .int64(34)])
        try await task.stop()
    }

    @Test func theLastRecordOfAFileThatWasReplacedIsComplete() async throws {
        folder.write("a", "one\n two\nthree\n four")
        let path = "\(folder.path)/a"
        let task = try await started(
            configuration(path, ["multiline.pattern": "^\\s", "multiline.timeout.ms": "3600000"]))
        #expect(texts(try await poll(task, until: 1)) == ["one\n two"])
        rename(path, path + ".1")
        folder.write("a", "new\n line\nlast\n")
        let records = try await poll(task, until: 2)
        #expect(texts(records) == ["three\n four", "new\n line"])
        #expect(records.first?.sourceOffset["position"] == .int64(0))
        try await task.stop()
    }

    @Test func aFileThatCannotBeReadIsNamed() async throws {
        let task = try await started(configuration(folder.path))
        let error = await #expect(throws: ConnectError.self) { try await poll(task, until: 1) }
        #expect(error?.message == "Cannot read \(folder.path): Is a directory")
        try await task.stop()
    }

    @Test(arguments: [
        ("file", "a,[b"), ("file", "/x/**/y"), ("start.position", "middle"), ("multiline.pattern", "("),
        ("multiline.match", "around"), ("multiline.max.lines", "0"), ("multiline.negate", "perhaps"),
        ("multiline.timeout.ms", "-1"),
    ])
    func wrongValuesAreRefusedByName(_ key: String, _ value: String) async throws {
        let values = FileStreamSourceConnector.definition.validate(configuration("f", [key: value]))
        #expect(values.filter { !$0.errors.isEmpty }.map(\.name) == [key])
        await #expect(throws: ConnectError.self) { try await connector(configuration("f", [key: value])) }
    }
}

private struct NoConnectorContext: ConnectorContext {
    func requestTaskReconfiguration() async {}
    func raise(_ error: any Error) async {}
}

/// Offsets by the file's name.
private struct StoredOffsets: SourceTaskContext, OffsetStorageReader {
    let offsets: [String: ConnectMap]
    var configuration: [String: String] { [:] }
    var offsetStorageReader: any OffsetStorageReader { self }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? {
        partition["filename"]?.string.flatMap { offsets[$0] }
    }
}
