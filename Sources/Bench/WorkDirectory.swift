#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The directory of one run, removed with everything in it when the run ends.
enum WorkDirectory {
    /// Calls `body` with a new directory below `parent`, or below the system's temporary one.
    static func with<Result>(_ parent: String?, _ body: (String) throws -> Result) throws -> Result {
        let path = try make(parent)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// The same for work that waits.
    static func with<Result>(_ parent: String?, _ body: (String) async throws -> Result) async throws -> Result {
        let path = try make(parent)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private static func make(_ parent: String?) throws -> String {
        let base = parent ?? FileManager.default.temporaryDirectory.path
        let path = base + "/millrace-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
