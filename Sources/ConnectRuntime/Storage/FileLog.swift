import ConnectAPI
import Logging
import RecordFormat
import Synchronization

/// The offsets of a worker that is alone, in a file (`offset.storage.file.filename`).
///
/// A write returns once the file is flushed to the device. Safe to use from any thread.
final class FileLog: InternalLog {
    private typealias Reader = @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void

    private struct State {
        var file: OffsetFile?
        var apply: Reader?

        var opened: (file: OffsetFile, apply: Reader)? {
            if let file, let apply { (file, apply) } else { nil }
        }
    }

    private let path: String
    private let logger: Logger
    private let state = Mutex(State())
    private let writes = Turnstile()

    /// Creates a log in the file `path`, which is made when there is none.
    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    func start(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws {
        let file = try await onThread { [path] in try OffsetFile.open(path) }
        for notice in file.notices { logger.warning("\(notice)") }
        for (key, value) in file.entries { apply(key, value) }
        state.withLock { $0 = State(file: file, apply: apply) }
    }

    /// Has the file until the task is cancelled; another worker may have it then.
    func run() async {
        let end = Completion()
        await withTaskCancellationHandler {
            await end.wait()
        } onCancel: {
            end.complete()
        }
        state.withLock { $0 = State() }
    }

    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        guard let (file, apply) = state.withLock(\.opened) else {
            throw ConnectError(.unavailable, "The offsets in \(path) are not open")
        }
        try await writes.pass {
            try await onThread { try file.append(records) }
            for record in records { apply(record.key, record.value) }
        }
    }

    /// A flush takes as long as the device does, which the shared threads must not wait for.
    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await TaskThread().run { try body() }
    }
}
