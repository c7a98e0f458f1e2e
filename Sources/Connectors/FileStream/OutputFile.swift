import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is open for appending, or standard output.
///
/// After a write or a sync that failed it takes nothing more: the kernel reports a page that it could not write once,
/// drops it, and a second sync would succeed without it. Only opening the file anew, and writing again what was not
/// committed, gets the records there. Calls block, which a task's own thread may do.
struct OutputFile {
    /// What error messages call it.
    let name: String
    private let descriptor: Int32
    /// What went wrong first.
    private var failure: ConnectError?

    /// The process's standard output.
    static let standardOutput = OutputFile(name: "standard output", descriptor: STDOUT_FILENO)

    /// Takes over an open file.
    init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Opens a file, or makes one when there is none.
    ///
    /// A last line without its end, as a full disk or a crash leaves one behind, gets it: what is appended would continue
    /// that line otherwise.
    ///
    /// - Throws: ``ConnectError`` when that fails.
    init(appendingTo path: String) throws {
        // Appending, so that the tasks of one connector may share the file and an older one is continued.
        let isNew = access(path, F_OK) != 0
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ConnectError(
                .failed,
                "Couldn't find or create file '\(path)' for FileStreamSinkTask: \(String(cString: strerror(errno)))")
        }
        self.init(name: path, descriptor: descriptor)
        do {
            if isNew {
                try Self.synchronizeFolder(of: path)
            } else if Self.endsInsideLine(path) {
                var end: [UInt8] = [0x0A]
                try write(&end)
            }
        } catch {
            close()
            throw error
        }
    }

    /// Appends all of the bytes and empties the array.
    ///
    /// - Throws: ``ConnectError``; some of the bytes may be in the file then.
    mutating func write(_ bytes: inout [UInt8]) throws {
        if let failure { throw failure }
        var written = 0
        defer { bytes.removeFirst(written) }
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                #if canImport(Darwin)
                return Darwin.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Glibc)
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
                #else
                return Musl.write(descriptor, rest.baseAddress, rest.count)
                #endif
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw fail("write to")
            }
        }
    }

    /// Has the device keep what was written; pipes and terminals have nothing to keep.
    ///
    /// - Throws: ``ConnectError`` when that, or anything before it, failed.
    mutating func synchronize() throws {
        if let failure { throw failure }
        guard fsync(descriptor) == 0 || Self.hasNothingToKeep(errno) else { throw fail("flush") }
    }

    /// Closes the file; standard output stays open.
    func close() {
        guard descriptor != STDOUT_FILENO else { return }
        Self.close(descriptor)
    }

    private static func close(_ descriptor: Int32) {
        #if canImport(Darwin)
        _ = Darwin.close(descriptor)
        #elseif canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Musl.close(descriptor)
        #endif
    }

    /// Whether the error says that the file is of a kind that cannot be synced.
    private static func hasNothingToKeep(_ error: Int32) -> Bool {
        error == EINVAL || error == ENOTSUP || error == EROFS
    }

    /// Has the device keep a new file's name; without it a crash may leave the synced bytes to nobody.
    private static func synchronizeFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_CLOEXEC)
        // A folder that may be written and not read has its file all the same.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || hasNothingToKeep(errno) else {
            throw ConnectError(.failed, "Cannot flush the folder of \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether the last byte of a plain file is no line's end.
    private static func endsInsideLine(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        // A file that may be appended to and not read is taken as it is.
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var last: UInt8 = 0x0A
        return pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != 0x0A
    }

    private mutating func fail(_ verb: String) -> ConnectError {
        let error = ConnectError(.failed, "Cannot \(verb) \(name): \(String(cString: strerror(errno)))")
        failure = error
        return error
    }
}
