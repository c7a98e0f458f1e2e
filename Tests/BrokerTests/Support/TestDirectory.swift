import Foundation

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
    ///
    /// Read and written by hand: `FileManager.copyItem` never ends when a file becomes shorter while it is copied, as a
    /// segment does that is sealed.
    func copy() throws -> TestDirectory {
        let copy = try TestDirectory()
        for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() {
            let (source, target) = (path + "/" + name, copy.path + "/" + name)
            // A temporary file may have got its final name since the names were listed.
            guard let type = try? FileManager.default.attributesOfItem(atPath: source)[.type] as? FileAttributeType
            else { continue }
            if type == .typeDirectory {
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            } else if let content = FileManager.default.contents(atPath: source) {
                try content.write(to: URL(filePath: target))
            }
        }
        return copy
    }

    /// The names of what lies here, sorted.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
