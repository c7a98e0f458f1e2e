internal import RecordFormat

extension ConsumerGroupRecord {
    /// The versions of the keys, which say what kind of record it is.
    enum KeyVersion: Int16 {
        case group = 3
        case topics = 4
        case member = 5
        case targetEpoch = 6
        case target = 7
        case current = 8
        case expression = 16
    }

    /// The record's bytes.
    func encoded(for group: GroupID) -> GroupRecord {
        switch self {
        case .group(let epoch):
            Self.record(.group, group, value: epoch.map(Self.epochValue))
        case .topics(let topics):
            Self.record(.topics, group, value: topics.map(Self.topicsValue))
        case .member(let memberID, let metadata):
            Self.record(.member, group, memberID.rawValue, value: metadata.map(Self.memberValue))
        case .targetEpoch(let epoch):
            Self.record(.targetEpoch, group, value: epoch.map(Self.epochValue))
        case .target(let memberID, let assignment):
            Self.record(.target, group, memberID.rawValue, value: assignment.map(Self.targetValue))
        case .current(let memberID, let assignment):
            Self.record(.current, group, memberID.rawValue, value: assignment.map(Self.currentValue))
        case .expression(let expression, let resolved):
            Self.record(.expression, group, expression, value: resolved.map(Self.expressionValue))
        }
    }

    private static func record(
        _ version: KeyVersion, _ group: GroupID, _ second: String? = nil, value: ByteSlice?
    ) -> GroupRecord {
        var key = RecordFieldWriter(version: version.rawValue)
        key.string(group.rawValue)
        if let second { key.string(second) }
        return GroupRecord(key: key.finish(), value: value)
    }

    private static func makeValue() -> RecordFieldWriter { RecordFieldWriter(version: 0, isFlexible: true) }

    private static func epochValue(_ epoch: Int32) -> ByteSlice {
        var writer = makeValue()
        writer.integer(epoch)
        writer.taggedFields()
        return writer.finish()
    }

    private static func topicsValue(_ topics: [String: CatalogedTopic]) -> ByteSlice {
        var writer = makeValue()
        writer.count(topics.count)
        for (name, topic) in topics.sorted(by: { $0.key < $1.key }) {
            writer.uuid(topic.id)
            writer.string(name)
            writer.integer(topic.partitionCount)
            // The racks of the partitions, which no assignor here looks at.
            writer.count(0)
            writer.taggedFields()
        }
        writer.taggedFields()
        return writer.finish()
    }

    private static func memberValue(_ metadata: ConsumerMemberMetadata) -> ByteSlice {
        var writer = makeValue()
        writer.nullableString(metadata.instanceID?.rawValue)
        writer.nullableString(metadata.rackID)
        writer.string(metadata.clientID)
        writer.string(metadata.clientHost)
        writer.strings(metadata.topicNames)
        writer.nullableString(metadata.expression)
        writer.integer(metadata.rebalanceTimeoutMs)
        writer.nullableString(metadata.serverAssignor)
        let classic = metadata.classic.map { (tag: UInt32(0), contents: classicContents($0)) }
        writer.taggedFields(classic.map { [$0] } ?? [])
        return writer.finish()
    }

    private static func classicContents(_ classic: ConsumerMemberMetadata.Classic) -> ByteSlice {
        var writer = RecordFieldWriter.makeTaggedContents()
        // A tagged structure that may be null says with a 1 that it is not.
        writer.unsignedVarint(1)
        writer.integer(classic.sessionTimeoutMs)
        writer.count(classic.protocols.count)
        for supported in classic.protocols {
            writer.string(supported.name)
            writer.byteString(supported.metadata)
            writer.taggedFields()
        }
        writer.taggedFields()
        return writer.finish()
    }

    private static func targetValue(_ assignment: PartitionAssignment) -> ByteSlice {
        var writer = makeValue()
        writer.partitions(assignment)
        writer.taggedFields()
        return writer.finish()
    }

    private static func currentValue(_ current: CurrentAssignment) -> ByteSlice {
        var writer = makeValue()
        writer.integer(current.epoch)
        writer.integer(current.previousEpoch)
        writer.integer(current.state.rawValue)
        writer.partitions(current.assigned)
        writer.partitions(current.pendingRevocation)
        writer.taggedFields()
        return writer.finish()
    }

    private static func expressionValue(_ resolved: ResolvedExpression) -> ByteSlice {
        var writer = makeValue()
        writer.strings(resolved.topics)
        writer.integer(resolved.version)
        writer.integer(resolved.timestamp.milliseconds)
        writer.taggedFields()
        return writer.finish()
    }
}
