internal import CShims
internal import LogCore
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The lock on a data directory: held by one process, released by the kernel when that process ends, however it ends.
///
/// Taken in two ways at once: with flock, which tells two stores of one process apart, and with a lock of fcntl's kind,
/// which is the one that a running Apache Kafka holds on its `.lock`. Safe to use from any thread.
final class DirectoryLock: Sendable {
    /// -1 once it is released.
    private let descriptor: Mutex<Int32>

    /// Locks the directory.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked`, naming the process that holds it, or `.io`.
    init(directory: String) throws(LogError) {
        let path = directory + "/.lock"
        let descriptor = millrace_open(path, O_RDWR | O_CREAT, 0o644)
        guard descriptor >= 0 else { throw LogError(.io, "cannot create \(path): errno \(-descriptor)") }
        let result = millrace_lock_file(descriptor)
        guard result == 0 else {
            let holder = Self.read(descriptor)
            close(descriptor)
            guard result == EWOULDBLOCK else { throw LogError(.io, "cannot lock \(path): errno \(result)") }
            throw LogError(
                .directoryLocked,
                "\(directory) is in use by process \(holder): stop that server first, or give this one another data directory"
            )
        }
        self.descriptor = Mutex(descriptor)
        // Only a message for the next one who tries: the lock itself is the kernel's.
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit { release() }

    /// Gives the directory free, for this process too; a second call does nothing.
    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    private static func read(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).prefix { (48...57).contains($0) }
        return digits.isEmpty ? "(unknown)" : String(decoding: digits, as: UTF8.self)
    }
}
