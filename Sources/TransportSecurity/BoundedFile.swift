#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that somebody names and that are small if they are what is meant: keys, certificates, users, connectors.
package enum BoundedFile {
    /// Reads a whole file.
    ///
    /// - Throws: ``BoundedFileError`` with the path and the reason when it cannot be read or has more than `limit` bytes.
    package static func read(_ path: String, atMost limit: Int = 1 << 20) throws(BoundedFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { Self.read(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw BoundedFileError("\(path) has more than \(limit) bytes and is not read")
            }
        }
    }

    /// Reads a whole file of text.
    ///
    /// - Throws: ``BoundedFileError`` as ``read(_:atMost:)``, and for what is not UTF-8.
    package static func text(_ path: String, atMost limit: Int = 1 << 20) throws(BoundedFileError) -> String {
        guard let text = String(validating: try read(path, atMost: limit), as: UTF8.self) else {
            throw BoundedFileError("\(path) is no text in UTF-8")
        }
        return text
    }

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func failure(_ path: String) -> BoundedFileError {
        BoundedFileError("Cannot read \(path): \(String(cString: strerror(errno)))")
    }
}

/// Why a file is not read.
package struct BoundedFileError: Error, Sendable, CustomStringConvertible {
    /// The path and the reason.
    package let message: String

    /// Creates an error.
    init(_ message: String) { self.message = message }

    /// The value as text, for logs and messages.
    package var description: String { message }
}
