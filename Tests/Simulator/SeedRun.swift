/// Runs one seed after the other, and says what they came to.
public struct SeedRun {
    private let seeds: Range<UInt64>
    private let faultySteps: Int
    private let keptEvents: Int

    /// Creates the run of some seeds.
    ///
    /// - Parameters:
    ///   - faultySteps: How many events there are with faults in each.
    ///   - keptEvents: How many of the last are printed of one that fails.
    public init(seeds: Range<UInt64>, faultySteps: Int, keptEvents: Int = 120) {
        self.seeds = seeds
        self.faultySteps = faultySteps
        self.keptEvents = keptEvents
    }

    /// Runs them, up to the first that fails, of which the last events are printed.
    ///
    /// - Returns: Whether all claims held.
    public func run() -> Bool {
        var (steps, records, epochs, unclean, fenced, lost) = (0, 0, 0, 0, 0, 0)
        for seed in seeds {
            let simulation = Simulation(seed: seed, keptEvents: keptEvents)
            do {
                let report = try simulation.run(faultySteps: faultySteps)
                steps += report.steps
                records += report.replicatedRecords
                epochs += report.epochsLed
                unclean += report.uncleanElections
                fenced += report.fencedWrites
                lost += report.partitionsLost
            } catch {
                print(simulation.lastEvents)
                print("seed \(seed), \(faultySteps) steps: \(error)")
                return false
            }
        }
        print(
            "\(seeds.count) seeds from \(seeds.lowerBound): \(steps) events, \(records) records acknowledged, "
                + "\(epochs) epochs led, \(unclean) unclean elections, \(fenced) writes of former controllers refused, "
                + "\(lost) partitions without a whole copy left"
        )
        return true
    }
}
