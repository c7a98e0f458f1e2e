import ArgumentParser

/// Measures the machine.
struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "This machine's limits: memory, checksum, write, sync and loopback.")
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?

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
            try report.print(asJSON: self.report.json)
            try plot.draw(report)
        }
    }

    private func add(_ name: String, _ latencies: LatencyRecorder, to report: inout Report) {
        report.add(name, latencies)
        report.percentiles.add(name, latencies)
    }
}
