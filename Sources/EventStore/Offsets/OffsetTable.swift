internal import LogCore
internal import RecordFormat
internal import Synchronization

/// How far each group has come, as the records of `__consumer_offsets` say.
///
/// An offset commit is a record; it counts, here and for readers, once it is durable. Safe to use from any thread.
///
/// - SeeAlso: docs/format/consumer-offsets.md
final class OffsetTable: Sendable {
    /// An offset commit and the record that it is.
    private struct Entry {
        /// `nil` where a tombstone stands.
        var value: OffsetCommitValue?
        /// The record's own offset: of two commits that become durable at once, the one behind counts.
        var recordOffset: LogOffset
    }

    /// Not the topic: that holds the store, which holds this.
    private let topic: TopicContent
    private let entries: Mutex<[OffsetCommitKey: Entry]>

    /// Replays the topic.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch` if a record cannot be read: a group that is forgotten would
    ///   read everything again, or nothing.
    init(_ topic: Topic) throws(LogError) {
        self.topic = topic.content
        var entries: [OffsetCommitKey: Entry] = [:]
        for partition in 0..<Int32(topic.partitionCount) {
            try Self.replay(try topic.log(of: partition), into: &entries)
        }
        self.entries = Mutex(entries)
    }

    private static func replay(
        _ stored: StoredLog, into entries: inout [OffsetCommitKey: Entry]
    ) throws(LogError) {
        var offset = stored.log.watermarks.logStartOffset
        while true {
            let step = TailStep(stored, from: offset, limit: 1 << 20, mayBlock: true)
            switch step {
            case .nothing, .cold: return
            case .failed(let error): throw error
            case .batches(let batches, let next, _):
                for batch in batches {
                    for record in try batch.records() { try apply(record, to: &entries) }
                }
                offset = next
            }
        }
    }

    private static func apply(_ record: Record, to entries: inout [OffsetCommitKey: Entry]) throws(LogError) {
        guard let bytes = record.key else { return }
        do throws(RecordDecodingError) {
            let key = try OffsetCommitKey(decoding: bytes)
            var value: OffsetCommitValue?
            if let bytes = record.value { value = try OffsetCommitValue(decoding: bytes) }
            entries[key] = value.map { Entry(value: $0, recordOffset: record.offset) }
        } catch {
            // Groups with members are a coordinator's; an embedded store has none.
            if error.code == .unsupportedVersion { return }
            throw LogError(
                .corruptBatch, "the record at offset \(record.offset) of \(EventStore.offsetsTopic)",
                cause: "\(error)")
        }
    }

    /// What a group has committed.
    func offsets(of group: String) -> [TopicPartition: OffsetCommitValue] {
        entries.withLock { entries in
            var result: [TopicPartition: OffsetCommitValue] = [:]
            for (key, entry) in entries where key.group == group { result[key.partition] = entry.value }
            return result
        }
    }

    /// What a group has committed for one partition.
    func offset(of key: OffsetCommitKey) -> OffsetCommitValue? { entries.withLock { $0[key]?.value } }

    /// The groups that have committed anything.
    var groups: Set<String> {
        entries.withLock { entries in Set(entries.lazy.filter { $0.value.value != nil }.map(\.key.group)) }
    }

    /// What all groups have committed for a topic.
    func keys(ofTopic name: String) -> [OffsetCommitKey] {
        entries.withLock { entries in
            entries.filter { $0.key.partition.topic == name && $0.value.value != nil }.map(\.key)
        }
    }

    /// Writes commits of one group to the page cache, as one batch; tombstones where the value is `nil`.
    ///
    /// - Returns: What to wait for and then ``settle(_:)``.
    func write(
        _ changes: [OffsetCommitKey: OffsetCommitValue?], of group: String, in store: EventStore
    ) throws(LogError) -> PendingOffsets {
        let topic = Topic(store: store, content: topic)
        let changes = changes.sorted { ($0.key.partition, $0.key.group) < ($1.key.partition, $1.key.group) }
        let partition = OffsetCommitKey.partition(of: group, among: Int32(topic.partitionCount))
        let records = changes.map { key, value in
            NewRecord(
                key: key.encoded(), value: value.map { $0.encoded(version: $0.preferredVersion) }, partition: partition)
        }
        let places = try topic.write(records, requiring: .device)
        var pending = PendingOffsets(changes: [], places: places)
        var offsets = places.flatMap { $0.place.firstOffset.rawValue..<$0.place.nextOffset.rawValue }.makeIterator()
        for (key, value) in changes {
            guard let offset = offsets.next() else { break }
            pending.changes.append((key, value, LogOffset(offset)))
        }
        return pending
    }

    /// Makes commits count that are durable now.
    func settle(_ pending: PendingOffsets) {
        entries.withLock { entries in
            for (key, value, offset) in pending.changes where entries[key].map({ $0.recordOffset < offset }) ?? true {
                // A tombstone keeps its place: an earlier commit that is settled later must not come back.
                entries[key] = Entry(value: value, recordOffset: offset)
            }
        }
    }
}

/// Offset commits on their way to the device.
struct PendingOffsets: Sendable {
    var changes: [(key: OffsetCommitKey, value: OffsetCommitValue?, offset: LogOffset)]
    var places: [(log: StoredLog, place: AppendedRecords)]

    func wait() async throws(LogError) {
        for part in places { try await part.log.gate.wait(for: part.place.nextOffset) }
    }

    func waitBlocking() throws(LogError) {
        for part in places { try part.log.gate.waitBlocking(for: part.place.nextOffset) }
    }
}
