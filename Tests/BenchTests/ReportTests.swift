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
}
