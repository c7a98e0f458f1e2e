import Foundation
import ServerHarness
import Testing

/// A consume-transform-produce copier under fire: killed, and its server killed, over and over, it copies each record
/// once.
@Suite(.timeLimit(.minutes(15)))
struct ExactlyOnceTests {
    private static let records = 100_000
    private static let kills = 20

    @Test func copyHoldsEachRecordOnceWhoeverDies() async throws {
        try await ServerProcess.with(ports: .kept) { server in
            let arguments = [
                "--bootstrap", server.bootstrap, "--source", "in", "--target", "out", "--records", "\(Self.records)",
            ]
            _ = try await Command.python("copier.py", ["fill"] + arguments)

            var copier = try await Copier(arguments, server)
            var killed = 0
            while killed < Self.kills {
                // Each time a little further, so that the last one falls well before the end.
                let mark = Self.records * (killed + 1) / (Self.kills + 2)
                guard try await copier.reach(mark) else { break }
                killed += 1
                if killed.isMultiple(of: 2) {
                    try await server.kill()
                    try await server.start()
                } else {
                    try await copier.kill()
                    copier = try await Copier(arguments, server)
                }
            }
            #expect(killed == Self.kills)
            try await copier.finish()

            let copy = try await Command.python("copier.py", ["verify"] + arguments).json()
            #expect(copy["missing"] == 0)
            #expect(copy["repeated"] == 0)
            #expect(copy["inOrder"]?.bool == true)
            #expect(copy["partitionsRead"] == 4)
        }
    }
}

/// One `copier.py copy` at work.
private struct Copier {
    private let process: ChildProcess
    private let progressFile: String

    init(_ arguments: [String], _ server: ServerProcess) async throws {
        progressFile = server.directory.path("copier-\(UUID().uuidString).progress")
        process = try await ChildProcess.start(
            Repository.python(), [Repository.clientScript("copier.py"), "copy"] + arguments,
            output: .file(progressFile))
    }

    /// Waits until so many records are copied.
    ///
    /// - Returns: Whether they are, and the copier has not ended before.
    func reach(_ count: Int) async throws -> Bool {
        try await eventually("\(count) copied records", within: .seconds(120)) {
            if process.hasEnded { return false }
            let lines = try String(contentsOfFile: progressFile, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            // The last line may be half of one.
            let last = lines.dropLast().last.flatMap { Int($0) } ?? 0
            return last >= count ? true : nil
        }
    }

    func kill() async throws {
        process.signal(SIGKILL)
        _ = try await process.result(within: .seconds(30))
    }

    /// Waits until all is copied.
    func finish() async throws {
        let result = try await process.result(within: .seconds(300))
        guard result.status == 0 else {
            throw HarnessError("the copier ended with \(result.status): \(result.errors.suffix(2000))")
        }
    }
}
