import Glibc
import Simulator

/// Runs seeds: `simulate FIRST COUNT STEPS [EVENTS]`. Says how many there were, or the first seed for which a claim did
/// not hold, with the last events before that.
let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard (3...4).contains(numbers.count), CommandLine.arguments.count == numbers.count + 1 else {
    print("usage: simulate FIRST COUNT STEPS [EVENTS]")
    exit(2)
}
let run = SeedRun(
    seeds: numbers[0]..<numbers[0] + numbers[1], faultySteps: Int(numbers[2]),
    keptEvents: numbers.count == 4 ? Int(numbers[3]) : 120)
exit(run.run() ? 0 : 1)
