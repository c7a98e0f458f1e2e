import ArgumentParser
import Foundation

/// Millrace's engine beside other embedded stores and beside the system calls that all of them end in.
@main struct EngineRivals: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine-rivals",
        abstract: "Append to and scan Millrace, RocksDB, LMDB, SQLite and a bare file, taking turns.",
        discussion: "Prints a table in Markdown. Takes up to 2 GB of disk, which are free again afterwards.")

    @Flag(help: "Print JSON for programs instead of a table for people.") var json = false
    @Option(help: "Also write JSON to this file.") var jsonFile: String?
    @Option(help: "Where the data is put; a temporary directory if not given.") var directory: String?
    @Option(help: "How often each is measured; the figure is the median.") var rounds = 5
    @Option(help: "The share of the records to do it with: a small one shows that all still works.") var scale = 1.0
    @Option(help: "Only the rows whose names contain this.") var row: String?

    func validate() throws {
        guard rounds > 0, scale > 0 else { throw ValidationError("rounds and scale must be positive") }
    }

    func run() throws {
        let parent = directory ?? FileManager.default.temporaryDirectory.path
        let path = parent + "/engine-rivals-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let contest = Contest(directory: path, rounds: rounds) { name in
            FileHandle.standardError.write(Data("\(name) …\n".utf8))
        }
        let rows = Row.all(scale: scale).filter { row.map($0.name.contains) ?? true }
        let results = Results(
            machine: try Machine(directory: path), rounds: rounds, rows: try rows.map { try contest.run($0) })
        if let jsonFile { try results.json.write(toFile: jsonFile, atomically: true, encoding: .utf8) }
        print(json ? try results.json : results.markdown)
    }
}
