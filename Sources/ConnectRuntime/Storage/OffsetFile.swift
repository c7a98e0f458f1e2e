import ConnectAPI
import RecordFormat
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Keys and values in a file that grows by what is written, and is rewritten with what is in force when it is opened and
/// when little of it is.
///
/// What ``append(_:)`` returned from is on the device. A crash leaves a last write out or has it whole. Safe to use
/// from any thread, but one process at a time has the file.
///
/// - SeeAlso: docs/format/connect-offsets.md
final class OffsetFile: Sendable {
    private struct State {
        var descriptor: Int32
        var entries: [ByteSlice: ByteSlice]
        var size: Int
        /// Set by a write that failed: nobody knows what is on the device after it.
        var failure: ConnectError?
    }

    /// Below this a file is not rewritten while it is open.
    private static let rewriteSize = 1 << 20
    /// A file that is this many times as big as what is in force in it is rewritten.
    private static let rewriteFactor = 8

    /// What was found on opening that somebody should know of.
    let notices: [String]
    private let path: String
    private let lock: Int32
    private let state: Mutex<State>

    private init(path: String, lock: Int32, state: State, notices: [String]) {
        self.path = path
        self.lock = lock
        self.notices = notices
        self.state = Mutex(state)
    }

    deinit {
        _ = state.withLock { close($0.descriptor) }
        // With the descriptor goes the lock.
        close(lock)
    }

    /// What is in force.
    var entries: [ByteSlice: ByteSlice] { state.withLock { $0.entries } }

    /// Opens a file, or makes it; one that Kafka's worker wrote is taken over, and kept beside the new one.
    ///
    /// - Throws: ``ConnectError`` that names the file: it cannot be read or written, it is damaged, or another process
    ///   has it.
    static func open(_ path: String) throws -> OffsetFile {
        let lock = try acquireLock(on: path)
        do {
            let content = try OffsetFileContent(bytes: FileBytes.read(path), path: path)
            var notices: [String] = []
            if let position = content.tornAt {
                notices.append("\(path): a write that a crash cut off at byte \(position) is left out")
            }
            if content.isForeign {
                // A second name for the file, which the new one then replaces under the first.
                unlink(path + ".imported")
                guard link(path, path + ".imported") == 0 else { throw FileBytes.failure("keep a copy of", path) }
                notices.append(
                    "\(path): \(content.entries.count) offsets of Kafka's own file taken over, which is kept as"
                        + " \(path).imported")
            }
            let bytes = OffsetFileContent.encoded(content.entries)
            try FileBytes.replace(path, with: bytes)
            let state = State(
                descriptor: try FileBytes.openForAppending(path), entries: content.entries, size: bytes.count)
            return OffsetFile(path: path, lock: lock, state: state, notices: notices)
        } catch {
            close(lock)
            throw error
        }
    }

    /// Writes records, all or none of which count after a crash.
    ///
    /// - Throws: ``ConnectError`` with code `.failed` when they may not be on the device; nothing is written after it.
    func append(_ records: [(key: ByteSlice, value: ByteSlice?)]) throws {
        guard !records.isEmpty else { return }
        let bytes = try OffsetFileContent.encodedEntry(records)
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            do {
                try FileBytes.write(bytes, to: state.descriptor, path)
                try FileBytes.flush(state.descriptor, path)
                state.size += bytes.count
                for record in records { state.entries[record.key] = record.value }
                try rewriteIfWorthIt(&state)
            } catch let error as ConnectError {
                state.failure = error
                throw error
            }
        }
    }

    private func rewriteIfWorthIt(_ state: inout State) throws {
        guard state.size > Self.rewriteSize else { return }
        let bytes = OffsetFileContent.encoded(state.entries)
        guard bytes.count < state.size / Self.rewriteFactor else { return }
        try FileBytes.replace(path, with: bytes)
        let descriptor = try FileBytes.openForAppending(path)
        close(state.descriptor)
        state.descriptor = descriptor
        state.size = bytes.count
    }

    private static func acquireLock(on path: String) throws -> Int32 {
        // Beside the file, which is replaced by others of its name.
        let lockPath = path + ".lock"
        let descriptor = try FileBytes.openForAppending(lockPath)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK {
                throw ConnectError(
                    .failed, "Another worker has \(path): give each worker an offset.storage.file.filename of its own")
            }
            errno = reason
            throw FileBytes.failure("lock", lockPath)
        }
        return descriptor
    }
}
