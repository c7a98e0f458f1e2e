import ArgumentParser
import Foundation
import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct PlotOptionsTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// What users read when a workload is called so.
    private func problem(_ arguments: [String]) -> String? {
        do {
            _ = try MillraceBench.parseAsRoot(arguments)
            return nil
        } catch {
            return MillraceBench.message(for: error)
        }
    }

    @Test func whatCannotBeWrittenIsSaidBeforeTheRun() throws {
        let folder = directory.path("folder")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let file = directory.path("file")
        try Data().write(to: URL(filePath: file))
        for (path, problem) in [
            (folder, "must name a file, such as out.svg"), (folder + "/", "must name a file, such as out.svg"),
            ("", "must name a file, such as out.svg"),
            (directory.path("none/out.svg"), "there is no folder \(directory.path("none/"))"),
            (file + "/out.svg", "there is no folder \(file)/"),
        ] {
            #expect(self.problem(["e2e", "--plot", path]) == "--plot \(path): \(problem)")
        }
        for path in ["out.svg", "./out.svg", folder + "/out.svg", file] {
            #expect(self.problem(["e2e", "--plot", path]) == nil, "\(path)")
        }
    }

    @Test(arguments: [
        "limits", "append", "scan", "recover", "produce", "consume", "e2e", "many", "cold", "start", "peers",
    ])
    func everyWorkloadHasTheOption(workload: String) {
        #expect(problem([workload, "--plot", directory.path("out.svg")]) == nil)
    }

    @Test func aServerDoesNotKnowTheOption() {
        #expect(problem(["null-server"]) == nil)
        let problem = problem(["null-server", "--plot", directory.path("out.svg")])
        #expect(problem?.contains("Unknown option '--plot'") == true)
    }

    @Test func thePictureIsWrittenWhenOneIsWanted() throws {
        var report = Report("limits", [:])
        report.percentiles.add("none", LatencyRecorder())
        try PlotOptions.parse([]).draw(report)
        #expect(try directory.names() == [])
        let path = directory.path("out.svg")
        try Data("what was there".utf8).write(to: URL(filePath: path))
        try PlotOptions.parse(["--plot", path]).draw(report)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == report.plot.svg)
    }

    @Test func aFolderThatGoesAwayMeanwhileIsNoCrash() throws {
        let folder = directory.path("folder")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let options = try PlotOptions.parse(["--plot", folder + "/out.svg"])
        try FileManager.default.removeItem(atPath: folder)
        #expect {
            try options.draw(Report("limits", [:]))
        } throws: {
            ($0 as? BenchFailure)?.description.hasPrefix("cannot write \(folder)/out.svg") == true
        }
    }
}
