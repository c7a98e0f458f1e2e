import ArgumentParser

/// Measures the machine.
struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "This machine's limits: memory, checksum, write, sync, loopback and the null server.")
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?
    @Option(help: "Seconds that each figure of the null server takes at most.") var seconds = 2
    @Option(help: "The most messages of 100 B that it is given at full speed.") var messages = 1_000_000

    func validate() throws {
        guard seconds > 0, messages > 0 else { throw ValidationError("seconds and messages must be positive") }
    }

    func run() throws {
        try WorkDirectory.with(directory) { path in
            let limits = MachineLimits(directory: path)
            var report = Report("limits", [:])
            report.add("memcpy 64 MiB", limits.copyRate(), "GB/s")
            for size in [128, 4096, 65_536] {
                report.add("CRC-32C of \(size) B", limits.checksumRate(size: size), "GB/s")
            }
            for size in [200, 4096, 65_536] {
                let time = try limits.writeTime(size: size)
                report.add("write of \(size) B", time, "ns")
                if size == 65_536 { report.add("write of \(size) B", Double(size) / time, "GB/s") }
            }
            for size in [200, 65_536] {
                add("write and sync of \(size) B", try limits.syncLatencies(size: size, count: 1000), to: &report)
            }
            add("loopback ping-pong", try limits.pingPongLatencies(count: 20_000), to: &report)
            for isDurable in [false, true] { try addNullServer(isDurable: isDurable, path, to: &report) }
            try report.print(asJSON: self.report.json)
            try plot.draw(report)
        }
    }

    /// What a server can do at best that answers a log's requests: Produce and Fetch as they are, and nothing kept of them but
    /// the bytes.
    private func addNullServer(isDurable: Bool, _ path: String, to report: inout Report) throws {
        let server = try PeerServer.start(
            .null, isDurable: isDurable, programs: PeerPrograms(given: [:]), directory: path + "/null-\(isDurable)")
        defer { server.stop() }
        let ruler = PeerRuler(seconds: seconds, messages: messages, singleTime: Int64(seconds) * 1_000_000_000)
        let figures = try ruler.measure(server).figures
        let latencies = ruler.rates.flatMap { rate in
            PeerFigure.percentiles.map { PeerFigure.latency(rate: rate, percentile: $0) }
        }
        for figure in [.publish, .publishTime, .single, .consume] + latencies {
            guard let value = figures[figure] else { continue }
            report.add(
                "null server, \(isDurable ? "durable" : "page cache"): \(figure.name)", value, figure.unit.rawValue)
        }
    }

    private func add(_ name: String, _ latencies: LatencyRecorder, to report: inout Report) {
        report.add(name, latencies)
        report.percentiles.add(name, latencies)
    }
}
