import ConnectAPI
import Glibc
import Testing

@testable import FileStream

/// Logs that were rotated more than once before somebody looked.
@Suite struct LogRotationTests {
    private func lines(_ range: ClosedRange<Int>) -> [String] { range.map { "line \($0)" } }

    @Test(arguments: RotatingLog.Style.allCases)
    func threeRotationsWhileNobodyReads(_ style: RotatingLog.Style) throws {
        let log = RotatingLog(style)
        log.write("line 1\nline 2\n")
        var first = log.reader()
        let read = try first.readAll()
        first.close()
        for (index, text) in ["line 3\nline 4\n", "line 5\n", "line 6\n"].enumerated() {
            if index == 0 { log.write("late\n") }
            log.rotate(thenWrite: text)
        }
        var second = log.reader(after: read.first)
        #expect(try second.readTexts() == ["line 2", "late"] + lines(3...6))
        log.write("line 7\n")
        #expect(try second.readTexts() == ["line 7"])
        second.close()
    }

    @Test(arguments: RotatingLog.Style.allCases)
    func threeRotationsBetweenTwoReads(_ style: RotatingLog.Style) throws {
        let log = RotatingLog(style)
        log.write("line 1\n")
        var reader = log.reader()
        #expect(try reader.readTexts() == ["line 1"])
        log.write("line 2")
        for number in 3...5 { log.rotate(thenWrite: "line \(number)\n") }
        #expect(try reader.readTexts() == lines(2...5))
        // The old ones are still there, and are not read again.
        log.rotate(thenWrite: "line 6\n")
        #expect(try reader.readTexts() == ["line 6"])
        reader.close()
    }

    @Test func readingGoesOnInTheMiddleOfAFileInBetween() throws {
        let log = RotatingLog()
        log.write("line 1\n")
        var first = log.reader()
        var batch = PollBatch()
        while try first.read(into: &batch, limit: 1), batch.count < 1 {}
        log.rotate(thenWrite: "line 2\nline 3\nline 4\n")
        log.rotate(thenWrite: "line 5\n")
        log.rotate(thenWrite: "line 6\n")
        while batch.count < 3 { _ = try first.read(into: &batch, limit: 3) }
        first.close()
        let records = batch.finish().flatMap(\.records)
        #expect(records.compactMap(\.value.string) == lines(1...3))
        log.rotate(thenWrite: "line 7\n")
        var second = log.reader(after: records.last)
        let rest = try second.readAll()
        second.close()
        #expect(rest.compactMap(\.value.string) == lines(4...7))
        // Each offset names the file that its line is in.
        #expect(Set(rest.compactMap { $0.sourceOffset["inode"]?.integer }).count == 4)
        for (index, record) in rest.enumerated() {
            var again = log.reader(after: record)
            #expect(try again.readTexts() == Array(lines(4...7).dropFirst(index + 1)))
            again.close()
        }
    }

    @Test func copiesOfWhatWasReadAreNotReadAgain() throws {
        let log = RotatingLog()
        let path = log.path
        var last: SourceRecord?
        func copyAndTruncate() throws {
            log.move("app.log.1", "app.log.2")
            let file = try #require(try InputFile(path: path))
            log.folder.write("app.log.1", String(decoding: try file.beginning(limit: 1000), as: UTF8.self))
            file.close()
            #expect(Glibc.truncate(path, 0) == 0)
        }
        log.write("line 1\n")
        var reader = log.reader()
        #expect(try reader.readTexts() == ["line 1"])
        for number in 2...4 {
            try copyAndTruncate()
            #expect(try reader.readTexts().isEmpty)
            log.write("line \(number)\n")
            let records = try reader.readAll()
            #expect(records.compactMap(\.value.string) == ["line \(number)"])
            last = records.last
            // A restart finds the file that it knows, and looks for no other.
            var again = log.reader(after: last)
            #expect(try again.readTexts().isEmpty)
            again.close()
        }
        // The copies are older than what was written after them, also for a rotation that renames.
        log.move("app.log.1", "app.log.2")
        log.move("app.log", "app.log.1")
        log.write("line 5\n")
        #expect(try reader.readTexts() == ["line 5"])
        reader.close()
        var restarted = log.reader(after: last)
        #expect(try restarted.readTexts() == ["line 5"])
        restarted.close()
    }

    @Test func compressedFilesAreSpokenOfOnce() throws {
        let log = RotatingLog(), logged = LoggedLines()
        log.write("line 1\n")
        var first = log.reader()
        let last = try first.readAll().last
        first.close()
        log.rotate(thenWrite: "line 2\n")
        log.rotate(thenWrite: "line 3\n")
        log.rotate(thenWrite: "line 4\n")
        for (age, time) in [(3, 100), (2, 200), (1, 300)] { log.setTime(log.name(age), time) }
        log.move("app.log.2", "app.log.2.gz")
        var reader = log.reader(after: last, logger: logged.logger)
        #expect(try reader.readTexts() == ["line 3", "line 4"])
        log.move("app.log.2.gz", "app.log.3.gz")
        log.move("app.log.1", "app.log.2")
        log.rotate(thenWrite: "line 5\n")
        #expect(try reader.readTexts() == ["line 5"])
        reader.close()
        #expect(logged.all.count == 1)
        #expect(logged.all.first?.hasPrefix("\(log.path).2.gz was rotated and compressed before it was read") == true)
    }

