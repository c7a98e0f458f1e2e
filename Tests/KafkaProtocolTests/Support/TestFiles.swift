import Foundation

/// Files of the source tree that tests read.
enum TestFiles {
    /// The root of the package.
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The text of the file at `path` within the package.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: packageRoot.appending(path: path), encoding: .utf8)
    }

    /// The names of the files in the folder at `path` that end in `suffix`.
    static func names(in path: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: packageRoot.appending(path: path).path)
            .filter { $0.hasSuffix(suffix) }.sorted()
    }
}
