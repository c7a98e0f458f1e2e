package import Foundation
import Synchronization

/// A folder of one test's own, removed with all in it when the last reference goes.
///
/// With `MILLRACE_KEEP_FILES` set the folder stays and its path is printed, to look into after a failure.
package final class TemporaryDirectory: Sendable {
    /// The folder, which exists for as long as this object does.
    package let url: URL

    /// Makes an empty folder.
    ///
    /// - Parameter inMemory: Whether it lies in memory where the system has room for files there: for tests with thousands
    ///   of files that are not about the device.
    package init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        url = parent.appending(path: "millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        if ProcessInfo.processInfo.environment["MILLRACE_KEEP_FILES"] != nil {
            print("kept: \(url.path())")
        } else {
            try? FileManager.default.removeItem(at: url)
        }
    }

    /// The path of an entry in this folder, whether it exists or not.
    package func path(_ name: String) -> String {
        url.appending(path: name).path()
    }

    /// The names of what lies in this folder, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path()).sorted()
    }
}
