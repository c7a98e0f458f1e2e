import EventStore
import LogCore
import RecordFormat

/// A topic of a store, whose commit thread makes the appends of many threads durable together.
final class MillraceStore: ConcurrentContestant {
    private let store: EventStore
    private let topic: Topic
    private let workload: Workload
    private let value: ByteSlice

    init(_ directory: String, _ workload: Workload) throws {
        self.workload = workload
        value = ByteSlice(workload.value)
        store = try EventStore.open(directory)
        topic = try store.topic("records")
    }

    func append(_ sequence: Range<Int>) throws {
        let records = [NewRecord](repeating: NewRecord(value: value), count: sequence.count)
        try topic.appendAndWait(records, requiring: workload.guarantee == .device ? .device : .pageCache)
    }

    func scan() throws -> ScanTotal { throw ContestantFailure("scan", "the log is what is scanned") }

    func close() throws { try store.close() }
}
