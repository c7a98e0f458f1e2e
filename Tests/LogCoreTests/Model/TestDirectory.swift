import Foundation
import LogCore

/// A directory of its own for one test, removed with the object.
final class TestDirectory: Sendable {
    let path: String

    /// - Parameter isInMemory: For tests that open thousands of logs: waiting for a device proves nothing to them.
    init(isInMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let parent =
            isInMemory && FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = parent + "millrace-log-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The directory of the one partition most tests need.
    var log: String { path + "/events-0" }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: log).sorted() }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: log + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: log + "/" + name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: log + "/" + name) }

    func flip(bit: Int, in name: String) throws {
        var content = try bytes(name)
        content[bit / 8] ^= 1 << UInt8(bit % 8)
        try write(content, to: name)
    }

    /// A copy of the partition's files as they are now: what a crash at this moment leaves.
    ///
    /// Read and written by hand: `FileManager.copyItem` never ends when a file becomes shorter while it is copied, as a
    /// segment does that is sealed.
    func snapshot() throws -> TestDirectory {
        let copy = try TestDirectory()
        try FileManager.default.createDirectory(atPath: copy.log, withIntermediateDirectories: true)
        for name in try names() {
            // A temporary file may have got its final name since the names were listed.
            guard let content = try? bytes(name) else { continue }
            try copy.write(content, to: name)
        }
        return copy
    }
}
