import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What every workload takes for its curves.
struct PlotOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draw what was measured as SVG: latencies by percentile, throughput over time, or times by round.",
            valueName: "file"))
    var plot: String?

    /// Finds what can be found before a run that would be for nothing.
    func validate() throws {
        guard let plot else { return }
        let folder = plot.lastIndex(of: "/").map { String(plot[...$0]) } ?? "./"
        let files = FileManager.default
        // With a slash at its end, a path is there only if it is a folder.
        guard files.fileExists(atPath: folder) else {
            throw ValidationError("--plot \(plot): there is no folder \(folder)")
        }
        guard !files.fileExists(atPath: plot + "/") else {
            throw ValidationError("--plot \(plot): must name a file, such as out.svg")
        }
        guard files.isWritableFile(atPath: files.fileExists(atPath: plot) ? plot : folder) else {
            throw ValidationError("--plot \(plot): may not be written")
        }
    }

    /// Writes the picture of a run, if one is wanted.
    func draw(_ report: Report) throws { try draw(report.plot) }

    /// Writes a picture, if one is wanted.
    func draw(_ picture: Plot) throws {
        guard let plot else { return }
        do {
            try Data(picture.svg.utf8).write(to: URL(filePath: plot))
        } catch {
            throw BenchFailure(description: "cannot write \(plot): \(error)")
        }
    }
}
