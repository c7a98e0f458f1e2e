import Testing

@Suite struct ConsumerGroupSimulationTests {
    @Test(arguments: UInt64(1)...24) func claimsHoldWhateverMembersAndTheLogDo(seed: UInt64) throws {
        let simulation = try GroupSimulation(seed: seed)
        try simulation.run(steps: 1500)
        #expect(simulation.assignmentsSeen > 20, "seed \(seed) formed no generations")
        #expect(simulation.offsetsSeen > 20, "seed \(seed) committed nothing")
        // Every third log is slow enough.
        if seed % 3 == 2 { #expect(simulation.offsetsGivenUp > 0, "seed \(seed) waited for everything") }
    }

    /// A run from a seed that has never been tried, or from that in `SEED`; the seed is part of the test's name in the
    /// output.
    @Test(arguments: Seeds.fresh(1)) func claimsHoldInANewRun(seed: UInt64) throws {
        try GroupSimulation(seed: seed).run(steps: 4000)
    }
}
