import RecordFormat
import Synchronization

/// An internal topic of a worker that is alone: it lives as long as the worker does.
///
/// Safe to use from any thread.
final class TransientLog: InternalLog {
    private typealias Reader = @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void

    private let reader = Mutex<Reader?>(nil)
    /// Records are handed over in the order in which they are written.
    private let writes = Turnstile()

    func start(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws {
        reader.withLock { $0 = apply }
    }

    func run() async {}

    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        guard let apply = reader.withLock({ $0 }) else { return }
        await writes.pass {
            for record in records { apply(record.key, record.value) }
        }
    }
}
