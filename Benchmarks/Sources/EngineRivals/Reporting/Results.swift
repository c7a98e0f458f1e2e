import Foundation

/// Everything that one run has found out.
struct Results: Codable {
    var machine: Machine
    var rounds: Int
    var rows: [RowResult]

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// A section of Markdown: the machine, the table, and how to read it.
    var markdown: String {
        let versions = machine.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return """
            \(machine.processor), \(machine.cores) cores, \(machine.memoryGiB) GiB, Linux \(machine.kernel), \
            \(machine.fileSystem). \(versions.joined(separator: ", ")).

            \(table)

            Medians of \(rounds) rounds in which all took turns; in brackets the share of bare. Bold: reaches the goal. \
            Millrace stands there twice: with records that become batches within the time that counts, as in an app, \
            and with batches that come encoded, as to a broker. *: one appender, because more of them gain nothing.

            """
    }

    private var table: String {
        let entrants = Entrant.allCases
        var lines = ["| | must reach | " + entrants.map(\.title).joined(separator: " | ") + " |"]
        lines.append("| --- | --- |" + entrants.map { _ in " --- |" }.joined())
        for result in rows {
            let cells = entrants.map { cell($0, in: result) }
            lines.append(
                "| \(result.row.name) | \(Self.text(result.row.goal, result.row.unit)) | "
                    + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private func cell(_ entrant: Entrant, in result: RowResult) -> String {
        guard let measurement = result[entrant] else { return "" }
        var text = Self.text(measurement.median, result.row.unit)
        if result.row.workload.appenders > measurement.appenders { text += "*" }
        guard entrant == .millrace || entrant == .millraceEncoded, let bare = result[.bare] else { return text }
        // What many share is no share of what one does alone.
        if measurement.appenders == bare.appenders { text += " (\(Self.digits(measurement.median / bare.median)))" }
        return result.row.goal.isReached(by: measurement.median, bare: bare.median) ? "**\(text)**" : text
    }

    private static func text(_ goal: Row.Goal, _ unit: Row.Unit) -> String {
        let parts = [
            goal.rate.map { text($0, unit) }, goal.ofBare.map { "≥ \(digits($0)) of bare" },
        ]
        return parts.compactMap { $0 }.joined(separator: " and ")
    }

    private static func text(_ rate: Double, _ unit: Row.Unit) -> String {
        switch unit {
        case .bytes: digits(rate / 1e9) + " GB/s"
        case .records where rate >= 1e6: digits(rate / 1e6) + " M/s"
        case .records: String(Int(rate.rounded())) + "/s"
        }
    }

    private static func digits(_ value: Double) -> String {
        String(format: value >= 10 ? "%.1f" : "%.2f", value)
    }
}
