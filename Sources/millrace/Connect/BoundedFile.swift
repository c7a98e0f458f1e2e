#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that somebody names and that are small if they are what is meant.
enum BoundedFile {
    /// Reads a file of text.
    ///
    /// - Returns: The text; `nil` for what is longer or not UTF-8.
    /// - Throws: ``ConnectToolError`` with the system's reason when it cannot be read.
    static func text(_ path: String, atMost limit: Int) throws -> String? {
        guard let file = fopen(path, "r") else { throw failure(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            bytes += chunk[..<count]
            guard bytes.count <= limit else { return nil }
            if count < chunk.count { break }
        }
        guard ferror(file) == 0 else { throw failure(path) }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func failure(_ path: String) -> ConnectToolError {
        ConnectToolError(message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
