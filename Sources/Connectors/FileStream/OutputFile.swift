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
/// Calls block, which a task's own thread may do.
struct OutputFile {
    /// What error messages call it.
    let name: String
    private let descriptor: Int32

    /// The process's standard output.
    static let standardOutput = OutputFile(name: "standard output", descriptor: STDOUT_FILENO)

    private init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Opens a file, or makes one when there is none.
    ///
    /// - Throws: ``ConnectError`` when that fails.
    init(appendingTo path: String) throws {
        // Appending, so that the tasks of one connector may share the file and an older one is continued.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ConnectError(
                .failed,
                "Couldn't find or create file '\(path)' for FileStreamSinkTask: \(String(cString: strerror(errno)))")
        }
        self.init(name: path, descriptor: descriptor)
    }

    /// Appends all of the bytes and empties the array; what could not be written stays in it.
    func write(_ bytes: inout [UInt8]) throws {
        var written = 0
        defer { bytes.removeFirst(written) }
        try bytes.withUnsafeBytes { bytes in
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                #if canImport(Darwin)
                let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Glibc)
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #else
                let count = Musl.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if count > 0 {
                    written += count
                } else if errno != EINTR {
                    throw failure("write to")
                }
            }
        }
    }

    /// Has the device keep what was written; pipes and terminals have nothing to keep.
    func synchronize() throws {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS else {
            throw failure("flush")
        }
    }

    /// Closes the file; standard output stays open.
    func close() {
        guard descriptor != STDOUT_FILENO else { return }
        #if canImport(Darwin)
        _ = Darwin.close(descriptor)
        #elseif canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Musl.close(descriptor)
        #endif
    }

    private func failure(_ verb: String) -> ConnectError {
        ConnectError(.failed, "Cannot \(verb) \(name): \(String(cString: strerror(errno)))")
    }
}
