import Foundation
import ServerHarness
import Testing

@testable import millrace_bench

@Suite(.timeLimit(.minutes(1))) struct ForeignProgramTests {
    /// Starts a shell that does what `script` says.
    private func shell(_ script: String, _ directory: TemporaryDirectory) throws -> ForeignProgram {
        try ForeignProgram(
            ForeignProgram.Launch(path: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"]),
            directory: directory.path(""))
    }

    /// The number that a program has written to a file.
    private func number(_ path: String) async throws -> pid_t {
        try await eventually("a number in \(path)") {
            (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { pid_t($0.trimmingCharacters(in: .newlines)) }
        }
    }

    @Test func whatItHasStartedEndsWithIt() async throws {
        let directory = try TemporaryDirectory()
        // Written whole, or not at all.
        let program = try shell("sleep 1000 & echo $! >new; mv new child; wait", directory)
        let child = try await number(directory.path("child"))
        try program.checkThatItRuns()
        #expect(kill(child, 0) == 0)
        program.end()
        // Nobody has asked for its end yet, where whoever does is slow.
        try await wait(for: "the end of \(child)") {
            let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return kill(child, 0) != 0 || state?.contains(") Z ") == true
        }
        program.end()
    }

    @Test func whatEndsByItselfSaysWhatItWrote() async throws {
        let directory = try TemporaryDirectory()
        let program = try shell("echo one; echo no port is free >&2; exit 3", directory)
        defer { program.end() }
        let failure: BenchFailure = try await eventually("its end") {
            do {
                try program.checkThatItRuns()
                return nil
            } catch let failure as BenchFailure { return failure }
        }
        #expect(failure.description == "sh has ended by itself. It wrote:\none\nno port is free")
    }

    /// Starts a shell that does something when it is asked to end, and waits until it would.
    private func shell(onEnd action: String, _ directory: TemporaryDirectory) async throws -> ForeignProgram {
        let program = try shell(
            "trap '\(action)' TERM; echo 1 >new; mv new ready; while :; do sleep 0.01; done", directory)
        _ = try await number(directory.path("ready"))
        return program
    }

    @Test func itEndsInGoodOrderWhenItIsAsked() async throws {
        let directory = try TemporaryDirectory()
        let program = try await shell(onEnd: "exit 0", directory)
        try program.stop(within: 30_000_000_000)
        try program.stop(within: 0)
        program.end()
    }

    @Test func anEndWithAnErrorIsTold() async throws {
        let directory = try TemporaryDirectory()
        let program = try await shell(onEnd: "echo the disk is full; exit 3", directory)
        let failure = #expect(throws: BenchFailure.self) { try program.stop(within: 30_000_000_000) }
        #expect(failure?.description == "sh has ended with an error. It wrote:\nthe disk is full")
    }

    @Test func whatDoesNotEndIsKilled() async throws {
        let directory = try TemporaryDirectory()
        let program = try await shell(onEnd: "echo no", directory)
        let failure = #expect(throws: BenchFailure.self) { try program.stop(within: 200_000_000) }
        #expect(failure?.description.hasPrefix("sh does not end when it is asked to. It wrote:") == true)
        try program.checkThatItRuns()
    }

    @Test func aProgramThatIsNotThereIsNotStarted() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: BenchFailure.self) {
            _ = try ForeignProgram(.init(path: directory.path("none")), directory: directory.path(""))
        }
    }

    #if os(Linux)
    @Test func itsTimeIsTold() async throws {
        let directory = try TemporaryDirectory()
        let program = try shell("while :; do :; done", directory)
        defer { program.end() }
        try await wait(for: "some time of a processor") { program.processorTime ?? 0 > 0.01 }
    }
    #endif
}
