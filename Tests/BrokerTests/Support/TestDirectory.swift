import Foundation
import StorageHarness

/// A folder of one test's own, removed with all in it when the last reference goes.
final class TestDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "millrace-broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A copy of what lies here now: what a crash at this moment would leave, as far as the page cache goes.
    func copy() throws -> TestDirectory {
        let copy = try TestDirectory()
        try FileTree.copy(path, to: copy.path)
        return copy
    }

    /// The names of what lies here, sorted.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
