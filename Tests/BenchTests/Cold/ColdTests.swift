import ArgumentParser
import Testing

@testable import millrace_bench

@Suite struct ColdTests {
    private static let second: Int64 = 1_000_000_000

    /// A reading from one second to another.
    private func reading(_ start: Int, _ end: Int) -> Timeline {
        var timeline = Timeline(from: Int64(start) * Self.second)
        timeline.add(1, at: Int64(end) * Self.second)
        return timeline
    }

    @Test(arguments: [
        (0, 20, 1.0), (10, 15, 1), (0, 10, 0), (15, 20, 0), (0, 12, 0.4), (13, 20, 0.4), (11, 14, 0.6), (10, 10, 0),
    ]) func theReaderIsAtWorkForAPartOfTheTime(start: Int, end: Int, share: Double) {
        let found = ColdReader.share(of: reading(start, end), from: 10 * Self.second, seconds: 5)
        #expect(abs(found - share) < 1e-6)
    }

    @Test func aReaderThatHasReadNothingWasNeverAtWork() {
        #expect(ColdReader.share(of: Timeline(from: 11 * Self.second), from: 10 * Self.second, seconds: 5) == 0)
    }

    @Test(arguments: [
        ["--gigabytes", "0"], ["--gigabytes", "nan"], ["--gigabytes", "inf"], ["--rate", "0"], ["--seconds", "0"],
        ["--size", "7"], ["--rounds", "0"],
    ]) func whatCannotBeMeasuredIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try ColdCommand.parse(arguments) }
    }

    @Test func anotherServerIsRefused() {
        do {
            _ = try ColdCommand.parse(["--bootstrap-server", "127.0.0.1:9092"])
            Issue.record("it was not refused")
        } catch {
            #expect(
                ColdCommand.message(for: error)
                    == "--bootstrap-server: another server's files cannot be taken out of the page cache; cold starts its own"
            )
        }
    }
}
