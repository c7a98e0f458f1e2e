import ArgumentParser
import LogCore
import RecordFormat

/// Measures the engine alone: appends in this process, with no broker and no socket.
struct AppendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "The storage engine in process: appends, and appends made durable one by one.")
    @OptionGroup var report: ReportOptions
    @Option(help: "Bytes of a record's value.") var size = 100
    @Option(help: "Records in a batch.") var batch = 100
    @Option(help: "Records to append.") var records = 2_000_000
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?

    func validate() throws {
        guard size >= 0, batch > 0, records >= batch else {
            throw ValidationError("size, batch and records must be positive, records at least one batch")
        }
    }

    func run() throws {
        try WorkDirectory.with(directory) { path in
            let template = try makeBatch()
            var report = Report("append", ["size": "\(size)", "batch": "\(batch)", "records": "\(records)"])
            let limits = MachineLimits(directory: path)
            let writeTime = try limits.writeTime(size: template.count)
            let log = try PartitionLog.open(path + "/append-0")
            let count = records / batch
            let seconds = try MonotonicClock.seconds { for _ in 0..<count { try append(template, to: log) } }
            try log.flush()
            report.add("records", Double(count * batch) / seconds, "records/s")
            report.add(
                "bytes", Double(count * template.count) / seconds / 1e6, "MB/s",
                limit: ("write(2) alone", Double(template.count) / writeTime * 1000))
            report.add(
                "append of a batch", seconds * 1e9 / Double(count), "ns",
                limit: ("write(2) of \(template.count) B", writeTime))
            var recorder = LatencyRecorder()
            for _ in 0..<1000 {
                let began = MonotonicClock.nanoseconds
                try append(template, to: log)
                try log.flush()
                recorder.record(nanoseconds: MonotonicClock.nanoseconds - began)
            }
            let syncs = try limits.syncLatencies(size: template.count, count: 1000)
            report.add("durable append", recorder, limit: ("write and sync alone", syncs.microseconds(at: 50)))
            try log.close()
            try report.print(asJSON: self.report.json)
        }
    }

    private func makeBatch() throws -> ByteSlice {
        var builder = RecordBatchBuilder()
        let value = ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size))
        for _ in 0..<batch {
            try builder.append(timestamp: Timestamp(milliseconds: 1), key: ByteSlice?.none, value: value)
        }
        return try builder.finish()
    }

    /// Appends the same bytes again: the log stamps each time what has to differ.
    private func append(_ template: ByteSlice, to log: PartitionLog) throws {
        _ = try log.append(template, from: .producer(LeaderEpoch(0)), now: Timestamp(milliseconds: 1))
    }
}
