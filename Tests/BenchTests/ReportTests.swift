import Foundation
import Testing

@testable import millrace_bench

@Suite struct ReportTests {
    @Test func theJSONHasTheFiguresAndNotTheCurves() throws {
        var report = Report("e2e", ["rate": "1000"])
        report.add("records", 5, "records/s")
        report.percentiles.add("Millrace", LatencyRecorder())
        report.throughput.add("Millrace", Timeline(from: 0))
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
        #expect(object?.keys.sorted() == ["parameters", "rows", "workload"])
    }

    @Test func ofCostsLessIsMore() {
        var report = Report("start", [:])
        report.add("records", 50, "records/s", limit: ("bare", 100))
        for unit in ["ms", "MiB"] { report.add("cost", 50, unit, limit: ("bare", 100)) }
        #expect(report.rows.map(\.ratio) == [0.5, 2, 2])
    }

    @Test func aStallOfMoreThanAMinuteCounts() {
        var latencies = LatencyRecorder()
        for nanoseconds: Int64 in [-5, 0, 1_000_000, 60_000_000_000, .max] {
            latencies.record(nanoseconds: nanoseconds)
        }
        #expect(latencies.count == 5)
        // To three digits.
        #expect(abs(latencies.microseconds(at: 100) - 60_000_000) < 60_000)
        #expect(abs(latencies.microseconds(at: 50) - 1000) < 1)
    }
}
