import Testing

@testable import Coordination

@Suite struct ConsumerProtocolSimulationTests {
    /// A thousand runs, ten to a case.
    @Test(arguments: UInt64(0)..<100) func claimsHoldWhateverClientsTopicsAndTheLogDo(tens: UInt64) throws {
        var assignmentsSeen = 0
        for seed in tens * 10..<tens * 10 + 10 {
            let simulation = try ConsumerProtocolSimulation(seed: seed)
            try simulation.run(steps: 120)
            assignmentsSeen += simulation.assignmentsSeen
        }
        #expect(assignmentsSeen > 60, "the runs from \(tens * 10) on gave out next to nothing")
    }

    /// A run from a seed that has never been tried, or from that in `SEED`; the seed is part of the test's name in the
    /// output.
    @Test(arguments: Seeds.fresh(1)) func claimsHoldInANewRun(seed: UInt64) throws {
        try ConsumerProtocolSimulation(seed: seed).run(steps: 2000)
    }
}
