import EventStore
import LogCore
import NIOPosix
import RecordFormat
import Synchronization

/// One node's metadata: a log of its own in the data directory, replayed at the start.
///
/// Each record's key names what it describes, the last record of a key counts, and an empty value removes it. When most
/// of the log is history, the next start writes the present state into a new segment and lets the old ones go.
///
/// - SeeAlso: docs/format/metadata-log.md
final class LocalMetadataStore: MetadataStore {
    /// The directory of the log; no topic can have this name.
    static let partition = TopicPartition("__millrace_metadata", 0)
    /// Records from which on a log that is mostly history is compacted: below, replaying takes a few milliseconds.
    static let compactionThreshold = 10_000

    private struct State {
        var image = ClusterImage()
        var deletions: [TopicID: ClusterImage.Deletion] = [:]
        var nextProducerID: Int64 = 0
        /// The records in the log, those included that count no more.
        var records = 0
        /// Records in the log that are not known to be durable, and do not count yet.
        var unsettled: [MetadataRecord] = []
        /// Whether there are records of a later version, which compaction would lose.
        var hasUnknown = false

        mutating func apply(_ record: MetadataRecord) {
            records += 1
            switch record {
            case .topic(_, let topic?): image.set(topic)
            case .topic(let name, nil): image.remove(name)
            case .deletion(let id, let deletion): deletions[id] = deletion
            case .nextProducerID(let next): nextProducerID = next
            case .configuration(let resource, let values): image.set(values ?? [:], of: resource)
            case .quota(let entity, let limits): image.set(limits ?? [:], of: entity)
            case .features(let features): image.set(features)
            case .unknown: hasUnknown = true
            }
        }

        /// The records that say all that counts.
        var live: [MetadataRecord] {
            [.nextProducerID(nextProducerID)] + deletions.map { .deletion(id: $0, $1) }
                + image.topics.values.sorted { $0.name < $1.name }.map { .topic(name: $0.name, $0) }
                + image.configurations.map { .configuration($0, $1) } + image.quotas.map { .quota($0, $1) }
                + (image.features == FeatureLevels() ? [] : [.features(image.features)])
        }
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
    ///   - compactionThreshold: The number of records from which on a log that is mostly history is compacted.
    ///   - now: The time that records are stamped with.
    /// - Throws: `LogError` if the log cannot be read; a node that does not know its topics must not start.
    init(
        store: EventStore, pool: NIOThreadPool, compactionThreshold: Int = LocalMetadataStore.compactionThreshold,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        var configuration = LogConfiguration()
        configuration.retention = nil
        configuration.segmentBytes = 64 << 20
        stored = try store.open(Self.partition, topicID: .zero, configuration: configuration)
        self.now = now
        self.pool = pool
        var replayed = try Self.replay(stored.log)
        replayed.image.controller = store.options.nodeID
        state = Mutex(replayed)
        stored.log.advanceHighWatermark(to: stored.log.watermarks.logEndOffset)
        try compactIfWorthwhile(threshold: compactionThreshold)
    }

    var image: ClusterImage { state.withLock { $0.image } }

    /// There is one node, and so one copy.
    var replication: ReplicationNode? { nil }

    /// There are no others.
    func observe(_ observer: @escaping @Sendable () -> Void) {}

    var logEndOffset: LogOffset { stored.log.watermarks.logEndOffset }

    var deletions: [ClusterImage.Deletion] { state.withLock { Array($0.deletions.values) } }

    func put(_ topic: ClusterImage.Topic, basedOn basis: ClusterImage) async throws {
        try await change([.topic(name: topic.name, topic)])
    }

    func remove(_ topic: ClusterImage.Topic) async throws {
        let deletion = ClusterImage.Deletion(name: topic.name, id: topic.id, partitionCount: topic.partitions.count)
        // One batch: after a crash both have happened or neither.
        try await change([.topic(name: topic.name, nil), .deletion(id: topic.id, deletion)])
    }

    func didDelete(_ id: TopicID) async throws { try await change([.deletion(id: id, nil)]) }

    func put(
        _ configuration: [String: String], of resource: ConfigurationResource, basedOn basis: ClusterImage
    ) async throws {
        try await change([.configuration(resource, configuration.isEmpty ? nil : configuration)])
    }

    func put(_ quotas: [QuotaEntity: [QuotaKey: Double]], basedOn basis: ClusterImage) async throws {
        guard !quotas.isEmpty else { return }
        try await change(quotas.map { .quota($0, $1.isEmpty ? nil : $1) })
    }

    func put(_ features: FeatureLevels, basedOn basis: ClusterImage) async throws {
        try await change([.features(features)])
    }

    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID {
        try await pool.runIfActive { [self] in
            try changing.withLock { _ in
                let first = state.withLock { $0.nextProducerID }
                try append([.nextProducerID(first + count)])
                return ProducerID(first)
            }
        }
    }

    private func change(_ records: [MetadataRecord]) async throws {
        try await pool.runIfActive { [self] in
            try changing.withLock { _ in try append(records) }
        }
    }

    /// Makes records durable, then lets them count.
    private func append(_ records: [MetadataRecord]) throws {
        // What an earlier change has left open comes first, as in the log.
        try settle()
        var builder = RecordBatchBuilder()
        for record in records {
            try builder.append(timestamp: now(), key: ByteSlice(record.key), value: try record.value())
        }
        _ = try stored.log.append(try builder.finish(), from: .coordinator(LeaderEpoch(0)), now: now())
        state.withLock { $0.unsettled = records }
        do throws(LogError) { try settle() } catch { throw UnsettledChange(cause: error) }
    }

    private func settle() throws(LogError) {
        guard state.withLock({ !$0.unsettled.isEmpty }) else { return }
        try stored.log.flush()
        stored.log.advanceHighWatermark(to: stored.log.watermarks.recoveryPoint)
        state.withLock { state in
            for record in state.unsettled { state.apply(record) }
            state.unsettled = []
        }
    }

    private static func replay(_ log: PartitionLog) throws -> State {
        var state = State()
        try log.forEachBatch { batch in
            for record in try batch.records() { state.apply(try MetadataRecord(record)) }
        }
        return state
    }

    /// Writes the present state behind the log's end and drops what came before, once nine tenths of a long log are
    /// history.
    ///
    /// A crash in between leaves both: the old records are replayed, and the new ones say the same again.
    private func compactIfWorthwhile(threshold: Int) throws {
        let (live, records, hasUnknown) = state.withLock { ($0.live, $0.records, $0.hasUnknown) }
        guard !hasUnknown, records > threshold, records > live.count * 10 else { return }
        let end = stored.log.watermarks.logEndOffset
        try stored.log.rollNow()
        try append(live)
        try stored.log.advanceLogStart(to: end)
        state.withLock { $0.records = live.count }
    }
}
