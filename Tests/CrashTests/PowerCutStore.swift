import Foundation
import ServerHarness

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A store on a file system that is cut off again and again, and the journal of its writers beside it.
struct PowerCutStore {
    /// What the writer takes for an acknowledgement.
    enum Acknowledgement: String {
        /// The records are on the device.
        case flushed
        /// The records are in the page cache.
        case unflushed
    }

    /// What a check found.
    struct Outcome {
        let records: Int
        let lost: Int
        let problems: [String]
    }

    private let disk: LoopFileSystem
    private let directory: TemporaryDirectory
    private let seed: UInt64
    /// Tells this store's directory and journal from those before.
    private var name = "store-0"

    init(on disk: LoopFileSystem, in directory: TemporaryDirectory, seed: UInt64) {
        self.disk = disk
        self.directory = directory
        self.seed = seed
    }

    private var path: String { disk.mountPoint + "/" + name }
    private var journal: String { directory.path("\(disk.kind.rawValue)-\(name).journal") }

    /// Leaves the old store and goes on with one that does not exist yet.
    mutating func startAnew(round: Int) throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        name = "store-\(round)"
    }

    /// Lets a writer write, cuts the file system off at a random moment, kills the writer and mounts anew.
    func write(round: Int, acknowledging: Acknowledgement, random: inout SeededGenerator) async throws {
        let before = try lines().count
        let writer = try await ChildProcess.start(
            Self.program(), ["write", path, "\(seed)", "\(round)", acknowledging.rawValue], output: .appended(journal))
        // From the first instant, when the directory is being made, up to the last batch.
        let target = before + Int.random(in: 0...900, using: &random)
        try await wait(for: "\(target) lines of \(journal)", within: .seconds(60)) {
            let lines = try lines()
            return lines.count >= target || Self.isOver(lines[before...]) || writer.hasEnded
        }
        guard !writer.hasEnded else {
            throw HarnessError("the writer ended by itself: \(try await writer.result(within: .seconds(1)))")
        }
        if Bool.random(using: &random) {
            try await cutOffAtRest(writer, since: before)
        } else {
            try await cutOffInFlight(writer, since: before, waits: .random(using: &random))
        }
        writer.signal(SIGKILL)
        _ = try await writer.result(within: .seconds(30))
        try await disk.remount()
    }

    /// Cuts while the writer is between two system calls: it has seen nothing of the cut that was not so before.
    ///
    /// Every acknowledgement counts, those included that it makes afterwards.
    private func cutOffAtRest(_ writer: ChildProcess, since start: Int) async throws {
        writer.signal(SIGSTOP)
        try await wait(for: "all threads of the writer to stop") { try Self.hasStopped(writer.processID) }
        try await disk.cutOff()
        writer.signal(SIGCONT)
        try await wait(for: "the writer to notice") { try writer.hasEnded || Self.isOver(lines()[start...]) }
    }

    /// Cuts in the middle of whatever the writer is doing.
    ///
    /// What it acknowledges from here on does not count: the kernel lets a sync succeed that a shutdown overtakes, though
    /// the bytes are lost (a bare loop of write and fdatasync shows it on both file systems). With the power gone no one
    /// would have heard of it.
    private func cutOffInFlight(_ writer: ChildProcess, since start: Int, waits: Bool) async throws {
        let file = try FileDescriptor.open(FilePath(journal), .writeOnly, options: [.append])
        _ = try file.closeAfter { try file.writeAll("cut 0\ncut 1\n".utf8) }
        try await disk.cutOff()
        if waits {
            try await wait(for: "the writer to notice") { try writer.hasEnded || Self.isOver(lines()[start...]) }
        }
    }

    /// Whether no thread of a process is in a system call any more.
    private static func hasStopped(_ process: Int32) throws -> Bool {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        return try threads.allSatisfy { thread in
            let status = try String(contentsOfFile: "/proc/\(process)/task/\(thread)/stat", encoding: .utf8)
            // The state stands behind the name, which is in parentheses.
            return status.split(separator: ")").last?.hasPrefix(" T") == true
        }
    }

    /// Opens the store with what is left, and compares it with the journal.
    func check(closing: Bool) async throws -> Outcome {
        let json = try await Command.check(
            Self.program(), ["check", path, "\(seed)", journal, closing ? "close" : "leave"]
        ).json()
        guard let records = json["records"]?.int, let lost = json["lost"]?.int, let problems = json["problems"]?.array
        else { throw HarnessError("no outcome of the check of \(path)") }
        return Outcome(records: records, lost: lost, problems: problems.compactMap(\.string))
    }

    private func lines() throws -> [Substring] {
        guard FileManager.default.fileExists(atPath: journal) else { return [] }
        return try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
    }

    /// Whether both partitions have come to their end, by a limit or by a failure.
    private static func isOver(_ lines: ArraySlice<Substring>) -> Bool {
        lines.count { $0.hasPrefix("done") || $0.hasPrefix("refused") } >= 2
    }

    /// The writing and checking program: a dependency of this target, so that a build has left it beside the tests.
    private static func program() -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "power-cut").path()
    }
}
