internal import LogCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The lock on a data directory: held by one process, released by the kernel when that process ends, however it ends.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Locks the directory.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked`, naming the process that holds it, or `.io`.
    init(directory: String) throws(LogError) {
        let path = directory + "/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogError(.io, "cannot create \(path): errno \(errno)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.read(descriptor)
            close(descriptor)
            throw LogError(
                .directoryLocked,
                "\(directory) is in use by process \(holder): stop that server first, or give this one another data directory"
            )
        }
        self.descriptor = descriptor
        // Only a message for the next one who tries: the lock itself is the kernel's.
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit { close(descriptor) }

    private static func read(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).prefix { (48...57).contains($0) }
        return digits.isEmpty ? "(unknown)" : String(decoding: digits, as: UTF8.self)
    }
}
