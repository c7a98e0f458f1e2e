public import RecordFormat

/// One record of `__consumer_offsets`, as bytes.
public struct GroupRecord: Hashable, Sendable {
    /// The record's key.
    public var key: ByteSlice
    /// The record's value; `nil` makes it a tombstone, which deletes what stands under the key.
    public var value: ByteSlice?

    /// Creates a record from its bytes.
    public init(key: ByteSlice, value: ByteSlice?) {
        self.key = key
        self.value = value
    }

    private static let groupMetadataKeyVersion: Int16 = 2

    /// The record of an offset commit, or its tombstone.
    static func offsetCommit(_ group: GroupID, _ partition: TopicPartition, _ value: OffsetCommitValue?) -> GroupRecord
    {
        let key = OffsetCommitKey(group: group.rawValue, partition: partition).encoded()
        return GroupRecord(key: key, value: value.map { $0.encoded(version: $0.preferredVersion) })
    }

    /// The record of a group, or its tombstone.
    static func groupMetadata(_ group: GroupID, _ value: GroupMetadataValue?) -> GroupRecord {
        var key = RecordFieldWriter(version: groupMetadataKeyVersion)
        key.string(group.rawValue)
        return GroupRecord(key: key.finish(), value: value?.encoded())
    }
}

/// One record of `__consumer_offsets`, understood.
///
/// - SeeAlso: docs/format/consumer-offsets.md
enum DecodedGroupRecord: Hashable, Sendable {
    /// An offset commit; a `nil` value deletes it.
    case offsetCommit(GroupID, TopicPartition, OffsetCommitValue?)
    /// A group's metadata; a `nil` value deletes the group.
    case groupMetadata(GroupID, GroupMetadataValue?)
    /// A record of a group of the consumer protocol (KIP-848).
    case consumerGroup(GroupID, ConsumerGroupRecord)
    /// A record of a share group (KIP-932).
    case shareGroup(GroupID, ShareGroupRecord)
    /// A record of a kind that is not kept here; its key's version.
    case unknown(keyVersion: Int16)

    /// Reads a record.
    ///
    /// - Throws: ``RecordDecodingError`` when a key or value of a known kind cannot be read.
    init(_ record: GroupRecord) throws(RecordDecodingError) {
        var key = RecordFieldReader(record.key)
        switch try key.integer("key version", as: Int16.self) {
        case OffsetCommitKey.versions:
            let commit = try OffsetCommitKey(decoding: record.key)
            let value: OffsetCommitValue? =
                if let bytes = record.value { try OffsetCommitValue(decoding: bytes) } else { nil }
            self = .offsetCommit(GroupID(commit.group), commit.partition, value)
        case 2:
            let group = GroupID(try key.string("group"))
            let value: GroupMetadataValue? =
                if let bytes = record.value { try GroupMetadataValue(decoding: bytes) } else { nil }
            self = .groupMetadata(group, value)
        case let version:
            if let kind = ShareGroupRecord.KeyVersion(rawValue: version) {
                let (group, record) = try ShareGroupRecord.decode(kind, key: &key, value: record.value)
                self = .shareGroup(group, record)
                return
            }
            guard let kind = ConsumerGroupRecord.KeyVersion(rawValue: version) else {
                self = .unknown(keyVersion: version)
                return
            }
            let (group, record) = try ConsumerGroupRecord.decode(kind, key: &key, value: record.value)
            self = .consumerGroup(group, record)
        }
    }
}
