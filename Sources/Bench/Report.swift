import Histogram

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The figures of one run, each beside the limit that it is held against.
struct Report: Encodable {
    /// One figure.
    struct Row: Encodable {
        var name: String
        var value: Double
        var unit: String
        /// The machine's own figure for the same thing, measured in this run.
        var limit: Double?
        /// What the limit is.
        var limitName: String?
        /// How near the value comes to the limit; 1 is the limit itself, whether more or less is better.
        var ratio: Double?
    }

    var workload: String
    var parameters: [String: String]
    var rows: [Row] = []
    /// What is drawn of the run; the JSON has the figures alone.
    var percentiles = PercentileCurve()
    var throughput = ThroughputCurve()
    var rounds = RoundCurve()

    private enum CodingKeys: String, CodingKey {
        case workload, parameters, rows
    }

    init(_ workload: String, _ parameters: [String: String]) {
        self.workload = workload
        self.parameters = parameters
    }

    /// Adds a figure.
    ///
    /// - Parameter limit: The figure of the machine, with a name; a rate is divided by it, a time or memory divides it.
    mutating func add(_ name: String, _ value: Double, _ unit: String, limit: (name: String, value: Double)? = nil) {
        let isCost = ["ns", "µs", "ms", "KiB", "MiB"].contains(unit)
        let ratio = limit.flatMap { limit in
            value > 0 && limit.value > 0 ? (isCost ? limit.value / value : value / limit.value) : nil
        }
        rows.append(
            Row(name: name, value: value, unit: unit, limit: limit?.value, limitName: limit?.name, ratio: ratio))
    }

    /// Adds the percentiles that people ask for.
    ///
    /// - Parameter limit: The machine's own, which the same percentiles are held against.
    mutating func add(
        _ name: String, _ latencies: LatencyRecorder, limit: (name: String, latencies: LatencyRecorder)? = nil
    ) {
        for (label, percentile) in [("p50", 50.0), ("p99", 99.0), ("p99.9", 99.9), ("max", 100.0)] {
            add(
                "\(name) \(label)", latencies.microseconds(at: percentile), "µs",
                limit: limit.map { ($0.name, $0.latencies.microseconds(at: percentile)) })
        }
    }

    /// The curves of the run.
    var plot: Plot {
        Plot(
            title: workload, settings: settings,
            charts: [percentiles.chart, throughput.chart, rounds.chart].compactMap(\.self))
    }

    private var settings: String {
        parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    func print(asJSON: Bool) throws {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
            return
        }
        Swift.print("\(workload)  \(settings)")
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            var line = "  " + row.name + String(repeating: " ", count: width - row.name.count)
            line += "  " + Self.text(row.value).leftPadded(to: 12) + " " + row.unit
            if let ratio = row.ratio, let limit = row.limit, let name = row.limitName {
                line += "   \(Self.text(ratio)) of \(name) (\(Self.text(limit)) \(row.unit))"
            }
            Swift.print(line)
        }
        Swift.print("")
    }

    /// Three significant digits or whole numbers, whichever is shorter to read.
    private static func text(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let scale: Double = value >= 10 ? 10 : value >= 1 ? 100 : 1000
        let digits = scale == 10 ? 1 : scale == 100 ? 2 : 3
        let scaled = Int((value * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

/// Latencies of one run: HdrHistogram with three digits up to a minute; what is longer counts as a minute.
struct LatencyRecorder {
    /// Nanoseconds; the histogram would leave out what is above.
    private static let longest: Int64 = 60_000_000_000
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: UInt64(longest), numberOfSignificantValueDigits: .three)

    /// Records one latency in nanoseconds.
    mutating func record(nanoseconds: Int64) {
        _ = histogram.record(UInt64(min(max(1, nanoseconds), Self.longest)))
    }

    /// The latency at a percentile, in nanoseconds.
    func nanoseconds(at percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) }

    /// The same in microseconds.
    func microseconds(at percentile: Double) -> Double { nanoseconds(at: percentile) / 1000 }

    /// How many were recorded.
    var count: UInt64 { histogram.totalCount }
}
