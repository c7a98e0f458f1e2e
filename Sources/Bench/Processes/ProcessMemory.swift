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
    /// The bytes of memory that a process has filled itself, files aside; `nil` where the system does not tell.
    static func bytes(of process: pid_t) -> Int? {
        (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)).flatMap(bytes(in:))
    }

    /// The same of the system's text about a process.
    static func bytes(in status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return kilobytes.map { $0 * 1024 }
    }
}
