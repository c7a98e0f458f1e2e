import RecordFormat
import Synchronization

@testable import ConnectRuntime

/// An internal topic in memory, which every store on it reads from its beginning.
final class MemoryLog: InternalLog {
    /// Stands before each write of records with these keys: may wait, or refuse it.
    typealias Hook = @Sendable (_ keys: [String]) async throws -> Void

    private struct State {
        var records: [(key: ByteSlice, value: ByteSlice?)] = []
        var readers: [@Sendable (ByteSlice?, ByteSlice?) -> Void] = []
    }

    private let state = Mutex(State())
    private let beforeWrite: Hook

    init(beforeWrite: @escaping Hook = { _ in }) { self.beforeWrite = beforeWrite }

    func start(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws {
        for record in state.withLock({ $0.records }) { apply(record.key, record.value) }
        state.withLock { $0.readers.append(apply) }
    }

    func run() async {}

    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        try await beforeWrite(records.map(\.key.string))
        let readers = state.withLock { state in
            state.records += records
            return state.readers
        }
        for record in records { for reader in readers { reader(record.key, record.value) } }
    }
}
