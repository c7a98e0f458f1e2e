import ArgumentParser
import CAllocationCount
import HotPaths

/// Counts pieces of memory, on all threads of the process.
struct AllocationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocations", abstract: "What each path takes from the heap and gives back, after warm-up.")

    @OptionGroup var options: PathOptions
    @OptionGroup var bounds: CheckOptions

    func run() async throws {
        guard millrace_allocations_are_counted() else {
            CheckOptions.say("allocations are not counted here: that takes Linux with glibc")
            // Bounds that nobody holds anything against are not kept.
            if bounds.thresholds != nil { throw ExitCode.failure }
            return
        }
        print("each time the path is taken           allocations    given back")
        var counts: [PathCount] = []
        for path in options.selected {
            let (taken, givenBack) = try await count(path)
            counts.append(taken)
            print(taken.line(decimals: 2) + PathCount.text(givenBack.each, decimals: 2, width: 14))
        }
        try bounds.check(.allocations, of: counts)
    }

    private func count(_ path: HotPath) async throws -> (taken: PathCount, givenBack: PathCount) {
        let prepared = try await path.prepare(below: options.directory)
        try prepared.take(path.warmUp)
        let (allocations, frees) = (millrace_allocation_count(), millrace_free_count())
        try prepared.take(path.repetitions)
        let taken = millrace_allocation_count() - allocations
        let givenBack = millrace_free_count() - frees
        try await prepared.end()
        let repetitions = Double(path.repetitions)
        return (
            PathCount(path: path.name, each: Double(taken) / repetitions),
            PathCount(path: path.name, each: Double(givenBack) / repetitions)
        )
    }
}
