import ConnectAPI
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whole files of bytes, and what a durable write takes. Calls block.
enum FileBytes {
    /// The largest file that is read: offsets of a million files are a tenth of it.
    static let limit = 1 << 30

    /// Reads a file.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: ``ConnectError`` with code `.failed` that names it.
    static func read(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at", path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            throw ConnectError(.failed, "\(path) is no file of at most \(limit) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + count, $0.count - count, off_t(count))
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw failure("read", path) }
            count += read
        }
        return bytes
    }

    /// Opens a file to write at its end, and makes it when there is none.
    static func openForAppending(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open", path) }
        return descriptor
    }

    /// Writes everything.
    static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var count = 0
        while count < bytes.count {
            let written = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[count...])
                #if canImport(Darwin)
                return Darwin.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Glibc)
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
                #else
                return Musl.write(descriptor, rest.baseAddress, rest.count)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write to", path) }
            count += written
        }
    }

    /// Returns once what was written is on the device.
    static func flush(_ descriptor: Int32, _ path: String) throws {
        guard fsync(descriptor) == 0 else { throw failure("flush", path) }
    }

    /// Puts a new file in the place of an old one: whoever opens it finds the one or the other, whole.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = try openForAppending(temporary)
        do {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, temporary)
            try flush(descriptor, temporary)
        }
        guard rename(temporary, path) == 0 else { throw failure("replace", path) }
        // The name is the folder's content.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", folder) }
        defer { close(directory) }
        try flush(directory, folder)
    }

    /// What the last system call failed of.
    static func failure(_ verb: String, _ path: String) -> ConnectError {
        ConnectError(.failed, "Cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
