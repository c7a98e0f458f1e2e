public import RecordFormat

/// Neighbouring records in the log of share groups: what is known of them that a restart must not forget.
public struct ShareStateBatch: Hashable, Sendable {
    /// The first record's offset.
    public var first: LogOffset
    /// The offset after the last record's; the log has that of the last one.
    public var next: LogOffset
    /// What has become of the records; never ``ShareRecordState/acquired``.
    public var state: ShareRecordState
    /// How often the records have been delivered.
    public var deliveryCount: Int16

    /// Creates a batch.
    public init(first: LogOffset, next: LogOffset, state: ShareRecordState, deliveryCount: Int16) {
        self.first = first
        self.next = next
        self.state = state
        self.deliveryCount = deliveryCount
    }
}

/// The whole state of a share-partition, as `__share_group_state` has it (KIP-932).
///
/// - SeeAlso: docs/format/share-group-state.md
public struct ShareSnapshot: Hashable, Sendable {
    /// Counts the snapshots of the share-partition.
    public var snapshotEpoch: Int32
    /// Counts how often the share-partition was set up.
    public var stateEpoch: Int32
    /// The leader epoch of the partition at that time.
    public var leaderEpoch: Int32
    /// The first offset that the group has not done with; -1 where no member has fetched yet.
    public var startOffset: LogOffset
    /// When the share-partition was set up.
    public var createTimestamp: Timestamp
    /// When the snapshot was written.
    public var writeTimestamp: Timestamp
    /// What is known of records from the start on, in ascending order; of others nothing has happened yet.
    public var batches: [ShareStateBatch]

    /// Creates a snapshot.
    public init(
        snapshotEpoch: Int32, stateEpoch: Int32, leaderEpoch: Int32, startOffset: LogOffset,
        createTimestamp: Timestamp = .none, writeTimestamp: Timestamp = .none, batches: [ShareStateBatch] = []
    ) {
        self.snapshotEpoch = snapshotEpoch
        self.stateEpoch = stateEpoch
        self.leaderEpoch = leaderEpoch
        self.startOffset = startOffset
        self.createTimestamp = createTimestamp
        self.writeTimestamp = writeTimestamp
        self.batches = batches
    }
}

/// What has changed in a share-partition, as `__share_group_state` has it (KIP-932).
///
/// - SeeAlso: docs/format/share-group-state.md
public struct ShareUpdate: Hashable, Sendable {
    /// The epoch of the last snapshot.
    public var snapshotEpoch: Int32
    /// The leader epoch of the partition at that time.
    public var leaderEpoch: Int32
    /// The first offset that the group has not done with; -1 if unchanged.
    public var startOffset: LogOffset
    /// What has changed, in ascending order.
    public var batches: [ShareStateBatch]

    /// Creates an update.
    public init(snapshotEpoch: Int32, leaderEpoch: Int32, startOffset: LogOffset, batches: [ShareStateBatch]) {
        self.snapshotEpoch = snapshotEpoch
        self.leaderEpoch = leaderEpoch
        self.startOffset = startOffset
        self.batches = batches
    }
}

/// One record of `__share_group_state`, understood.
///
/// - SeeAlso: docs/format/share-group-state.md
public enum ShareStateRecord: Hashable, Sendable {
    /// The whole state of a share-partition; `nil` deletes it.
    case snapshot(SharePartitionKey, ShareSnapshot?)
    /// What has changed since; `nil` says nothing.
    case update(SharePartitionKey, ShareUpdate?)
    /// A record of a kind that is not kept here; its key's version.
    case unknown(keyVersion: Int16)

    private static let snapshotKeyVersion: Int16 = 0
    private static let updateKeyVersion: Int16 = 1

    // MARK: - Writing

    /// The record's bytes.
    ///
    /// - Precondition: It is no ``unknown(keyVersion:)``.
    public func encoded() -> GroupRecord {
        switch self {
        case .snapshot(let key, let snapshot):
            GroupRecord(key: Self.key(key, Self.snapshotKeyVersion), value: snapshot.map(Self.value))
        case .update(let key, let update):
            GroupRecord(key: Self.key(key, Self.updateKeyVersion), value: update.map(Self.value))
        case .unknown: preconditionFailure("a record of an unknown kind cannot be written")
        }
    }

    private static func key(_ key: SharePartitionKey, _ version: Int16) -> ByteSlice {
        var writer = RecordFieldWriter(version: version)
        writer.string(key.groupID.rawValue)
        writer.integer(key.topicID.high)
        writer.integer(key.topicID.low)
        writer.integer(key.partition)
        return writer.finish()
    }

