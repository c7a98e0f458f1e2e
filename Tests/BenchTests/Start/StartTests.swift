import ArgumentParser
import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct StartTests {
    private func round(_ seconds: Double, memory: Int?) -> ServerStarts.Round {
        let memory = ServerStarts.Memory(resident: memory.map { 2 * $0 << 20 }, filled: memory.map { $0 << 20 })
        return ServerStarts.Round(
            empty: seconds, afterStop: 2 * seconds, afterKill: 3 * seconds, idle: memory, loaded: memory,
            null: seconds / 10, nullIdle: memory)
    }

    @Test func theMediansOfAllRoundsAreTold() {
        var report = Report("start", [:])
        ServerStarts.add([round(3, memory: 10), round(1, memory: 30), round(2, memory: 20)], to: &report)
        #expect(
            report.rows.map { "\($0.name): \($0.value) \($0.unit)" } == [
                "ready in an empty directory: 2000.0 ms", "ready after a stop: 4000.0 ms",
                "ready after kill -9: 6000.0 ms", "resident at rest: 40.0 MiB", "filled by itself at rest: 20.0 MiB",
                "resident after the records: 40.0 MiB", "filled by itself after the records: 20.0 MiB",
            ])
        #expect(report.rows.map { $0.limit != nil } == [true, false, false, true, true, false, false])
        #expect(report.rows[0].ratio.map { abs($0 - 0.1) < 1e-9 } == true && report.rows[3].ratio == 1)
        #expect(
            report.rounds.chart?.lines.map(\.name) == [
                "ready in an empty directory", "ready after a stop", "ready after kill -9", "the null server",
            ])
    }

    @Test func whereTheSystemDoesNotTellThereIsNoMemory() {
        var report = Report("start", [:])
        ServerStarts.add([round(1, memory: nil)], to: &report)
        #expect(report.rows.map(\.unit) == ["ms", "ms", "ms"])
    }

    @Test(arguments: [
        ["--rounds", "0"], ["--records", "0"], ["--settle", "-1"], ["--settle", "nan"], ["--settle", "inf"],
        ["--millrace", "/no/such/program"],
    ]) func whatCannotBeMeasuredIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try StartCommand.parse(arguments) }
    }

    @Test func theServerIsLookedForBesideThisProgram() {
        let path = ProgramSearch.pathBesideThisProgram("millrace")
        #expect(path.hasPrefix("/") && path.hasSuffix("/millrace"))
    }
}
