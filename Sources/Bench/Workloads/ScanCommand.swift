import ArgumentParser
import LogCore
import RecordFormat

/// Measures reading a whole log in this process.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "The storage engine in process: a warm log, walked beside a bare file.",
        discussion: """
            Every record is visited and every checksum verified. The bare file has the same bytes, read in pieces of \
            256 KiB with one checksum over each.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "Rounds, of which the median is told.") var rounds = 5
    @Option(help: "Bytes of a record's value.") var size = 100
    @Option(help: "Records in a batch.") var batch = 1000
    @Option(help: "Megabytes of the log.") var megabytes = 400
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?

    func validate() throws {
        guard rounds > 0, size >= 0, batch > 0, megabytes > 0 else {
            throw ValidationError("rounds, batch and megabytes must be positive, size not negative")
        }
    }

    func run() async throws {
        try await WorkDirectory.with(directory) { path in
            let bytes = try AppendLoad(size: size, batch: batch, count: 1, directory: path).encoded().count
            let load = ScanLoad(
                size: size, batch: batch, count: max(1, megabytes * 1_000_000 / bytes), directory: path)
            var report = Report(
                "scan", ["rounds": "\(rounds)", "size": "\(size)", "batch": "\(batch)", "megabytes": "\(megabytes)"])
            let log = try load.filledLog()
            let file = try load.filledFile()
            let walks = try await Interleaved(rounds: rounds).medians(
                by: \.seconds,
                [
                    { try load.scan(log) }, { try load.read(log) },
                    { try load.readBare(file, size: bytes * load.count) },
                ])
            let rates = walks.map { Double(load.records) / $0.seconds }
            let name = "\(batch) x \(size) B, warm"
            let bare = "read(2) and checksum"
            report.add("\(name), as views", rates[0], "records/s", limit: (bare, rates[2]))
            report.add("\(name), as slices", rates[1], "records/s", limit: (bare, rates[2]))
            report.add("\(name), as views", Double(load.count * bytes) / walks[0].seconds / 1e6, "MB/s")
            for (name, walk) in zip(["\(name), as views", "\(name), as slices", bare], walks) {
                report.throughput.add(name, walk.timeline)
            }
            try log.close()
            try report.print(asJSON: self.report.json)
            try plot.draw(report)
        }
    }
}
