import ArgumentParser

/// Measures how long a store takes to open after its process was killed.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Opening a store: after kill -9 while it was written to, and after it was closed.",
        discussion: "With --bytes 0, each partition gets one record, which shows what opening many costs.")
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "Partitions of the topic.") var partitions: Int32 = 20
    @Option(help: "Bytes of values to write before the kill; k, m and g are powers of 1024.") var bytes = "5g"
    @Option(help: "What appends wait for: page-cache or durable.") var durability = Durability.pageCache
    @Option(help: "Runs; the medians are printed.") var rounds = 3
    @Option(help: "A directory on the file system to measure; a temporary one if not given.") var directory: String?

    enum Durability: String, ExpressibleByArgument {
        case pageCache = "page-cache"
        case durable
    }

    func validate() throws {
        guard partitions > 0, rounds > 0, byteCount != nil else {
            throw ValidationError("partitions and rounds must be positive, bytes a number with k, m or g")
        }
    }

    private var byteCount: Int? {
        guard let last = bytes.last else { return nil }
        let shift = ["k": 10, "m": 20, "g": 30][last.lowercased()]
        let digits = shift == nil ? bytes[...] : bytes.dropLast()
        return Int(digits).flatMap { $0 >= 0 ? $0 << (shift ?? 0) : nil }
    }

    func run() throws {
        var report = Report(
            "recover",
            [
                "partitions": "\(partitions)", "bytes": bytes, "durability": durability.rawValue,
                "rounds": "\(rounds)",
            ])
        for closes in [false, true] { try measure(closes: closes, into: &report) }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    private func measure(closes: Bool, into report: inout Report) throws {
        var runs: [(found: RecoveryMeasurement, scan: Double, open: Double)] = []
        for _ in 0..<rounds {
            try WorkDirectory.with(directory) { path in
                let load = CrashingWriter.Load(
                    directory: path + "/data", partitions: partitions, bytes: byteCount ?? 0,
                    isDurable: durability == .durable, closes: closes)
                let child = try ChildProgram(load.arguments)
                guard try child.nextLine() == "ready" else {
                    throw BenchFailure(description: "the writing process says something else than ready")
                }
                child.end(killing: true)
                let found = try RecoveryMeasurement(opening: load.directory, closes: true)
                runs.append((found, found.scanLimit(), found.openLimit()))
            }
        }
        let name = closes ? "after a close" : "after kill -9"
        report.rounds.add("\(name): open", seconds: runs.map(\.found.seconds))
        if runs.contains(where: { $0.found.scannedBytes > 0 }) {
            report.rounds.add("\(name): read and CRC of the same bytes", seconds: runs.map(\.scan))
        }
        report.rounds.add("\(name): open(2) and fstat of the same files", seconds: runs.map(\.open))
        runs.sort { $0.found.seconds < $1.found.seconds }
        let (found, scan, open) = runs[runs.count / 2]
        report.add("\(name): open", found.seconds * 1000, "ms")
        if found.scannedBytes > 0 {
            report.add("\(name): read and CRC of the same bytes", scan * 1000, "ms")
        }
        report.add("\(name): open(2) and fstat of the same files", open * 1000, "ms")
        report.add("\(name): bytes there", Double(found.logBytes) / 1e6, "MB")
        report.add("\(name): bytes checked", Double(found.scannedBytes) / 1e6, "MB")
        report.add("\(name): findings", Double(found.findings), "")
        report.add("\(name): memory for each partition", found.bytesPerPartition / 1024, "KiB")
    }
}

/// The process that ``RecoverCommand`` kills.
struct RecoverWriterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "recover-writer", shouldDisplay: false)
    @Argument var directory: String
    @Argument var partitions: Int32
    @Argument var bytes: Int
    @Argument var durability: RecoverCommand.Durability
    @Flag var closes = false

    func run() async throws {
        try await CrashingWriter.run(
            CrashingWriter.Load(
                directory: directory, partitions: partitions, bytes: bytes, isDurable: durability == .durable,
                closes: closes))
    }
}
