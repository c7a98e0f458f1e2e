/// One line of the table: what is measured, and what Millrace has to reach.
struct Row: Codable, Sendable {
    /// What is done with the records.
    enum Task: String, Codable, Sendable {
        case append
        case scan
    }

    /// What a figure counts.
    enum Unit: String, Codable, Sendable {
        case records = "records/s"
        /// Bytes of values, without what a store adds to them.
        case bytes = "B/s"
    }

    /// What Millrace has to reach.
    struct Goal: Codable, Sendable {
        var rate: Double?
        /// The share of what the bare system calls do with the same bytes.
        var ofBare: Double?

        /// Whether a figure reaches it.
        func isReached(by value: Double, bare: Double) -> Bool {
            value >= rate ?? 0 && value >= (ofBare ?? 0) * bare
        }
    }

    var name: String
    var task: Task
    var unit: Unit = .records
    var workload: Workload
    var goal: Goal
    /// Who takes part.
    var entrants: [Entrant] = Entrant.allCases

    /// The rows, in the order in which they are asked for; `scale` makes each of them smaller.
    static func all(scale: Double) -> [Row] {
        func workload(
            _ size: Int = 100, batch: Int, records: Int, _ guarantee: Guarantee = .pageCache, appenders: Int = 1
        ) -> Workload {
            let step = batch * appenders
            let count = max(1, Int(Double(records) * scale) / step) * step
            return Workload(
                valueSize: size, batch: batch, records: count, guarantee: guarantee, appenders: appenders)
        }
        return [
            Row(
                name: "append, page cache, batches of 1000", task: .append,
                workload: workload(batch: 1000, records: 4_000_000), goal: Goal(rate: 20e6, ofBare: 0.7)),
            Row(
                name: "append, page cache, batches of 1", task: .append, workload: workload(batch: 1, records: 500_000),
                goal: Goal(rate: 4e6)),
            Row(
                name: "append, page cache, 1 KiB × 1000", task: .append, unit: .bytes,
                workload: workload(1024, batch: 1000, records: 400_000), goal: Goal(rate: 3.3e9, ofBare: 0.7)),
            Row(
                name: "append, durable, one appender, batches of 100", task: .append,
                workload: workload(batch: 100, records: 200_000, .device), goal: Goal(ofBare: 0.9)),
            Row(
                name: "append, durable, 64 appenders, batches of 1", task: .append,
                workload: workload(batch: 1, records: 192_000, .device, appenders: 64), goal: Goal(rate: 250_000),
                entrants: Entrant.allCases.filter { $0 != .millraceEncoded }),
            Row(
                name: "scan, warm, zero-copy, with CRC check", task: .scan,
                workload: workload(batch: 1000, records: 2_000_000), goal: Goal(rate: 40e6),
                entrants: Entrant.allCases.filter { $0 != .millraceEncoded && $0 != .lmdbWriteMap }),
        ]
    }
}
