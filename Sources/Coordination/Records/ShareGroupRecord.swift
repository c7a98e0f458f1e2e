internal import RecordFormat

/// One record of a share group, less the group's name (KIP-932).
///
/// A `nil` value is a tombstone. A group is what its records say, in their order: the coordinator changes a group only
/// by ``ShareGroupState/apply(_:)``, and so a replay of the log makes the same group.
///
/// - SeeAlso: docs/format/consumer-offsets.md
enum ShareGroupRecord: Hashable, Sendable {
    /// What the group's record says.
    struct Epoch: Hashable, Sendable {
        var epoch: Int32
        /// What the topics that the members want were like when the epoch began, in 64 bits.
        var topicsHash: Int64
    }

    /// A member, as it described itself.
    case member(MemberID, ShareMemberMetadata?)
    /// The group, with its epoch.
    case group(Epoch?)
    /// The epoch of the group that the target assignment was made for.
    case targetEpoch(Int32?)
    /// What a member is to have.
    case target(MemberID, PartitionAssignment?)
    /// What a member has.
    case current(MemberID, ShareMemberAssignment?)

    /// Whether the record deletes what stands under its key.
    var isTombstone: Bool {
        switch self {
        case .member(_, let value): value == nil
        case .group(let value): value == nil
        case .targetEpoch(let value): value == nil
        case .target(_, let value): value == nil
        case .current(_, let value): value == nil
        }
    }
}

/// A member of a share group, as it described itself.
struct ShareMemberMetadata: Hashable, Sendable {
    /// The member's rack.
    var rackID: String?
    var clientID = ""
    var clientHost = ""
    /// The topics that the member wants, in ascending order.
    var topicNames: [String] = []
}

/// What a member of a share group has, and in which epoch.
struct ShareMemberAssignment: Hashable, Sendable {
    var epoch: Int32 = CurrentAssignment.initialEpoch
    /// The epoch before, with which a member comes that has not got our last answer.
    var previousEpoch: Int32 = CurrentAssignment.initialEpoch
    var assigned = PartitionAssignment()
}

extension ShareGroupRecord {
    /// The versions of the keys, which say what kind of record it is.
    enum KeyVersion: Int16 {
        case member = 10
        case group = 11
        case targetEpoch = 12
        case target = 13
        case current = 14
    }

    // MARK: - Writing

    /// The record's bytes.
    func encoded(for group: GroupID) -> GroupRecord {
        switch self {
        case .member(let id, let metadata): Self.record(.member, group, id, metadata.map(Self.value))
        case .group(let epoch):
            Self.record(.group, group, nil, epoch.map(Self.value))
        case .targetEpoch(let epoch): Self.record(.targetEpoch, group, nil, epoch.map(Self.value))
        case .target(let id, let assignment): Self.record(.target, group, id, assignment.map(Self.value))
        case .current(let id, let assignment): Self.record(.current, group, id, assignment.map(Self.value))
        }
    }

    private static func record(
        _ version: KeyVersion, _ group: GroupID, _ member: MemberID?, _ value: ByteSlice?
    ) -> GroupRecord {
        var key = RecordFieldWriter(version: version.rawValue)
        key.string(group.rawValue)
        if let member { key.string(member.rawValue) }
        return GroupRecord(key: key.finish(), value: value)
    }

    private static func value(_ metadata: ShareMemberMetadata) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.nullableString(metadata.rackID)
        writer.string(metadata.clientID)
        writer.string(metadata.clientHost)
        writer.strings(metadata.topicNames)
        writer.taggedFields()
        return writer.finish()
    }

    private static func value(_ epoch: Epoch) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.integer(epoch.epoch)
        writer.integer(epoch.topicsHash)
        writer.taggedFields()
        return writer.finish()
    }

    private static func value(_ epoch: Int32) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.integer(epoch)
        writer.taggedFields()
        return writer.finish()
    }

    private static func value(_ assignment: PartitionAssignment) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.partitions(assignment)
        writer.taggedFields()
        return writer.finish()
    }

    private static func value(_ current: ShareMemberAssignment) -> ByteSlice {
        var writer = RecordFieldWriter(version: 0, isFlexible: true)
        writer.integer(current.epoch)
        writer.integer(current.previousEpoch)
        // A member of a share group takes each new assignment as it comes.
        writer.integer(ConsumerMemberState.stable.rawValue)
        writer.partitions(current.assigned)
        writer.taggedFields()
        return writer.finish()
    }

    // MARK: - Reading

    /// Reads a record whose key's version has been read.
    ///
    /// - Parameters:
    ///   - version: The key's version.
    ///   - key: The rest of the key.
    ///   - value: The value; `nil` for a tombstone.
    /// - Returns: The group and its record.
    static func decode(
        _ version: KeyVersion, key: inout RecordFieldReader, value: ByteSlice?
    ) throws(RecordDecodingError) -> (group: GroupID, record: ShareGroupRecord) {
        let group = GroupID(try key.string("groupId"))
        let record: ShareGroupRecord
        switch version {
        case .member: record = .member(MemberID(try key.string("memberId")), try read(value, "share member", member))
        case .group: record = .group(try read(value, "share group", epoch))
        case .targetEpoch: record = .targetEpoch(try read(value, "share target epoch", targetEpoch))
        case .target: record = .target(MemberID(try key.string("memberId")), try read(value, "share target", target))
        case .current:
            record = .current(MemberID(try key.string("memberId")), try read(value, "share current", current))
        }
        return (group, record)
    }

    private typealias Decoder<Value> = (inout RecordFieldReader) throws(RecordDecodingError) -> Value

    /// Reads a value of version 0, the only one that there is.
    private static func read<Value>(
        _ bytes: ByteSlice?, _ kind: StaticString, _ decode: Decoder<Value>
    ) throws(RecordDecodingError) -> Value? {
        guard let bytes else { return nil }
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer(kind, as: Int16.self)
        guard version == 0 else { throw RecordDecodingError(.unsupportedVersion, "\(kind) version \(version)") }
        reader.isFlexible = true
        let value = try decode(&reader)
        try reader.taggedFields(kind)
        return value
    }

    private static func member(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> ShareMemberMetadata {
        ShareMemberMetadata(
            rackID: try reader.nullableString("rackId"), clientID: try reader.string("clientId"),
            clientHost: try reader.string("clientHost"), topicNames: try reader.strings("subscribedTopicNames"))
    }

    private static func epoch(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> Epoch {
        Epoch(epoch: try reader.integer("epoch"), topicsHash: try reader.integer("metadataHash"))
    }

    private static func targetEpoch(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> Int32 {
        try reader.integer("assignmentEpoch")
    }

    private static func target(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> PartitionAssignment {
        try reader.partitions("topicPartitions")
    }

    private static func current(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> ShareMemberAssignment {
        let epoch: Int32 = try reader.integer("memberEpoch")
        let previousEpoch: Int32 = try reader.integer("previousMemberEpoch")
        _ = try reader.integer("state", as: Int8.self)
        return ShareMemberAssignment(
            epoch: epoch, previousEpoch: previousEpoch, assigned: try reader.partitions("assignedPartitions"))
    }
}
