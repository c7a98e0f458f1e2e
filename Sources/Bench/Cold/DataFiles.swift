import CShims

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

/// The files below a directory, whose writer rests while they are looked at.
struct DataFiles {
    let directory: String
    /// What the names of files end with; all files if empty.
    var suffix = ""

    /// The part that may stay in the page cache for files to count as cold.
    static let coldShare = 0.01

    /// The paths of all files, in order.
    func paths() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.hasSuffix(suffix) }.sorted()
            .map { directory + "/" + $0 }
            .filter { path in
                var status = stat()
                return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            }
    }

    /// Makes them durable.
    func sync() throws { for path in try paths() { try PageCache.sync(path) } }

    /// How much of them is in the page cache.
    func residency() throws -> FileResidency {
        try paths().reduce(into: FileResidency()) { $0 += try PageCache.residency(of: $1) }
    }

    /// Takes them out of the page cache.
    ///
    /// - Throws: ``BenchFailure`` where more than ``coldShare`` of them stays.
    func drop() throws {
        for path in try paths() { try PageCache.drop(path) }
        let left = try residency()
        guard left.share < Self.coldShare else {
            throw BenchFailure(
                description: """
                    \((left.share * 100).text(fractionDigits: 1)) % of \(directory) stays in the page cache; is that in memory? \
                    --directory names another place
                    """)
        }
    }

    /// Reads all of them by `read`, from the first to the last byte.
    ///
    /// - Returns: Bytes a second.
    func readRate(piece: Int = 1 << 20) throws -> Double {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 4096)
        defer { room.deallocate() }
        var bytes = 0
        let seconds = try MonotonicClock.seconds {
            for path in try paths() {
                let descriptor = millrace_open_at(AT_FDCWD, path, O_RDONLY, 0)
                guard descriptor >= 0 else {
                    throw BenchFailure(description: "cannot open \(path): errno \(-descriptor)")
                }
                defer { close(descriptor) }
                var count = read(descriptor, room.baseAddress, room.count)
                while count > 0 {
                    bytes += count
                    count = read(descriptor, room.baseAddress, room.count)
                }
                guard count == 0 else { throw BenchFailure(description: "cannot read \(path): errno \(errno)") }
            }
        }
        return Double(bytes) / seconds
    }
}
