import Foundation

/// Runs a test body once for each of many seeds; `SEED=<number>` in the environment runs the one that failed again.
enum Seeds {
    static func each(_ name: String, count: Int, _ body: (inout SeededGenerator) throws -> Void) throws {
        var seeds: [UInt64]
        if let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) {
            seeds = [seed]
        } else {
            let first = UInt64.random(in: 0...UInt64.max / 2)
            seeds = (0..<UInt64(count)).map { first + $0 }
        }
        print("\(name): seeds \(seeds[0])...\(seeds[seeds.count - 1])")
        for seed in seeds {
            var generator = SeededGenerator(seed: seed)
            do { try body(&generator) } catch {
                print("\(name): failed with SEED=\(seed)")
                throw error
            }
        }
    }
}

extension RandomNumberGenerator {
    /// True once in `count` times.
    mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}
