import Foundation
import ServerHarness
import Testing

/// The durability contract against power cuts, made for real: a file system in an image is cut off below a writer.
///
/// `make crash` runs a hundred rounds of each file system, `MILLRACE_CRASH_ROUNDS` any number; `SEED` repeats a run.
/// Where no rounds were asked for and no file system can be mounted there are none; where they were, that is a failure.
@Suite(
    .serialized, .timeLimit(.minutes(60)),
    .enabled("file systems can be mounted") {
        if PowerCutRounds.askedFor != nil { return true }
        return await LoopFileSystem.canBeMade.value
    })
struct PowerCutTests {
    static let rounds = PowerCutRounds.askedFor ?? 3
    static let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: .min ... .max)

    @Test(arguments: LoopFileSystem.Kind.allCases)
    func everyAcknowledgedRecordOutlivesAPowerCut(kind: LoopFileSystem.Kind) async throws {
        print("power cuts on \(kind.rawValue): \(Self.rounds) rounds, seed \(Self.seed)")
        let directory = try TemporaryDirectory()
        var checked = 0
        try await LoopFileSystem.with(kind, in: directory) { disk in
            var random = SeededGenerator(seed: Self.seed)
            var store = PowerCutStore(on: disk, in: directory, seed: Self.seed)
            for round in 1...Self.rounds {
                // Now and then a new directory: its own files and names can be lost as well.
                if Int.random(in: 0..<6, using: &random) == 0 { try store.startAnew(round: round) }
                try await store.write(round: round, acknowledging: .flushed, random: &random)
                let outcome = try await store.check(closing: .random(using: &random))
                try #require(
                    outcome.lost == 0 && outcome.problems == [], "round \(round), seed \(Self.seed): \(outcome)")
                checked += outcome.records
            }
        }
        print("power cuts on \(kind.rawValue): \(checked) records checked, none lost")
        #expect(checked > 0)
    }

    /// The same without a sync before the acknowledgement has to lose records, or the cuts cut nothing.
    @Test(arguments: LoopFileSystem.Kind.allCases)
    func withoutFlushingRecordsAreLost(kind: LoopFileSystem.Kind) async throws {
        let directory = try TemporaryDirectory()
        try await LoopFileSystem.with(kind, in: directory) { disk in
            var random = SeededGenerator(seed: Self.seed)
            var store = PowerCutStore(on: disk, in: directory, seed: Self.seed)
            for round in 1...5 {
                try store.startAnew(round: round)
                try await store.write(round: round, acknowledging: .unflushed, random: &random)
                let lost = try await store.check(closing: false).lost
                if lost > 0 {
                    print("power cuts on \(kind.rawValue), not flushing: \(lost) acknowledged records lost")
                    return
                }
            }
            Issue.record("five power cuts and nothing lost, seed \(Self.seed)")
        }
    }
}

private enum PowerCutRounds {
    /// How many rounds were asked for; nil among the other tests.
    static let askedFor = ProcessInfo.processInfo.environment["MILLRACE_CRASH_ROUNDS"].flatMap { Int($0) }
}
