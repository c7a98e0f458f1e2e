import Foundation

/// Random numbers that a printed seed brings back (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Creates a generator whose numbers follow from `seed`.
    package init(seed: UInt64) { state = seed }

    /// A generator from a fresh seed, or from that in `SEED`; it is printed so that a failure can be repeated.
    package static func printingSeed(_ name: String) -> SeededGenerator {
        let seed = Seeds.chosen ?? UInt64.random(in: 0...UInt64.max)
        print("\(name): seed \(seed)")
        return SeededGenerator(seed: seed)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// True once in `count` times, on average.
    package mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// Runs a property once for each of many seeds.
package enum Seeds {
    /// The seed that `SEED` asks for, to see one failure again.
    package static var chosen: UInt64? { ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } }

    /// Calls `body` for `count` fresh seeds, or for that in `SEED` alone; the seed of a failure is printed.
    ///
    /// - Throws: what `body` throws, for the first seed that makes it.
    package static func forEach(
        _ count: Int, _ name: String = #function, _ body: (inout SeededGenerator) throws -> Void
    ) throws {
        let first = UInt64.random(in: 0...UInt64.max / 2)
        print("\(name): \(chosen.map { "seed \($0)" } ?? "\(count) seeds from \(first) on")")
        for seed in chosen.map({ $0...$0 }) ?? first...first + UInt64(count - 1) {
            var generator = SeededGenerator(seed: seed)
            do { try body(&generator) } catch {
                print("\(name): failed; to see it again: SEED=\(seed)")
                throw error
            }
        }
    }
}
