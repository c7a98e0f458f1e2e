import Foundation
import LogCore
import StorageHarness

/// A directory of its own for one test, removed with the object.
final class TestDirectory: Sendable {
    let path: String

    /// - Parameter inMemory: Puts it where syncs cost nothing, if there is such a place: for a thousand small logs.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = parent + "millrace-log-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The directory of the one partition most tests need.
    var log: String { path + "/events-0" }

    static func removeFiles(in path: String, where isDoomed: (String) -> Bool) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where isDoomed(name) {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
    }

    static func removeTree(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: log).sorted() }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: log + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: log + "/" + name))
    }

    func rename(_ name: String, to new: String) throws {
        guard Foundation.rename(log + "/" + name, log + "/" + new) == 0 else { throw CocoaError(.fileNoSuchFile) }
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: log + "/" + name) }

    func flip(bit: Int, in name: String) throws {
        var content = try bytes(name)
        content[bit / 8] ^= 1 << UInt8(bit % 8)
        try write(content, to: name)
    }

    /// A copy of the partition's files as they are now: what a crash at this moment leaves.
    func snapshot(inMemory: Bool = false) throws -> TestDirectory {
        let copy = try TestDirectory(inMemory: inMemory)
        try FileTree.copy(log, to: copy.log)
        return copy
    }
}
