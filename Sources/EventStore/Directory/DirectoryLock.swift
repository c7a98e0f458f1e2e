internal import LogCore
internal import RecordFormat
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
    /// `nil` once it is released; a file is unlocked when it is closed.
    private let file: Mutex<LogFile?>

    /// Locks the directory.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked`, naming the process that holds it, or `.io`.
    init(_ directory: LogDirectory) throws(LogError) {
        let file = try directory.open(".lock", .create)
        guard try file.tryLock() else {
            let digits = try file.read(at: 0, count: 32).array.prefix { (48...57).contains($0) }
            let holder = digits.isEmpty ? "(unknown)" : String(decoding: digits, as: UTF8.self)
            throw LogError(
                .directoryLocked,
                "\(directory.path) is in use by process \(holder): stop that server first, or give this one another data directory"
            )
        }
        // Only a message for the next one who tries: the lock itself is the kernel's.
        try? file.truncate(to: 0)
        var text = "\(getpid())\n"
        text.withUTF8 { try? file.write(UnsafeRawBufferPointer($0), at: 0) }
        self.file = Mutex(file)
    }

    /// The locked file, `nil` once it is released; whoever keeps it keeps the lock.
    var lockedFile: LogFile? { file.withLock { $0 } }

    /// Gives the directory free, for this process too; a second call does nothing.
    func release() { file.withLock { $0 = nil } }
}
