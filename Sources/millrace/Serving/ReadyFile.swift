import Broker

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells scripts where a server can be reached, once it can be.
enum ReadyFile {
    /// Writes one JSON object of addresses by component; the file has all of it or is not there.
    ///
    /// - Parameter path: The file of `--ready-file`; nothing is written without one.
    /// - Throws: `ConfigurationError` that names the file.
    static func write(_ addresses: [String: String], to path: String?) throws {
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let temporary = path + ".tmp"
        try (try encoder.encode(addresses)).write(to: URL(filePath: temporary))
        guard rename(temporary, path) == 0 else {
            throw ConfigurationError("cannot write --ready-file \(path): errno \(errno)")
        }
    }
}
