import EventStore
import FoundationEssentials
import LogCore
import NIOPosix
import RecordFormat
import Synchronization

/// One node's metadata: a log of its own in the data directory, replayed at the start.
///
/// Each record's key names what it describes (`topic/<name>`, `producer-ids`), the last record of a key counts, and an empty value removes it. When most of the
/// log is history, the present state is written into a new segment and the old ones are deleted.
///
/// - SeeAlso: docs/format/metadata-log.md
final class LocalMetadataStore: MetadataStore {
    /// The directory of the log; no topic can have this name, because topics' directories end with a number that is a partition.
    static let partition = TopicPartition("__millrace_metadata", 0)

    private struct State {
        var image = ClusterImage()
        var nextProducerID: Int64 = 0
        var records = 0
    }

    private let stored: StoredLog
    private let now: @Sendable () -> Timestamp
    private let pool: NIOThreadPool
    private let state: Mutex<State>
    /// Serialises changes: each is durable before the next begins.
    private let changing = Mutex(())

    /// Opens the log and replays it.
    ///
    /// - Parameters:
    ///   - store: The open data directory.
    ///   - pool: Where changes wait for the device.
    ///   - now: The time that records are stamped with.
    /// - Throws: `LogError` if the log cannot be read; a node that does not know its topics must not start.
    init(store: EventStore, pool: NIOThreadPool, now: @escaping @Sendable () -> Timestamp) throws {
        var configuration = LogConfiguration()
        configuration.retention = nil
        configuration.segmentBytes = 64 << 20
        stored = try store.open(Self.partition, topicID: .zero, configuration: configuration)
        self.now = now
        self.pool = pool
        state = Mutex(try Self.replay(stored.log))
        try compactIfWorthwhile()
    }

    var image: ClusterImage { state.withLock { $0.image } }

    func put(_ topic: ClusterImage.Topic) async throws {
        try await pool.runIfActive { [self] in
            try change([(Key.topic(topic.name), try TopicRecord(topic).encoded())]) { $0.image.set(topic) }
        }
    }

    func removeTopic(_ name: String) async throws {
        try await pool.runIfActive { [self] in
            try change([(Key.topic(name), nil)]) { $0.image.remove(name) }
        }
    }

    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID {
        try await pool.runIfActive { [self] in
            var first: Int64 = 0
            try changing.withLock { _ in
                first = state.withLock { $0.nextProducerID }
                try append([(Key.producerIDs, ByteSlice(String(first + count)))])
                state.withLock { $0.nextProducerID = first + count }
            }
            return ProducerID(first)
        }
    }

    private func change(_ records: [(key: String, value: ByteSlice?)], _ apply: (inout State) -> Void) throws {
        try changing.withLock { _ in
            try append(records)
            state.withLock { apply(&$0) }
        }
    }

    private func append(_ records: [(key: String, value: ByteSlice?)]) throws {
        var builder = RecordBatchBuilder()
        for record in records { try builder.append(timestamp: now(), key: ByteSlice(record.key), value: record.value) }
        _ = try stored.log.append(try builder.finish(), from: .coordinator(LeaderEpoch(0)), now: now())
        try stored.log.flush()
        state.withLock { $0.records += records.count }
    }

    // MARK: - Replay

    private enum Key {
        static let topicPrefix = "topic/"
        static let producerIDs = "producer-ids"
        static func topic(_ name: String) -> String { topicPrefix + name }
    }

    private static func replay(_ log: PartitionLog) throws -> State {
        var state = State()
        var offset = log.watermarks.logStartOffset
        while let slice = try log.read(from: offset, upTo: .logEnd, limit: 4 << 20, mustProgress: true).slice {
            var batches = RecordBatchSequence(try slice.readBytes())
            while let batch = try batches.next() {
                for record in try batch.records() { try apply(record, to: &state) }
                offset = batch.header.nextOffset
            }
        }
        return state
    }

    private static func apply(_ record: Record, to state: inout State) throws {
        state.records += 1
        let key = record.key?.string ?? ""
        if key == Key.producerIDs {
            state.nextProducerID = record.value.flatMap { Int64($0.string) } ?? state.nextProducerID
        } else if key.hasPrefix(Key.topicPrefix) {
            if let value = record.value {
                state.image.set(try TopicRecord.decode(value, name: String(key.dropFirst(Key.topicPrefix.count))))
            } else {
                state.image.remove(String(key.dropFirst(Key.topicPrefix.count)))
            }
        }
    }

    /// Writes the present state behind the log's end and drops what came before, once nine tenths of a long log are history.
    private func compactIfWorthwhile() throws {
        let (image, nextProducerID, records) = state.withLock { ($0.image, $0.nextProducerID, $0.records) }
        guard records > 10_000, records > image.topics.count * 10 else { return }
        let end = stored.log.watermarks.logEndOffset
        var live: [(key: String, value: ByteSlice?)] = [(Key.producerIDs, ByteSlice(String(nextProducerID)))]
        for topic in image.topics.values { live.append((Key.topic(topic.name), try TopicRecord(topic).encoded())) }
        try stored.log.rollNow()
        try append(live)
        stored.log.advanceHighWatermark(to: stored.log.watermarks.logEndOffset)
        try stored.log.advanceLogStart(to: end)
        state.withLock { $0.records = live.count }
    }
}

/// A topic as the metadata log keeps it: JSON, so that a person with `dump-log` can read it.
private struct TopicRecord: Codable {
    struct Partition: Codable {
        var leader: Int32
        var leaderEpoch: Int32
        var replicas: [Int32]
        var isr: [Int32]
    }

    var id: String
    var partitions: [Partition]
    var configs: [String: String]

    init(_ topic: ClusterImage.Topic) {
        id = topic.id.description
        partitions = topic.partitions.map {
            Partition(leader: $0.leader, leaderEpoch: $0.leaderEpoch.rawValue, replicas: $0.replicas, isr: $0.inSyncReplicas)
        }
        configs = topic.configuration
    }

    func encoded() throws -> ByteSlice {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteSlice([UInt8](try encoder.encode(self)))
    }

    static func decode(_ bytes: ByteSlice, name: String) throws -> ClusterImage.Topic {
        let record = try JSONDecoder().decode(TopicRecord.self, from: Data(bytes.array))
        guard let id = TopicID(record.id) else {
            throw LogError(.unsupportedFormat, "the metadata log's record of topic '\(name)' has no valid id: '\(record.id)'")
        }
        return ClusterImage.Topic(
            name: name, id: id,
            partitions: record.partitions.map {
                ClusterImage.PartitionState(
                    leader: $0.leader, leaderEpoch: LeaderEpoch($0.leaderEpoch), replicas: $0.replicas, inSyncReplicas: $0.isr)
            },
            configuration: record.configs)
    }
}
