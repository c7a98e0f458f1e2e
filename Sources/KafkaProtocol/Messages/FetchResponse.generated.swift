// Generated from Schemas/Fetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's Fetch API, versions 4-18.
public struct FetchResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 4...18 }
    public static var firstFlexibleVersion: Int16 { 12 }

    /// The field `throttleTimeMs`.
    public var throttleTimeMs: Int32 = 0
    /// The field `errorCode`. From version 7 on.
    public var errorCode: Int16 = 0
    /// The field `sessionID`. From version 7 on.
    public var sessionID: Int32 = 0
    /// The field `responses`.
    public var responses: [FetchableTopicResponse] = []
    /// The field `nodeEndpoints`. From version 16 on.
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
        /// The field `topic`. Up to version 12.
        public var topic: String = ""
        /// The field `topicID`. From version 13 on.
        public var topicID: TopicID = TopicID.zero
        /// The field `partitions`.
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
        /// The field `partitionIndex`.
        public var partitionIndex: Int32 = 0
        /// The field `errorCode`.
        public var errorCode: Int16 = 0
        /// The field `highWatermark`.
        public var highWatermark: Int64 = 0
        /// The field `lastStableOffset`.
        public var lastStableOffset: Int64 = -1
        /// The field `logStartOffset`. From version 5 on.
        public var logStartOffset: Int64 = -1
        /// The field `divergingEpoch`. From version 12 on.
        public var divergingEpoch: EpochEndOffset = .init()
        /// The field `currentLeader`. From version 12 on.
        public var currentLeader: LeaderIdAndEpoch = .init()
        /// The field `snapshotID`. From version 12 on.
        public var snapshotID: SnapshotId = .init()
        /// The field `abortedTransactions`.
        public var abortedTransactions: [AbortedTransaction]? = []
        /// The field `preferredReadReplica`. From version 11 on.
        public var preferredReadReplica: Int32 = -1
        /// The field `records`.
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
        /// The field `epoch`.
        public var epoch: Int32 = -1
        /// The field `endOffset`.
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
        /// The field `leaderID`.
        public var leaderID: Int32 = -1
        /// The field `leaderEpoch`.
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
        /// The field `endOffset`.
        public var endOffset: Int64 = -1
        /// The field `epoch`.
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
        /// The field `producerID`.
        public var producerID: Int64 = 0
        /// The field `firstOffset`.
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
        /// The field `nodeID`.
        public var nodeID: Int32 = 0
        /// The field `host`.
        public var host: String = ""
        /// The field `port`.
        public var port: Int32 = 0
        /// The field `rack`.
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
