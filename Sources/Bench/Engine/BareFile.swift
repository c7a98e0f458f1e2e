import CShims

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file without an engine: what the machine itself takes for the same bytes.
///
/// Its room is reserved ahead, as the engine reserves its own. Removed when it goes out of use.
struct BareFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Creates the file with room for `size` bytes.
    init(_ path: String, size: Int) throws {
        self.path = path
        descriptor = millrace_open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw BenchFailure(description: "cannot create \(path): errno \(-descriptor)") }
        guard millrace_allocate(descriptor, 0, Int64(size)) == 0 else {
            throw BenchFailure(description: "cannot reserve \(size) bytes for \(path): is the disk full?")
        }
        // As the engine's first flush does: the file's own name and size are not part of what is measured.
        guard fsync(descriptor) == 0 else { throw BenchFailure(description: "fsync: errno \(errno)") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Calls `pwrite` `count` times, each with all of `bytes`, one behind the other.
    ///
    /// - Parameter isDurable: Whether `fdatasync` follows each of them, and each is timed.
    func write(_ bytes: [UInt8], count: Int, isDurable: Bool = false) throws -> TimedCalls {
        try TimedCalls(count, isEachTimed: isDurable) { index in
            guard pwrite(descriptor, bytes, bytes.count, off_t(index * bytes.count)) == bytes.count else {
                throw BenchFailure(description: "pwrite: errno \(errno)")
            }
            guard !isDurable || millrace_sync_data(descriptor) == 0 else {
                throw BenchFailure(description: "fdatasync failed")
            }
        }
    }

    /// Seconds of reading the first `size` bytes in pieces and making a checksum of each.
    ///
    /// - Parameter look: Told after each piece how many bytes were read.
    func readAndCheck(size: Int, piece: Int = 256 << 10, _ look: (Int) -> Void) throws -> Double {
        var room = [UInt8](repeating: 0, count: piece)
        var checksum: UInt32 = 0
        return try MonotonicClock.seconds {
            var position = 0
            while position < size {
                let count = pread(descriptor, &room, piece, off_t(position))
                guard count > 0 else { throw BenchFailure(description: "pread: errno \(errno)") }
                checksum = millrace_crc32c(checksum, room, count)
                position += count
                look(position)
            }
        }
    }
}