    @Test func whereTheFileIsGoneReadingGoesOnWithTheOldestThatIsLeft() throws {
        let log = RotatingLog(), logged = LoggedLines()
        log.write("line 1\n")
        var first = log.reader()
        let last = try first.readAll().last
        for number in 2...4 { log.rotate(thenWrite: "line \(number)\n") }
        log.remove("app.log.3")
        var reader = log.reader(after: last, logger: logged.logger)
        #expect(try reader.readTexts() == lines(2...4))
        reader.close()
        first.close()
        #expect(logged.all.count == 1 && logged.all.first?.contains("up to byte 7 is not beside it any more") == true)
    }

    @Test func aLateLineDoesNotBringItsFileBack() throws {
        let log = RotatingLog()
        log.write("line 1\n")
        var reader = log.reader()
        #expect(try reader.readTexts() == ["line 1"])
        log.rotate()
        #expect(try reader.readTexts().isEmpty)
        // Its writer has not heard of the rotation yet, and the new file stays empty.
        log.folder.write("app.log.1", "late\n")
        log.setTime("app.log", 1_700_000_000)
        log.rotate(thenWrite: "line 2\n")
        #expect(try reader.readTexts() == ["line 2"])
        reader.close()
    }

    @Test func aFileThatCannotBeOpenedIsNamedAndNotPassedOver() throws {
        let log = RotatingLog()
        log.write("line 1\n")
        var reader = log.reader()
        let last = try reader.readAll().last
        log.rotate(thenWrite: "line 2\n")
        log.rotate(thenWrite: "line 3\n")
        chmod(log.folder.path, 0o755)
        for name in ["app.log", "app.log.2"] { chmod("\(log.folder.path)/\(name)", 0o644) }
        chmod("\(log.path).1", 0)
        try asNobody {
            for _ in 0..<2 {
                let error = #expect(throws: ConnectError.self) { try reader.readAll() }
                #expect(error?.message == "Cannot open \(log.path).1: Permission denied")
            }
            var restarted = log.reader(after: last)
            #expect(throws: ConnectError.self) { try restarted.readAll() }
            restarted.close()
        }
        chmod("\(log.path).1", 0o644)
        #expect(try reader.readTexts() == lines(2...3))
        reader.close()
    }

    @Test func aFolderThatMayNotBeListedIsSpokenOf() throws {
        let log = RotatingLog(), logged = LoggedLines()
        log.write("line 1\n")
        var reader = log.reader(logger: logged.logger)
        _ = try reader.readAll()
        log.rotate(thenWrite: "line 2\n")
        chmod(log.path, 0o644)
        chmod(log.folder.path, 0o711)
        try asNobody {
            let texts = try reader.readTexts()
            #expect(texts == ["line 2"])
        }
        reader.close()
        #expect(logged.all.count == 1 && logged.all.first?.contains("may not be listed") == true)
    }

    @Test func aTaskGoesThroughAllFilesAndTellsWhatIsMissing() async throws {
        let log = RotatingLog(), logged = LoggedLines()
        log.write("line 1\n")
        var reader = log.reader()
        let offset = try #require(try reader.readAll().last?.sourceOffset)
        reader.close()
        for number in 2...4 { log.rotate(thenWrite: "line \(number)\n") }
        log.remove("app.log.3")
        let task = FileStreamSourceConnector(version: "test").makeTask()
        try await task.start(
            context: LoggedContext(offset: offset, logger: logged.logger),
            configuration: ["file": log.path, "topic": "t"])
        var texts: [String] = []
        while texts.count < 3 { texts += try await task.poll().compactMap(\.value.string) }
        #expect(texts == lines(2...4) && logged.all.count == 1)
        try await task.stop()
    }

    @Test func filesThatAPatternMatchesAreNotReadTwice() async throws {
        let log = RotatingLog(.datesBeforeEnding)
        log.write("line 1\n")
        var reader = log.reader()
        let offset = try #require(try reader.readAll().last?.sourceOffset)
        reader.close()
        for number in 2...4 { log.rotate(thenWrite: "line \(number)\n") }
        let task = FileStreamSourceConnector(version: "test").makeTask()
        try await task.start(
            context: LoggedContext(filename: log.path, offset: offset, logger: .silent),
            configuration: ["file": "\(log.folder.path)/*.log", "topic": "t"])
        var texts: [String] = []
        // As long again as it takes: nothing comes twice.
        for _ in 0..<10 { texts += try await task.poll().compactMap(\.value.string) }
        #expect(texts.sorted() == lines(1...4))
        try await task.stop()
    }

    /// Runs `body` with the rights to files that nobody in particular has; root may read everything.
    private func asNobody(_ body: () throws -> Void) throws {
        guard geteuid() == 0 else { return try body() }
        // Of this thread alone, unlike `seteuid`; the module does not have it.
        typealias SetUser = @convention(c) (UInt32) -> Int32
        let setUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetUser.self)
        _ = setUser(65534)
        defer { _ = setUser(0) }
        try body()
    }
}

private struct LoggedContext: SourceTaskContext, OffsetStorageReader {
    var filename: String?
    let offset: ConnectMap
    let logger: ConnectLogger
    var configuration: [String: String] { [:] }
    var offsetStorageReader: any OffsetStorageReader { self }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? {
        filename == nil || partition["filename"]?.string == filename ? offset : nil
    }
}
