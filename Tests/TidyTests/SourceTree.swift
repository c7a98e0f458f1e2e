import Foundation
import ServerHarness

/// The files that belong to the repository: what is committed and what would be, so nothing that was built.
struct SourceTree {
    /// Paths below the repository's root, sorted.
    let paths: [String]

    /// - Throws: ``HarnessError`` when git cannot list the files.
    init() async throws {
        let root = Repository.root.path()
        let listing = try await Command.check(
            "git", ["-C", root, "ls-files", "--cached", "--others", "--exclude-standard"])
        paths = listing.output.split(separator: "\n").map(String.init)
            // A file that was removed and not yet committed is listed still.
            .filter { FileManager.default.fileExists(atPath: Repository.root.appending(path: $0).path()) }
            .sorted()
    }

    /// The paths in one of some folders that have one of some endings; generated files left out.
    func written(in folders: [String], endings: [String]) -> [String] {
        paths.filter { path in
            folders.contains { path.hasPrefix("\($0)/") } && endings.contains { path.hasSuffix(".\($0)") }
                && !path.contains(".generated.")
        }
    }

    /// The text of one file.
    func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)
    }

    /// The lines of some files that a pattern is found in, as `path:line: text`.
    func lines(of paths: [String], matching pattern: String) throws -> [String] {
        let expression = try NSRegularExpression(pattern: pattern)
        return try paths.flatMap { path in
            try text(path).components(separatedBy: "\n").enumerated().compactMap { number, line in
                let range = NSRange(line.startIndex..., in: line)
                return expression.firstMatch(in: line, range: range) == nil ? nil : "\(path):\(number + 1): \(line)"
            }
        }
    }
}
