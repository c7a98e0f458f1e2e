// Generated from Schemas/Fetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's Fetch API, versions 4-18.
public struct FetchResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 4...18 }
    public static var firstFlexibleVersion: Int16 { 12 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What is wrong with the session or the request; 0 if nothing is. KIP-227. From version 7 on.
    public var errorCode: Int16 = 0
    /// The fetch session, new or continued; 0 if there is none. KIP-227. From version 7 on.
    public var sessionID: Int32 = 0
    /// What was read, by topic.
    public var responses: [FetchableTopicResponse] = []
    /// Where the leaders named in this response are reached. KIP-951. From version 16 on.
    public var nodeEndpoints: [NodeEndpoint] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        sessionID: Int32 = 0,
        responses: [FetchableTopicResponse] = [],
        nodeEndpoints: [NodeEndpoint] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.sessionID = sessionID
        self.responses = responses
        self.nodeEndpoints = nodeEndpoints
    }
}

extension FetchResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 12
        throttleTimeMs = try reader.readInt32("FetchResponse.throttleTimeMs")
        if version >= 7 { errorCode = try reader.readInt16("FetchResponse.errorCode") }
        if version >= 7 { sessionID = try reader.readInt32("FetchResponse.sessionID") }
        responses = try reader.readArray("FetchResponse.responses", version: version, compact: compact)
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0 where version >= 16: nodeEndpoints = try reader.readArray("FetchResponse.nodeEndpoints", version: version, compact: true)
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 12
        if version < 7, sessionID != 0 {
            throw ProtocolError.fieldNotCarried("FetchResponse.sessionID", version: version)
        }
        if version < 16, !nodeEndpoints.isEmpty {
            throw ProtocolError.fieldNotCarried("FetchResponse.nodeEndpoints", version: version)
        }
        writer.writeInt32(throttleTimeMs)
        if version >= 7 { writer.writeInt16(errorCode) }
        if version >= 7 { writer.writeInt32(sessionID) }
        try writer.writeArray(responses, "FetchResponse.responses", version: version, compact: compact)
        if compact {
            var tagCount = 0
            let hasNodeEndpoints = version >= 16 && !nodeEndpoints.isEmpty
            if hasNodeEndpoints { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasNodeEndpoints {
                let start = writer.beginTaggedField(0)
                try writer.writeArray(nodeEndpoints, "FetchResponse.nodeEndpoints", version: version, compact: true)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct FetchableTopicResponse: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 12.
        public var topic: String = ""
        /// The identity of the topic. KIP-516. From version 13 on.
        public var topicID: TopicID = TopicID.zero
        /// What was read, by partition.
        public var partitions: [PartitionData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [PartitionData] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension FetchResponse.FetchableTopicResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { topic = try reader.readString("topic", compact: compact) }
        if version >= 13 { topicID = try reader.readTopicID("topicID") }
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { try writer.writeString(topic, "topic", compact: compact) }
        if version >= 13 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The offset below which every in-sync replica has the records.
        public var highWatermark: Int64 = 0
        /// The offset below which no transaction is open; -1 if unknown. KIP-98.
        public var lastStableOffset: Int64 = -1
        /// The first offset that the partition still has; -1 if unknown. KIP-107. From version 5 on.
        public var logStartOffset: Int64 = -1
        /// Where the follower's log parted from the leader's, if it did. KIP-595. From version 12 on.
        public var divergingEpoch: EpochEndOffset = .init()
        /// Who leads the partition now, if this broker does not. KIP-595. From version 12 on.
        public var currentLeader: LeaderIdAndEpoch = .init()
        /// The snapshot to fetch instead, if the offset lies before the log. KIP-630. From version 12 on.
        public var snapshotID: SnapshotId = .init()
        /// The transactions among the records that were aborted; null if not asked for. KIP-98.
        public var abortedTransactions: [AbortedTransaction]? = []
        /// The broker that the consumer should read from instead; -1 for this one. KIP-392. From version 11 on.
        public var preferredReadReplica: Int32 = -1
        /// The record batches, as they are stored; the last may be cut off.
        public var records: Records? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            highWatermark: Int64 = 0,
            lastStableOffset: Int64 = -1,
            logStartOffset: Int64 = -1,
            divergingEpoch: EpochEndOffset = .init(),
            currentLeader: LeaderIdAndEpoch = .init(),
            snapshotID: SnapshotId = .init(),
            abortedTransactions: [AbortedTransaction]? = [],
            preferredReadReplica: Int32 = -1,
            records: Records? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.highWatermark = highWatermark
            self.lastStableOffset = lastStableOffset
            self.logStartOffset = logStartOffset
            self.divergingEpoch = divergingEpoch
            self.currentLeader = currentLeader
            self.snapshotID = snapshotID
            self.abortedTransactions = abortedTransactions
            self.preferredReadReplica = preferredReadReplica
            self.records = records
        }
    }
}

extension FetchResponse.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        highWatermark = try reader.readInt64("highWatermark")
        lastStableOffset = try reader.readInt64("lastStableOffset")
        if version >= 5 { logStartOffset = try reader.readInt64("logStartOffset") }
        abortedTransactions = try reader.readNullableArray("abortedTransactions", version: version, compact: compact)
        if version >= 11 { preferredReadReplica = try reader.readInt32("preferredReadReplica") }
        records = try reader.readNullableRecords("records", compact: compact)
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0: divergingEpoch = try reader.readStructure("divergingEpoch", version: version)
                case 1: currentLeader = try reader.readStructure("currentLeader", version: version)
                case 2: snapshotID = try reader.readStructure("snapshotID", version: version)
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version < 12, divergingEpoch != .init() {
            throw ProtocolError.fieldNotCarried("divergingEpoch", version: version)
        }
        if version < 12, currentLeader != .init() {
            throw ProtocolError.fieldNotCarried("currentLeader", version: version)
        }
        if version < 12, snapshotID != .init() { throw ProtocolError.fieldNotCarried("snapshotID", version: version) }
        if version < 11, preferredReadReplica != -1 {
            throw ProtocolError.fieldNotCarried("preferredReadReplica", version: version)
        }
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        writer.writeInt64(highWatermark)
        writer.writeInt64(lastStableOffset)
        if version >= 5 { writer.writeInt64(logStartOffset) }
        try writer.writeNullableArray(abortedTransactions, "abortedTransactions", version: version, compact: compact)
        if version >= 11 { writer.writeInt32(preferredReadReplica) }
        try writer.writeNullableRecords(records, "records", compact: compact)
        if compact {
            var tagCount = 0
            let hasDivergingEpoch = divergingEpoch != .init()
            if hasDivergingEpoch { tagCount += 1 }
            let hasCurrentLeader = currentLeader != .init()
            if hasCurrentLeader { tagCount += 1 }
            let hasSnapshotID = snapshotID != .init()
            if hasSnapshotID { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasDivergingEpoch {
                let start = writer.beginTaggedField(0)
                try writer.writeStructure(divergingEpoch, "divergingEpoch", version: version)
                writer.endTaggedField(startedAt: start)
            }
            if hasCurrentLeader {
                let start = writer.beginTaggedField(1)
                try writer.writeStructure(currentLeader, "currentLeader", version: version)
                writer.endTaggedField(startedAt: start)
            }
            if hasSnapshotID {
                let start = writer.beginTaggedField(2)
                try writer.writeStructure(snapshotID, "snapshotID", version: version)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct EpochEndOffset: ProtocolStructure, Hashable {
        /// The last epoch that both logs have.
        public var epoch: Int32 = -1
        /// The offset behind that epoch in the leader's log.
        public var endOffset: Int64 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            epoch: Int32 = -1,
            endOffset: Int64 = -1
        ) {
            self.epoch = epoch
            self.endOffset = endOffset
        }
    }
}

extension FetchResponse.EpochEndOffset {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        epoch = try reader.readInt32("epoch")
        endOffset = try reader.readInt64("endOffset")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(epoch)
        writer.writeInt64(endOffset)
        writer.writeTaggedFieldCount(0)
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct LeaderIdAndEpoch: ProtocolStructure, Hashable {
        /// The broker that leads the partition now; -1 if unknown.
        public var leaderID: Int32 = -1
        /// The epoch of that leader; -1 if unknown. KIP-320.
        public var leaderEpoch: Int32 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            leaderID: Int32 = -1,
            leaderEpoch: Int32 = -1
        ) {
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
        }
    }
}

extension FetchResponse.LeaderIdAndEpoch {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        leaderID = try reader.readInt32("leaderID")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(leaderID)
        writer.writeInt32(leaderEpoch)
        writer.writeTaggedFieldCount(0)
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct SnapshotId: ProtocolStructure, Hashable {
        /// The offset behind the last record of the snapshot.
        public var endOffset: Int64 = -1
        /// The epoch of that record.
        public var epoch: Int32 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            endOffset: Int64 = -1,
            epoch: Int32 = -1
        ) {
            self.endOffset = endOffset
            self.epoch = epoch
        }
    }
}

