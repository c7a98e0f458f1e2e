import ArgumentParser
import CCallgrind
import HotPaths

/// Takes the paths for callgrind, which counts nothing but them.
struct CallgrindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callgrind", abstract: "Take each path under `valgrind --tool=callgrind --instr-atstart=no`.")

    @OptionGroup var options: PathOptions

    func validate() throws {
        guard millrace_callgrind_is_known() else {
            throw ValidationError(
                "built where valgrind's headers were not: install valgrind, remove .build-benchmarks and build anew")
        }
        guard millrace_callgrind_is_running() else { throw ValidationError("runs under valgrind only") }
    }

    func run() async throws {
        for path in options.selected {
            CheckOptions.say(path.name)
            let prepared = try await path.prepare(below: options.directory)
            try prepared.take(path.warmUp)
            // A counted instruction takes some fifty times as long as one that is not.
            let count = max(20, path.repetitions / 50)
            millrace_callgrind_begin(CallgrindProfile.label(of: path.name, takenTimes: count))
            try prepared.take(count)
            millrace_callgrind_end()
            try await prepared.end()
        }
    }
}
