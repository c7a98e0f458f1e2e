import ArgumentParser
import RecordFormat

/// Measures the engine alone: appends in this process, with no broker and no socket.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "The storage engine in process: appends beside bare writes of the same bytes.",
        discussion: """
            Each figure is the median of several rounds, in which engine and bare file take turns. "given" appends a \
            batch that is encoded already, as a broker gets it from a client, and looks at every record; "encoded" makes \
            every batch from its records first, as an app does with its own. The bare file gets the same bytes in the \
            same pieces, into room reserved ahead. --plot shows the durable ones, one by one.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "Rounds, of which the median is told.") var rounds = 5
    @Option(help: "Megabytes of one measurement to the page cache.") var megabytes = 200
    @Option(help: "Appends of one measurement that waits for the device.") var syncs = 1_000
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?

    func validate() throws {
        guard rounds > 0, megabytes > 0, syncs > 0 else {
            throw ValidationError("rounds, megabytes and syncs must be positive")
        }
    }

    func run() async throws {
        try await WorkDirectory.with(directory) { path in
            var report = Report(
                "append", ["rounds": "\(rounds)", "megabytes": "\(megabytes)", "syncs": "\(syncs)"])
            for (size, batch) in [(100, 1000), (100, 1), (1024, 1000)] {
                try await measurePageCache(size: size, batch: batch, in: path, &report)
            }
            try await measureDurable(size: 100, batch: 100, in: path, &report)
            try await measureShared(size: 100, appenders: 64, in: path, &report)
            try report.print(asJSON: self.report.json)
            try plot.draw(report)
        }
    }

    private func measurePageCache(size: Int, batch: Int, in path: String, _ report: inout Report) async throws {
        var load = AppendLoad(size: size, batch: batch, count: 1, directory: path)
        let bytes = try load.encoded().count
        load.count = max(1, megabytes * 1_000_000 / bytes)
        let seconds = try await Interleaved(rounds: rounds).medians([
            { try load.append().seconds }, { try load.encodeAndAppend().seconds }, { try load.writeBare().seconds },
        ])
        let name = "page cache, \(batch) x \(size) B"
        let rates = seconds.map { Double(load.records) / $0 }
        report.add("\(name), given", rates[0], "records/s", limit: ("write(2)", rates[2]))
        report.add("\(name), encoded", rates[1], "records/s", limit: ("write(2)", rates[2]))
        report.add("\(name), given", Double(load.count * bytes) / seconds[0] / 1e6, "MB/s")
    }

    private func measureDurable(size: Int, batch: Int, in path: String, _ report: inout Report) async throws {
        let load = AppendLoad(size: size, batch: batch, count: syncs, directory: path)
        let runs = try await Interleaved(rounds: rounds).medians(
            by: \.seconds,
            [
                { try load.append(isDurable: true) }, { try load.encodeAndAppend(isDurable: true) },
                { try load.writeBare(isDurable: true) },
            ])
        let name = "durable, one appender, \(batch) x \(size) B"
        let bare = "write(2) and fdatasync"
        let rates = runs.map { Double(load.records) / $0.seconds }
        report.add("\(name), given", rates[0], "records/s", limit: (bare, rates[2]))
        report.add("\(name), encoded", rates[1], "records/s", limit: (bare, rates[2]))
        for (name, run) in zip(["\(name), given", "\(name), encoded", bare], runs) {
            report.percentiles.add(name, run.latencies)
        }
    }

    /// Many appenders of single records beside one bare writer, which has no one to share a sync with.
    private func measureShared(
        size: Int, appenders: Int, in path: String, _ report: inout Report
    ) async throws {
        let bare = AppendLoad(size: size, batch: 1, count: syncs, directory: path)
        var recordsPerSync: [Double] = []
        var round = 0
        let rates = try await Interleaved(rounds: rounds).medians([
            {
                round += 1
                let load = SharedAppendLoad(
                    size: size, appenders: appenders, count: syncs, directory: path + "/shared-\(round)")
                let outcome = try await load.run()
                recordsPerSync.append(outcome.recordsPerSync)
                return Double(load.records) / outcome.seconds
            },
            { Double(bare.records) / (try bare.writeBare(isDurable: true).seconds) },
        ])
        let name = "durable, \(appenders) appenders, 1 x \(size) B, encoded"
        report.add(name, rates[0], "records/s", limit: ("one writer's write(2) and fdatasync", rates[1]))
        report.add("records of one sync", recordsPerSync.sorted()[recordsPerSync.count / 2], "records")
    }
}
