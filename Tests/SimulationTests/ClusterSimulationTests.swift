import Foundation
import Simulator
import Testing

/// Whole clusters under faults, each from a seed: `SEED` replays one, `MILLRACE_SIM_SEEDS` says how many there are and
/// `MILLRACE_SIM_STEPS` how many events each has. `make sim` runs more and longer ones.
@Suite struct ClusterSimulationTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private static let chosen = number("SEED")
    private static let steps = number("MILLRACE_SIM_STEPS").map { Int($0) } ?? 1200

    /// The first seeds, which are the same each time, or the chosen one.
    private static let seeds: Range<UInt64> =
        chosen.map { $0..<$0 + 1 } ?? 1..<1 + (number("MILLRACE_SIM_SEEDS") ?? 200)

    private func run(_ seed: UInt64) -> Simulation.Report? {
        let simulation = Simulation(seed: seed)
        do {
            return try simulation.run(faultySteps: Self.steps)
        } catch {
            Issue.record("SEED=\(seed) MILLRACE_SIM_STEPS=\(Self.steps): \(error)\n\(simulation.lastEvents)")
            return nil
        }
    }

    @Test func claimsHoldWhateverFails() {
        var records = 0
        var epochs = 0
        for seed in Self.seeds {
            guard let report = run(seed) else { return }
            records += report.replicatedRecords
            epochs += report.epochsLed
        }
        // Clusters in which nothing happens prove nothing; of a single one it may be all that its faults leave.
        guard Self.seeds.count > 10 else { return }
        #expect(records > 20 * Self.seeds.count && epochs > Self.seeds.count)
    }

    /// Seeds that have never been tried.
    @Test func claimsHoldInNewRuns() {
        guard Self.chosen == nil else { return }
        for _ in 0..<10 { _ = run(.random(in: 1_000_000...UInt64.max)) }
    }

    @Test(arguments: [UInt64(3), 77]) func aSeedReplaysExactly(seed: UInt64) throws {
        let first = try #require(run(seed))
        #expect(run(seed) == first)
        #expect(run(seed + 1)?.trace != first.trace)
    }
}