extension FetchResponse.SnapshotId {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        endOffset = try reader.readInt64("endOffset")
        epoch = try reader.readInt32("epoch")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(endOffset)
        writer.writeInt32(epoch)
        writer.writeTaggedFieldCount(0)
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct AbortedTransaction: ProtocolStructure, Hashable {
        /// The producer of the transaction.
        public var producerID: Int64 = 0
        /// The first offset of the transaction.
        public var firstOffset: Int64 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            producerID: Int64 = 0,
            firstOffset: Int64 = 0
        ) {
            self.producerID = producerID
            self.firstOffset = firstOffset
        }
    }
}

extension FetchResponse.AbortedTransaction {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        producerID = try reader.readInt64("producerID")
        firstOffset = try reader.readInt64("firstOffset")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        writer.writeInt64(producerID)
        writer.writeInt64(firstOffset)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension FetchResponse {
    /// A part of ``FetchResponse``.
    public struct NodeEndpoint: ProtocolStructure, Hashable {
        /// The broker.
        public var nodeID: Int32 = 0
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: Int32 = 0
        /// The rack the broker stands in; null if it has none. KIP-36.
        public var rack: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            nodeID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            rack: String? = nil
        ) {
            self.nodeID = nodeID
            self.host = host
            self.port = port
            self.rack = rack
        }
    }
}

extension FetchResponse.NodeEndpoint {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        nodeID = try reader.readInt32("nodeID")
        host = try reader.readString("host", compact: true)
        port = try reader.readInt32("port")
        rack = try reader.readNullableString("rack", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(nodeID)
        try writer.writeString(host, "host", compact: true)
        writer.writeInt32(port)
        try writer.writeNullableString(rack, "rack", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
