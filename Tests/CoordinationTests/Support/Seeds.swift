import Foundation

/// Where the seeds of random runs come from.
enum Seeds {
    /// The seed that `SEED` asks for, to see one failure again.
    static let chosen = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }

    /// Seeds that have never been tried, or the chosen one alone.
    static func fresh(_ count: Int) -> [UInt64] {
        chosen.map { [$0] } ?? (0..<count).map { _ in .random(in: 1000...UInt64.max) }
    }
}
