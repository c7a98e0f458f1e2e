import Foundation

/// Files below a folder, for tests that look at what a process has left.
package enum FileTree {
    /// Copies what lies below `source` now into the folder `target`: what a crash at this moment would leave, as far as
    /// the page cache goes.
    ///
    /// Read and written by hand: `FileManager.copyItem` never ends when a file becomes shorter while it is copied, as a
    /// segment does that is sealed.
    package static func copy(_ source: String, to target: String) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in try FileManager.default.subpathsOfDirectory(atPath: source).sorted() {
            let (old, new) = (source + "/" + name, target + "/" + name)
            // A temporary file may have got its final name since the names were listed.
            guard let type = try? FileManager.default.attributesOfItem(atPath: old)[.type] as? FileAttributeType
            else { continue }
            if type == .typeDirectory {
                try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: true)
            } else if let content = FileManager.default.contents(atPath: old) {
                try content.write(to: URL(filePath: new))
            }
        }
    }
}
