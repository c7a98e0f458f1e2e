import Foundation
import Glibc
import Testing

/// A file of a test, removed with it; it does not exist before the first append.
final class TemporaryFile {
    let path: String

    init() {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(directory)/millrace-filestream-\(getpid())-\(UInt64.random(in: .min ... .max))"
    }

    deinit { unlink(path) }

    func append(_ text: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func truncate() { #expect(Glibc.truncate(path, 0) == 0) }

    var inode: Int64 {
        var status = stat()
        #expect(stat(path, &status) == 0)
        return Int64(status.st_ino)
    }

    var bytes: [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        #expect(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
        return bytes
    }
}

/// A folder of a test, removed with it.
final class TemporaryFolder {
    let path: String

    init() {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(directory)/millrace-filestream-\(getpid())-\(UInt64.random(in: .min ... .max)).d"
        #expect(mkdir(path, 0o700) == 0)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Appends to a file, and makes the folder that it is in.
    func write(_ name: String, _ text: String) {
        if let slash = name.firstIndex(of: "/") { mkdir("\(path)/\(name[..<slash])", 0o700) }
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}
