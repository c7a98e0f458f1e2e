import ConnectAPI
import Glibc
import Synchronization
import Testing

@testable import FileStream

/// A log in a folder of its own that is rotated as tests want it.
final class RotatingLog {
    /// What old files are called.
    enum Style: CaseIterable {
        /// `app.log.1` is the youngest.
        case numbers
        /// `app.1.log` is the youngest.
        case numbersBeforeEnding
        /// `app.log-20260101`, a day later each time.
        case dates
        /// `app-2026-01-01.log`, a day later each time.
        case datesBeforeEnding
    }

    let folder = TemporaryFolder()
    let style: Style
    /// How often the log was rotated.
    private(set) var rotations = 0

    init(_ style: Style = .numbers) { self.style = style }

    var path: String { "\(folder.path)/app.log" }

    /// Appends to the log.
    func write(_ text: String) { folder.write("app.log", text) }

    /// The name of an old file; 1 is the youngest.
    func name(_ age: Int) -> String {
        let day = rotations - age
        let (month, date) = (day / 28 + 1, day % 28 + 1)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return switch style {
        case .numbers: "app.log.\(age)"
        case .numbersBeforeEnding: "app.\(age).log"
        case .dates: "app.log-2026\(two(month))\(two(date))"
        case .datesBeforeEnding: "app-2026-\(two(month))-\(two(date)).log"
        }
    }

    /// Renames the old files as far as their names ask for it, and the log; there is a new one with the next line.
    func rotate(thenWrite text: String = "") {
        if style == .numbers || style == .numbersBeforeEnding {
            for age in stride(from: rotations, to: 0, by: -1) { move(name(age), name(age + 1)) }
        }
        rotations += 1
        move("app.log", name(1))
        write(text)
    }

    /// Renames a file that may be gone.
    func move(_ old: String, _ new: String) { rename("\(folder.path)/\(old)", "\(folder.path)/\(new)") }

    /// Removes a file.
    func remove(_ name: String) { #expect(unlink("\(folder.path)/\(name)") == 0) }

    /// Sets when a file was written last, in seconds.
    func setTime(_ name: String, _ seconds: Int) {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(folder.path)/\(name)", times, 0) == 0)
    }

    /// A reader of the log that goes on behind `record`.
    func reader(after record: SourceRecord? = nil, logger: ConnectLogger = .silent) -> FileReader {
        var reader = FileReader(path: path, topic: "t", rotation: LogRotation(of: path, logger: logger))
        reader.goOn(
            at: FileReader.Place(
                position: record?.sourceOffset["position"]?.integer, inode: record?.sourceOffset["inode"]?.integer))
        return reader
    }
}

extension FileReader {
    /// Reads all there is.
    mutating func readAll() throws -> [SourceRecord] {
        var batch = PollBatch()
        while try read(into: &batch, limit: 10_000) {}
        return batch.finish().flatMap(\.records)
    }

    /// The texts of all there is.
    mutating func readTexts() throws -> [String] { try readAll().compactMap(\.value.string) }
}

/// The lines that something wrote for its operator.
final class LoggedLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var logger: ConnectLogger { ConnectLogger { [self] _, message, _ in lines.withLock { $0.append(message) } } }
}
