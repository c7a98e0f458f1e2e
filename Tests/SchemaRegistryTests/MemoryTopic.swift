import Synchronization

@testable import SchemaRegistry

/// A topic in memory that several registries share, and that loses answers and keeps records back when a test says so.
final class MemoryTopic: Sendable {
    /// What becomes of a write.
    enum Fault: Sendable, Hashable {
        /// It is written, and nobody is told.
        case answerLost
        /// It is lost.
        case lost
        /// It is written when ``MemoryTopic/releaseHeld()`` is called, and nobody is told.
        case held
    }

    private struct State {
        var records: [LoggedRecord] = []
        var held: [(RegistryEntry, WriterClaim)] = []
        var faults: [Fault] = []
        var readers: [(apply: @Sendable ([LoggedRecord]) -> Void, reached: @Sendable (Int64) -> Void)] = []
    }

    private let state = Mutex(State())
    /// Records reach the readers in their order.
    private let delivery = Mutex(())

    /// What becomes of the next writes, one after the other.
    func plan(_ faults: [Fault]) { state.withLock { $0.faults += faults } }

    /// Loses nothing any more.
    func heal() { state.withLock { $0.faults = [] } }

    /// The records so far.
    var records: [LoggedRecord] { state.withLock { $0.records } }

    /// The records as a history.
    func history() throws -> History {
        History(
            entries: try records.map {
                .init(
                    entry: try RegistryEntry(key: $0.key ?? [], value: $0.value),
                    writer: $0.writer.flatMap(WriterClaim.init(parsing:)))
            })
    }

    /// Writes what was kept back.
    func releaseHeld() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for (entry, claim) in held { append([entry], claim) }
    }

    /// Writes as others do, who know no claims.
    func append(_ entries: [RegistryEntry], _ claim: WriterClaim? = nil) {
        delivery.withLock { _ in
            let (records, readers) = state.withLock { state in
                let records = entries.enumerated().map { index, entry in
                    LoggedRecord(
                        offset: Int64(state.records.count + index), key: entry.key.utf8, value: entry.valueUTF8,
                        writer: claim?.description, timestamp: 1)
                }
                state.records += records
                return (records, state.readers)
            }
            for reader in readers { reader.apply(records) }
        }
    }

    /// A log on the topic.
    func makeLog() -> Log { Log(topic: self) }

    struct Log: RecordLog {
        let topic: MemoryTopic

        func start(
            _ apply: @escaping @Sendable ([LoggedRecord]) -> Void, reached: @escaping @Sendable (Int64) -> Void
        ) async throws {
            topic.delivery.withLock { _ in
                let records = topic.state.withLock { state in
                    state.readers.append((apply, reached))
                    return state.records
                }
                apply(records)
            }
        }

        func follow() async {}

        func makeWriter(_ claim: WriterClaim) -> any RecordWriter { Writer(topic: topic, claim: claim) }
    }

    private struct Writer: RecordWriter {
        let topic: MemoryTopic
        let claim: WriterClaim

        func write(_ entries: [RegistryEntry]) async throws(WriteFailure) -> [Int64] {
            let fault = topic.state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
            switch fault {
            case .lost: throw .timedOut
            case .held:
                topic.state.withLock { state in state.held += entries.map { ($0, claim) } }
                throw .timedOut
            case .answerLost, nil:
                topic.append(entries, claim)
                if fault != nil { throw .timedOut }
                // Another writer may have come in between, but the records of one call stay together.
                let records = topic.records
                let own = records.filter { $0.writer == claim.description }.suffix(entries.count)
                return own.map(\.offset)
            }
        }

        func close() async {}
    }
}
