import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that a provider reads values from.
enum SecretFile {
    /// The largest file that is read, in bytes. A file of certificates takes a few thousand.
    static let limit = 1 << 20

    /// What became of an attempt to read a file.
    enum Outcome {
        case text(String)
        /// There is none, or it is a folder or a device.
        case noFile
        /// Why it could not be read.
        case failure(String)
    }

    /// Reads a whole file of UTF-8.
    ///
    /// - Parameter path: A path without symbolic links: one in the last place is not followed.
    static func read(_ path: String) -> Outcome {
        // Without waiting: a pipe would have to be opened by someone else too.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            return errno == ENOENT ? .noFile : .failure(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .noFile }
        guard status.st_size <= limit else { return .failure("it is larger than \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count <= limit {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(count))
            }
            if read < 0 && errno == EINTR { continue }
            guard read >= 0 else { return .failure(String(cString: strerror(errno))) }
            if read == 0 { break }
            count += read
        }
        guard count <= limit else { return .failure("it is larger than \(limit) bytes") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            return .failure("it is not text in UTF-8")
        }
        return .text(text)
    }
}
