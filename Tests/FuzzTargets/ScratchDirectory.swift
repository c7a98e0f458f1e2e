import Foundation
import RecordFormat

/// A folder of one process's own, in memory where the system has such a place, and gone with the process's end.
struct ScratchDirectory {
    let path: String

    init() {
        let isInMemory = FileManager.default.isWritableFile(atPath: "/dev/shm")
        let parent = isInMemory ? "/dev/shm" : FileManager.default.temporaryDirectory.path()
        path = "\(parent)/millrace-fuzz-\(UUID().uuidString)"
        make(path)
        Self.made.append(path)
        if Self.made.count == 1 {
            atexit { for path in ScratchDirectory.made { try? FileManager.default.removeItem(atPath: path) } }
        }
    }

    // One thread makes inputs, and runs them.
    nonisolated(unsafe) private static var made: [String] = []

    private func make(_ path: String) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            fatalError("\(path): \(error)")
        }
    }

    /// The content of every file below the folder, by its path.
    func files() -> [String: ByteSlice] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.reduce(into: [:]) { files, name in
            if let content = read(name) { files[name] = content }
        }
    }

    /// The content of a file; nil for a folder.
    private func read(_ name: String) -> ByteSlice? {
        let descriptor = open("\(path)/\(name)", O_RDONLY)
        demand(descriptor >= 0, "\(name): errno \(errno)")
        defer { close(descriptor) }
        // Files of tests are small: one that is not would be cut off.
        let limit = 1 << 20
        var isFile = true
        let content = ByteSlice(unsafeCapacity: limit) { bytes in
            let count = Foundation.read(descriptor, bytes.baseAddress, limit)
            isFile = count >= 0
            return max(count, 0)
        }
        return isFile ? content : nil
    }

    /// Makes the folder hold these files and no others.
    func restore(_ files: [String: ByteSlice]) {
        for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
            if files[name] == nil { unlink("\(path)/\(name)") }
        }
        for (name, content) in files { write(content, to: name) }
    }

    /// Replaces one file.
    func write(_ content: ByteSlice, to name: String) {
        if let slash = name.lastIndex(of: "/") { make("\(path)/\(name[..<slash])") }
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        demand(descriptor >= 0, "\(name): errno \(errno)")
        defer { close(descriptor) }
        let written = content.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        demand(written == content.count, "\(name): errno \(errno)")
    }
}