    private static func value(_ snapshot: ShareSnapshot) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.integer(snapshot.snapshotEpoch)
        writer.integer(snapshot.stateEpoch)
        writer.integer(snapshot.leaderEpoch)
        writer.integer(snapshot.startOffset.rawValue)
        writer.integer(snapshot.createTimestamp.milliseconds)
        writer.integer(snapshot.writeTimestamp.milliseconds)
        write(snapshot.batches, &writer)
        return writer.finish()
    }

    private static func value(_ update: ShareUpdate) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.integer(update.snapshotEpoch)
        writer.integer(update.leaderEpoch)
        writer.integer(update.startOffset.rawValue)
        write(update.batches, &writer)
        return writer.finish()
    }

    private static func write(_ batches: [ShareStateBatch], _ writer: inout RecordFieldWriter) {
        writer.count(batches.count)
        for batch in batches {
            writer.integer(batch.first.rawValue)
            writer.integer(batch.next.rawValue - 1)
            writer.integer(batch.state.rawValue)
            writer.integer(batch.deliveryCount)
            writer.taggedFields()
        }
        writer.taggedFields()
    }

    // MARK: - Reading

    /// Reads a record.
    ///
    /// - Throws: ``RecordDecodingError`` when a key or value of a known kind cannot be read.
    public init(_ record: GroupRecord) throws(RecordDecodingError) {
        var key = RecordFieldReader(record.key)
        let version = try key.integer("key version", as: Int16.self)
        guard version == Self.snapshotKeyVersion || version == Self.updateKeyVersion else {
            self = .unknown(keyVersion: version)
            return
        }
        let name = SharePartitionKey(
            groupID: GroupID(try key.string("groupId")),
            topicID: TopicID(high: try key.integer("topicId"), low: try key.integer("topicId")),
            partition: try key.integer("partition"))
        if version == Self.snapshotKeyVersion {
            self = .snapshot(name, try record.value.map(Self.snapshot))
        } else {
            self = .update(name, try record.value.map(Self.update))
        }
    }

    private static func makeReader(
        _ bytes: ByteSlice, _ kind: StaticString
    ) throws(RecordDecodingError) -> RecordFieldReader {
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer(kind, as: Int16.self)
        guard version == 0 else { throw RecordDecodingError(.unsupportedVersion, "\(kind) version \(version)") }
        reader.isFlexible = true
        return reader
    }

    private static func snapshot(_ bytes: ByteSlice) throws(RecordDecodingError) -> ShareSnapshot {
        var reader = try makeReader(bytes, "share snapshot")
        var snapshot = ShareSnapshot(
            snapshotEpoch: try reader.integer("snapshotEpoch"), stateEpoch: try reader.integer("stateEpoch"),
            leaderEpoch: try reader.integer("leaderEpoch"),
            startOffset: LogOffset(try reader.integer("startOffset")),
            createTimestamp: Timestamp(milliseconds: try reader.integer("createTimestamp")),
            writeTimestamp: Timestamp(milliseconds: try reader.integer("writeTimestamp")))
        snapshot.batches = try batches(&reader)
        return snapshot
    }

    private static func update(_ bytes: ByteSlice) throws(RecordDecodingError) -> ShareUpdate {
        var reader = try makeReader(bytes, "share update")
        var update = ShareUpdate(
            snapshotEpoch: try reader.integer("snapshotEpoch"), leaderEpoch: try reader.integer("leaderEpoch"),
            startOffset: LogOffset(try reader.integer("startOffset")), batches: [])
        update.batches = try batches(&reader)
        return update
    }

    private static func batches(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> [ShareStateBatch] {
        var batches: [ShareStateBatch] = []
        for _ in 0..<(try reader.count(minimumSize: 20, "stateBatches")) {
            let first: Int64 = try reader.integer("firstOffset")
            let last: Int64 = try reader.integer("lastOffset")
            let state: Int8 = try reader.integer("deliveryState")
            let deliveryCount: Int16 = try reader.integer("deliveryCount")
            try reader.taggedFields("stateBatch tags")
            guard first >= 0, last >= first, last < .max else {
                throw RecordDecodingError(.malformed, "a state batch from \(first) to \(last)")
            }
            guard let state = ShareRecordState(rawValue: state), state != .acquired else {
                throw RecordDecodingError(.malformed, "unknown delivery state \(state)")
            }
            batches.append(
                ShareStateBatch(
                    first: LogOffset(first), next: LogOffset(last + 1), state: state, deliveryCount: deliveryCount))
        }
        // Kafka 4.2 adds how many offsets are done with, which follows from the batches (KIP-1226).
        try reader.taggedFields("share state tags")
        return batches
    }
}
