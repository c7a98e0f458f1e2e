import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Measures how long a server takes until it serves, and what memory it has.
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "A server from its start until it is ready, and its memory at rest and after some work.",
        discussion: """
            `millrace serve` with all of its APIs, on ports that are free: started in an empty directory, left alone, given records of 100 bytes, left alone, stopped, \
            started, killed and started again. The null server is started in the same rounds.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(help: "The server's program; the one that lies beside this program if not given.") var millrace: String?
    @Option(help: "Rounds, of which the medians are told.") var rounds = 5
    @Option(help: "Seconds that a server is left alone before its memory is looked at.") var settle = 12.0
    @Option(help: "Records that it gets.") var records = 10_000_000
    @Option(help: "Where servers put their data; a temporary directory if not given.") var directory: String?

    /// The most seconds of ``settle``: a day.
    private static let longestSettle = 86_400.0

    func validate() throws {
        guard rounds > 0, records > 0, settle >= 0, settle <= Self.longestSettle else {
            throw ValidationError("rounds and records must be positive, and settle from 0 to 86400")
        }
        if let millrace, ProgramSearch.find([millrace]) == nil {
            throw ValidationError("--millrace \(millrace): there is no program")
        }
    }

    func run() async throws {
        let program = try MillraceServer.program(millrace)
        let starts = ServerStarts(millrace: program, settling: Int64(settle * 1e9), records: records)
        // The server runs elsewhere, so a path from here would be another one there.
        let (parent, count) = (directory.map { URL(filePath: $0).absoluteURL.path }, rounds)
        let measured = try await StayingThread.run {
            try WorkDirectory.with(parent) { path in
                let interruption = Interruption(removing: path)
                defer { interruption.end() }
                return try (1...count).map { try starts.measure("\(path)/\($0)") }
            }
        }
        var report = Report(
            "start",
            [
                "rounds": "\(rounds)", "settle": settle.text(fractionDigits: 1), "records": "\(records)",
                "size": "\(ServerStarts.recordSize)",
            ])
        ServerStarts.add(measured, to: &report)
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }
}
