import Foundation

/// The seeds of a property test: fresh ones, printed, or the one that `SEED=` names.
enum Seeds {
    /// Runs `body` with `count` generators; a failure names the seed that brings it back.
    static func run(_ name: String, count: Int, _ body: (UInt64, inout SeededGenerator) throws -> Void) throws {
        let replayed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
        let first = replayed ?? UInt64.random(in: 0...UInt64(Int64.max))
        let last = replayed ?? first + UInt64(count) - 1
        print("\(name): seeds \(first)...\(last)")
        for seed in first...last {
            var generator = SeededGenerator(seed: seed)
            do { try body(seed, &generator) } catch {
                throw FailedSeed(description: "\(name), SEED=\(seed): \(error)")
            }
        }
    }

    private struct FailedSeed: Error, CustomStringConvertible { var description: String }
}
