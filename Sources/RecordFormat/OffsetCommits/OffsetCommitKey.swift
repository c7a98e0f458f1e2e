/// The key of an offset commit's record in `__consumer_offsets`: whose progress, and in which partition.
///
/// - SeeAlso: docs/format/consumer-offsets.md
public struct OffsetCommitKey: Hashable, Sendable {
    /// The name of the group.
    public var group: String
    /// The partition that it reads.
    public var partition: TopicPartition

    /// Creates the key of an offset commit's record.
    public init(group: String, partition: TopicPartition) {
        self.group = group
        self.partition = partition
    }

    /// The versions that can be read; a key's version also says what kind of record it is.
    package static let versions: ClosedRange<Int16> = 0...1
    /// The version that every Kafka since 0.9 writes.
    private static let writtenVersion: Int16 = 1

    /// The key's bytes.
    ///
    /// - Precondition: both names fit a record's field (``Swift/String/fitsRecord``).
    package func encoded() -> ByteSlice {
        var writer = RecordFieldWriter(version: Self.writtenVersion)
        writer.string(group)
        writer.string(partition.topic)
        writer.integer(partition.partition)
        return writer.finish()
    }

    /// Reads a key.
    ///
    /// - Throws: ``RecordDecodingError`` if it is cut or malformed, with code `.unsupportedVersion` if it is the key of
    ///   another kind of record.
    package init(decoding bytes: ByteSlice) throws(RecordDecodingError) {
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer("key version", as: Int16.self)
        guard Self.versions.contains(version) else {
            throw RecordDecodingError(.unsupportedVersion, "key version \(version) is no offset commit's")
        }
        group = try reader.string("group")
        partition = TopicPartition(try reader.string("topic"), try reader.integer("partition"))
    }

    /// The partition of `__consumer_offsets` that a group's records are in.
    ///
    /// - Parameters:
    ///   - group: The group's name.
    ///   - count: The number of partitions of `__consumer_offsets`, which must never change.
    package static func partition(of group: String, among count: Int32) -> Int32 {
        precondition(count > 0, "a topic has at least one partition")
        // Java's String.hashCode, and Kafka's absolute value, which takes the one without a positive twin for 0.
        let hash = group.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
        return (hash == .min ? 0 : abs(hash)) % count
    }
}
