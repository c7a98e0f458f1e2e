internal import RecordFormat

extension ConsumerGroupRecord {
    /// Reads a record whose key's version has been read.
    ///
    /// - Parameters:
    ///   - version: The key's version.
    ///   - key: The rest of the key.
    ///   - value: The value; `nil` for a tombstone.
    /// - Returns: The group and its record.
    static func decode(
        _ version: KeyVersion, key: inout RecordFieldReader, value: ByteSlice?
    ) throws(RecordDecodingError) -> (group: GroupID, record: ConsumerGroupRecord) {
        let group = GroupID(try key.string("groupId"))
        let record: ConsumerGroupRecord
        switch version {
        case .group: record = .group(epoch: try read(value, "group epoch", epoch))
        case .topics: record = .topics(try read(value, "partition metadata", topics))
        case .member: record = .member(MemberID(try key.string("memberId")), try read(value, "member", member))
        case .targetEpoch: record = .targetEpoch(try read(value, "target epoch", epoch))
        case .target: record = .target(MemberID(try key.string("memberId")), try read(value, "target", partitions))
        case .current: record = .current(MemberID(try key.string("memberId")), try read(value, "current", current))
        case .expression:
            record = .expression(try key.string("regularExpression"), try read(value, "expression", expression))
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
        return try decode(&reader)
    }

    private static func epoch(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> Int32 {
        let epoch: Int32 = try reader.integer("epoch")
        // Kafka 4.1 adds a hash of the topics, which only says whether they have to be looked at again.
        try reader.taggedFields("epoch tags")
        return epoch
    }

    private static func topics(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> [String: CatalogedTopic] {
        var topics: [String: CatalogedTopic] = [:]
        for _ in 0..<(try reader.count(minimumSize: 23, "topics")) {
            let id = try reader.uuid("topicId")
            let name = try reader.string("topicName")
            topics[name] = CatalogedTopic(id: id, partitionCount: try reader.integer("numPartitions"))
            for _ in 0..<(try reader.count(minimumSize: 6, "partitionMetadata")) {
                _ = try reader.integer("partition", as: Int32.self)
                _ = try reader.strings("racks")
                try reader.taggedFields("partitionMetadata tags")
            }
            try reader.taggedFields("topic tags")
        }
        try reader.taggedFields("partition metadata tags")
        return topics
    }

    private static func member(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> ConsumerMemberMetadata {
        var metadata = ConsumerMemberMetadata()
        metadata.instanceID = try reader.nullableString("instanceId").map { GroupInstanceID($0) }
        metadata.rackID = try reader.nullableString("rackId")
        metadata.clientID = try reader.string("clientId")
        metadata.clientHost = try reader.string("clientHost")
        metadata.topicNames = try reader.strings("subscribedTopicNames")
        metadata.expression = try reader.nullableString("subscribedTopicRegex")
        metadata.rebalanceTimeoutMs = try reader.integer("rebalanceTimeoutMs")
        metadata.serverAssignor = try reader.nullableString("serverAssignor")
        var classic: ConsumerMemberMetadata.Classic?
        try reader.taggedFields("member tags") { tag, contents throws(RecordDecodingError) in
            if tag == 0 { classic = try Self.classic(contents) }
        }
        metadata.classic = classic
        return metadata
    }

    private static func classic(
        _ contents: ByteSlice
    ) throws(RecordDecodingError) -> ConsumerMemberMetadata.Classic? {
        var reader = RecordFieldReader(contents)
        reader.isFlexible = true
        guard try reader.unsignedVarint("classicMemberMetadata") > 0 else { return nil }
        var classic = ConsumerMemberMetadata.Classic(
            sessionTimeoutMs: try reader.integer("sessionTimeoutMs"), protocols: [])
        for _ in 0..<(try reader.count(minimumSize: 3, "supportedProtocols")) {
            let name = try reader.string("name")
            classic.protocols.append(GroupProtocol(name: name, metadata: try reader.byteString("metadata")))
            try reader.taggedFields("protocol tags")
        }
        try reader.taggedFields("classicMemberMetadata tags")
        return classic
    }

    private static func partitions(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> PartitionAssignment {
        let assignment = try reader.partitions("topicPartitions")
        try reader.taggedFields("target tags")
        return assignment
    }

    private static func current(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> CurrentAssignment {
        let epoch: Int32 = try reader.integer("memberEpoch")
        let previousEpoch: Int32 = try reader.integer("previousMemberEpoch")
        let state: Int8 = try reader.integer("state")
        guard let state = ConsumerMemberState(rawValue: state) else {
            throw RecordDecodingError(.malformed, "unknown member state \(state)")
        }
        let current = CurrentAssignment(
            epoch: epoch, previousEpoch: previousEpoch, state: state,
            assigned: try reader.partitions("assignedPartitions"),
            pendingRevocation: try reader.partitions("partitionsPendingRevocation"))
        try reader.taggedFields("current tags")
        return current
    }

    private static func expression(
        _ reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> ResolvedExpression {
        let resolved = ResolvedExpression(
            topics: try reader.strings("topics"), version: try reader.integer("version"),
            timestamp: Timestamp(milliseconds: try reader.integer("timestamp")))
        try reader.taggedFields("expression tags")
        return resolved
    }
}
