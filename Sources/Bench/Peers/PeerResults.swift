#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a contest has found out: medians over all rounds, each beside that of the null server.
struct PeerResults: Encodable {
    /// One figure of one server.
    struct Cell: Encodable {
        /// Of each round; none where the server could not keep up.
        var rounds: [Double?]
        var median: Double?
        /// How near it comes to the null server; 1 is the same, whether more or less is better.
        var ratio: Double?
    }

    /// One server.
    struct Column: Encodable {
        var server: Peer
        var version: String
        /// By the names of rows.
        var cells: [String: Cell]
    }

    /// One figure.
    struct Row: Encodable {
        var name: String
        var unit: PeerFigure.Unit
    }

    let parameters: [String: String]
    private(set) var rows: [Row] = []
    private(set) var columns: [Column] = []
    /// What is drawn; the JSON has the figures alone.
    let charts: [Chart]

    private enum CodingKeys: String, CodingKey {
        case parameters, rows, columns
    }

    /// - Parameters:
    ///   - figures: What was measured, in the order in which it is told.
    ///   - rates: Messages a second of the latencies that are drawn.
    init(
        _ entries: [PeerContest.Entry], figures: [PeerFigure], rates: [Int] = [], parameters: [String: String]
    ) {
        self.parameters = parameters
        charts = rates.compactMap { Self.chart(entries, rate: $0) }
        rows = figures.map { Row(name: $0.name, unit: $0.unit) }
        let floor = entries.first { $0.peer == .null }
        columns = entries.map { entry in
            var cells: [String: Cell] = [:]
            for figure in figures {
                guard let values = entry.figures[figure], let median = Self.median(values) else { continue }
                let least = entry.peer == .null ? nil : floor?.figures[figure].flatMap(Self.median)
                cells[figure.name] = Cell(
                    rounds: values.map { $0.isFinite ? $0 : nil }, median: median.isFinite ? median : nil,
                    ratio: least.flatMap { Self.ratio(median, to: $0, figure.unit) })
            }
            return Column(server: entry.peer, version: entry.version, cells: cells)
        }
    }

    /// The latencies of all servers, of each the round whose median is the one that is told.
    private static func chart(_ entries: [PeerContest.Entry], rate: Int) -> Chart? {
        var curve = PercentileCurve(title: "Latency by percentile, \(rate) messages a second")
        for entry in entries {
            let median = entry.figures[.latency(rate: rate, percentile: 50)].flatMap(Self.median)
            let round = entry.latencies[rate]?.first { $0.nanoseconds(at: 50) == median }
            let isSaturated = median?.isFinite == false
            curve.add(entry.peer.title + (isSaturated ? ", saturated" : ""), round ?? LatencyRecorder())
        }
        return curve.chart
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    private static func ratio(_ value: Double, to least: Double, _ unit: PeerFigure.Unit) -> Double? {
        guard value.isFinite, least.isFinite, value > 0, least > 0 else { return nil }
        return switch unit {
        case .rate: value / least
        case .nanoseconds: least / value
        }
    }

    // MARK: Telling

    /// For programs.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    private var settings: String {
        parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// The curves of all servers, those of each rate in a chart.
    var plot: Plot { Plot(title: "peers", settings: settings, charts: charts) }

    /// For people: a table in Markdown, with a server in each column.
    var markdown: String {
        let versions = columns.filter { !$0.version.isEmpty }.map { "\($0.server.title) \($0.version)" }
        var lines = [
            ([settings] + versions).joined(separator: ", ") + ".", "",
            "| | " + columns.map(\.server.title).joined(separator: " | ") + " |",
            "| --- |" + columns.map { _ in " ---: |" }.joined(),
        ]
        for row in rows {
            lines.append(
                "| \(row.name) | " + columns.map { Self.text($0.cells[row.name], row) }.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ cell: Cell?, _ row: Row) -> String {
        guard let cell else { return "" }
        guard let median = cell.median else { return "saturated" }
        let text =
            switch row.unit {
            case .rate: median.magnitudeText + "/s"
            case .nanoseconds: median.durationText
            }
        guard let ratio = cell.ratio else { return text }
        return text + " (\(ratio.text(fractionDigits: ratio < 0.01 ? 4 : ratio < 0.1 ? 3 : 2)))"
    }
}
