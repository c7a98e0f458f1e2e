import Foundation

extension UInt64 {
    /// A seed that has never been tried, or that in `SEED`, to see one failure again.
    static func freshSeed() -> UInt64 {
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
    }
}
