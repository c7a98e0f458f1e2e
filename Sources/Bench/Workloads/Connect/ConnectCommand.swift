import ArgumentParser

/// Measures Kafka Connect.
struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Kafka Connect: a file into a topic and back.",
        discussion: """
            FileStreamSource reads a file of numbered lines into a topic, and FileStreamSink writes such a topic to a file, each from the request that makes \
            the connector until the last line is there; both files have to be the same. The same lines by a producer, a consumer and bare system calls, all in turns, stand \
            beside. Topics and files are in the page cache, but for what the sink syncs.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @OptionGroup var service: ServiceOptions
    @Option(
        name: .customLong("connect-url"),
        help: """
            The Connect worker to drive, http://127.0.0.1:port, beside the --bootstrap-server of its cluster; without both `millrace serve` is \
            started. It has to see the files of --directory.
            """)
    var connectURL: String?
    @Option(help: "Lines of the file.") var lines = 1_000_000
    @Option(help: "Bytes of a line, at least 10.") var size = 100
    @Option(help: "Rounds, of which the median is told.") var rounds = 3

    func validate() throws {
        guard (1...NumberedLines.largestCount).contains(lines), rounds > 0 else {
            throw ValidationError("lines must be from 1 to \(NumberedLines.largestCount), and rounds positive")
        }
        guard (NumberedLines.smallestSize...Self.largestSize).contains(size) else {
            throw ValidationError(
                "--size \(size): must be from \(NumberedLines.smallestSize) to \(Self.largestSize)")
        }
        guard lines * (size + 1) <= Self.largestFile else {
            throw ValidationError("--lines of --size: the file must not have more than \(Self.largestFile) bytes")
        }
        try DrivenService.check("--connect-url", connectURL, target)
    }

    /// What producers send as a record.
    private static let largestSize = 512 << 10
    /// The lines are in memory here too.
    private static let largestFile = 4 << 30

    func run() async throws {
        let report = try await DrivenService.with(.connect, at: connectURL, target, service) { service, directory in
            let runs = try await ConnectRuns(NumberedLines(count: lines, size: size), service, directory)
            let figures = try await Interleaved(rounds: rounds).medians(
                by: \.seconds,
                [
                    { try await runs.measureSource() }, { try await runs.measureProducer() },
                    { try await runs.measureSink() }, { try await runs.measureConsumer() },
                    { try runs.measureCopy() },
                ])
            try await runs.end()
            return makeReport(figures, server: service.name)
        }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    // MARK: The report

    private func makeReport(_ figures: [ConnectRuns.Figures], server: String) -> Report {
        var report = Report(
            "connect", ["lines": "\(lines)", "size": "\(size)", "rounds": "\(rounds)", "server": server])
        let (source, producer, sink, consumer) = (figures[0], figures[1], figures[2], figures[3])
        let copy = (name: "reading and writing the file", value: byteRate(figures[4]))
        add("FileStreamSource", source, beside: "KafkaProducer", producer, &report)
        report.add("FileStreamSource, lines", byteRate(source), "MB/s")
        add("FileStreamSink", sink, beside: "KafkaConsumer", consumer, &report)
        report.add("FileStreamSink, lines", byteRate(sink), "MB/s", limit: copy)
        for (name, run) in [("the source", source), ("the sink", sink)] {
            if let memory = run.memory { report.add("server's memory with \(name)", Double(memory) / 1048576, "MiB") }
        }
        return report
    }

    private func add(
        _ name: String, _ ours: ConnectRuns.Figures, beside other: String, _ native: ConnectRuns.Figures,
        _ report: inout Report
    ) {
        report.add(
            "\(name), records", Double(lines) / ours.seconds, "records/s",
            limit: (other, Double(lines) / native.seconds))
        if let time = ours.serverTime, let least = native.serverTime {
            report.add(
                "\(name), server's time for a record", time * 1e9 / Double(lines), "ns",
                limit: (other, least * 1e9 / Double(lines)))
        }
        report.throughput.add(name, ours.timeline)
        report.throughput.add(other, native.timeline)
    }

    /// MB/s of lines with their ends.
    private func byteRate(_ figures: ConnectRuns.Figures) -> Double {
        Double(lines * (size + 1)) / figures.seconds / 1e6
    }
}
