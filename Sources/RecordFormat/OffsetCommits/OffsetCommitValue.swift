/// The value of an offset commit's record: how far a group has come in one partition.
///
/// - SeeAlso: docs/format/consumer-offsets.md
public struct OffsetCommitValue: Hashable, Sendable {
    /// The offset of the next record that the group is to read.
    public var offset: LogOffset
    /// The leader epoch of the last record read; ``LeaderEpoch/none`` where the client gave none (KIP-320, version 3).
    public var leaderEpoch: LeaderEpoch
    /// What the client stored with the offset.
    public var metadata: String
    /// When the coordinator took the offset commit.
    public var commitTimestamp: Timestamp
    /// When the offset expires whatever the group does; ``Timestamp/none`` except in version 1, which is written
    /// when a client up to OffsetCommit v4 chose its own retention (KIP-211).
    public var expireTimestamp: Timestamp
    /// The identity of the topic; ``TopicID/zero`` where the writer knew none (version 4, tag 0).
    public var topicID: TopicID

    /// Creates the value of an offset commit's record.
    public init(
        offset: LogOffset, leaderEpoch: LeaderEpoch = .none, metadata: String = "", commitTimestamp: Timestamp,
        expireTimestamp: Timestamp = .none, topicID: TopicID = .zero
    ) {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
        self.commitTimestamp = commitTimestamp
        self.expireTimestamp = expireTimestamp
        self.topicID = topicID
    }

    /// The versions that can be read.
    package static let versions: ClosedRange<Int16> = 0...4
    private static let topicIDTag: UInt32 = 0

    /// The version that Kafka 4.0 writes for such a value: 3, or 1 where there is an expiry of its own.
    package var preferredVersion: Int16 { expireTimestamp == .none ? 3 : 1 }

    /// The value's bytes at `version`; fields that the version lacks are left out.
    package func encoded(version: Int16) -> ByteSlice {
        var writer = RecordFieldWriter(version: version, isFlexible: version >= 4)
        writer.integer(offset.rawValue)
        if version >= 3 { writer.integer(leaderEpoch.rawValue) }
        writer.string(metadata)
        writer.integer(commitTimestamp.milliseconds)
        if version == 1 { writer.integer(expireTimestamp.milliseconds) }
        if topicID == .zero {
            writer.taggedFields()
        } else {
            let halves = [topicID.high.bigEndian, topicID.low.bigEndian]
            let contents = halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } }
            writer.taggedFields([(Self.topicIDTag, ByteSlice(contents))])
        }
        return writer.finish()
    }

    /// Reads a value at whatever version it has.
    package init(decoding bytes: ByteSlice) throws(RecordDecodingError) {
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer("OffsetCommitValue version", as: Int16.self)
        guard Self.versions.contains(version) else {
            throw RecordDecodingError(.unsupportedVersion, "OffsetCommitValue version \(version)")
        }
        reader.isFlexible = version >= 4
        let offset = LogOffset(try reader.integer("offset"))
        let leaderEpoch = version >= 3 ? LeaderEpoch(try reader.integer("leaderEpoch")) : .none
        self.init(
            offset: offset, leaderEpoch: leaderEpoch, metadata: try reader.string("metadata"),
            commitTimestamp: Timestamp(milliseconds: try reader.integer("commitTimestamp")))
        if version == 1 { expireTimestamp = Timestamp(milliseconds: try reader.integer("expireTimestamp")) }
        var topicID = TopicID.zero
        try reader.taggedFields("OffsetCommitValue tags") { (tag, contents) throws(RecordDecodingError) in
            guard tag == Self.topicIDTag else { return }
            var fields = RecordFieldReader(contents)
            topicID = TopicID(high: try fields.integer("topicId"), low: try fields.integer("topicId"))
        }
        self.topicID = topicID
    }
}
