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

/// What other processes hold.
enum ProcessMemory {
    /// What counts.
    enum Kind: String {
        /// What a process has filled itself, files aside.
        case filled = "RssAnon:"
        /// All that is in memory, pages of files included.
        case resident = "VmRSS:"
    }

    /// The bytes of memory that a process holds; `nil` where the system does not tell.
    static func bytes(_ kind: Kind = .filled, of process: pid_t) -> Int? {
        (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)).flatMap { bytes(kind, in: $0) }
    }

    /// The same of the system's text about a process.
    static func bytes(_ kind: Kind = .filled, in status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix(kind.rawValue) }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return kilobytes.map { $0 * 1024 }
    }
}
