// Generated from Schemas/Produce.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's Produce API, versions 3-13.
public struct ProduceResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 3...13 }
    public static var firstFlexibleVersion: Int16 { 9 }

    /// What became of the records, by topic.
    public var responses: [TopicProduceResponse] = []
    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// Where the leaders named in this response are reached. KIP-951. From version 10 on.
    public var nodeEndpoints: [NodeEndpoint] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        responses: [TopicProduceResponse] = [],
        throttleTimeMs: Int32 = 0,
        nodeEndpoints: [NodeEndpoint] = []
    ) {
        self.responses = responses
        self.throttleTimeMs = throttleTimeMs
        self.nodeEndpoints = nodeEndpoints
    }
}

extension ProduceResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        responses = try reader.readArray("ProduceResponse.responses", version: version, compact: compact)
        throttleTimeMs = try reader.readInt32("ProduceResponse.throttleTimeMs")
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0 where version >= 10: nodeEndpoints = try reader.readArray("ProduceResponse.nodeEndpoints", version: version, compact: true)
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        if version < 10, !nodeEndpoints.isEmpty {
            throw ProtocolError.fieldNotCarried("ProduceResponse.nodeEndpoints", version: version)
        }
        try writer.writeArray(responses, "ProduceResponse.responses", version: version, compact: compact)
        writer.writeInt32(throttleTimeMs)
        if compact {
            var tagCount = 0
            let hasNodeEndpoints = version >= 10 && !nodeEndpoints.isEmpty
            if hasNodeEndpoints { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasNodeEndpoints {
                let start = writer.beginTaggedField(0)
                try writer.writeArray(nodeEndpoints, "ProduceResponse.nodeEndpoints", version: version, compact: true)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension ProduceResponse {
    /// A part of ``ProduceResponse``.
    public struct TopicProduceResponse: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 12.
        public var name: String = ""
        /// The identity of the topic. KIP-516. Version 13 only.
        public var topicID: TopicID = TopicID.zero
        /// What became of the records, by partition.
        public var partitionResponses: [PartitionProduceResponse] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            topicID: TopicID = TopicID.zero,
            partitionResponses: [PartitionProduceResponse] = []
        ) {
            self.name = name
            self.topicID = topicID
            self.partitionResponses = partitionResponses
        }
    }
}

extension ProduceResponse.TopicProduceResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version <= 12 { name = try reader.readString("name", compact: compact) }
        if version >= 13 { topicID = try reader.readTopicID("topicID") }
        partitionResponses = try reader.readArray("partitionResponses", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version <= 12 { try writer.writeString(name, "name", compact: compact) }
        if version >= 13 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitionResponses, "partitionResponses", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ProduceResponse {
    /// A part of ``ProduceResponse``.
    public struct PartitionProduceResponse: ProtocolStructure, Hashable {
        /// The partition.
        public var index: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The offset that the first record got.
        public var baseOffset: Int64 = 0
        /// The time that the broker stamped the records with; -1 if it left the producer's. KIP-32.
        public var logAppendTimeMs: Int64 = -1
        /// The first offset that the partition still has; -1 if unknown. KIP-107. From version 5 on.
        public var logStartOffset: Int64 = -1
        /// The records for which the batch was refused. KIP-467. From version 8 on.
        public var recordErrors: [BatchIndexAndErrorMessage] = []
        /// Why the batch was refused, in words; null if it was not. KIP-467. From version 8 on.
        public var errorMessage: String? = nil
        /// Who leads the partition now, if this broker does not. KIP-951. From version 10 on.
        public var currentLeader: LeaderIdAndEpoch = .init()

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            index: Int32 = 0,
            errorCode: Int16 = 0,
            baseOffset: Int64 = 0,
            logAppendTimeMs: Int64 = -1,
            logStartOffset: Int64 = -1,
            recordErrors: [BatchIndexAndErrorMessage] = [],
            errorMessage: String? = nil,
            currentLeader: LeaderIdAndEpoch = .init()
        ) {
            self.index = index
            self.errorCode = errorCode
            self.baseOffset = baseOffset
            self.logAppendTimeMs = logAppendTimeMs
            self.logStartOffset = logStartOffset
            self.recordErrors = recordErrors
            self.errorMessage = errorMessage
            self.currentLeader = currentLeader
        }
    }
}

extension ProduceResponse.PartitionProduceResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        index = try reader.readInt32("index")
        errorCode = try reader.readInt16("errorCode")
        baseOffset = try reader.readInt64("baseOffset")
        logAppendTimeMs = try reader.readInt64("logAppendTimeMs")
        if version >= 5 { logStartOffset = try reader.readInt64("logStartOffset") }
        if version >= 8 { recordErrors = try reader.readArray("recordErrors", version: version, compact: compact) }
        if version >= 8 { errorMessage = try reader.readNullableString("errorMessage", compact: compact) }
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0 where version >= 10: currentLeader = try reader.readStructure("currentLeader", version: version)
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version < 10, currentLeader != .init() {
            throw ProtocolError.fieldNotCarried("currentLeader", version: version)
        }
        writer.writeInt32(index)
        writer.writeInt16(errorCode)
        writer.writeInt64(baseOffset)
        writer.writeInt64(logAppendTimeMs)
        if version >= 5 { writer.writeInt64(logStartOffset) }
        if version >= 8 { try writer.writeArray(recordErrors, "recordErrors", version: version, compact: compact) }
        if version >= 8 { try writer.writeNullableString(errorMessage, "errorMessage", compact: compact) }
        if compact {
            var tagCount = 0
            let hasCurrentLeader = version >= 10 && currentLeader != .init()
            if hasCurrentLeader { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasCurrentLeader {
                let start = writer.beginTaggedField(0)
                try writer.writeStructure(currentLeader, "currentLeader", version: version)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension ProduceResponse {
    /// A part of ``ProduceResponse``.
    public struct BatchIndexAndErrorMessage: ProtocolStructure, Hashable {
        /// The place of the record in its batch, counted from 0.
        public var batchIndex: Int32 = 0
        /// What is wrong with the record; null if nothing is said.
        public var batchIndexErrorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            batchIndex: Int32 = 0,
            batchIndexErrorMessage: String? = nil
        ) {
            self.batchIndex = batchIndex
            self.batchIndexErrorMessage = batchIndexErrorMessage
        }
    }
}

extension ProduceResponse.BatchIndexAndErrorMessage {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        batchIndex = try reader.readInt32("batchIndex")
        batchIndexErrorMessage = try reader.readNullableString("batchIndexErrorMessage", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        writer.writeInt32(batchIndex)
        try writer.writeNullableString(batchIndexErrorMessage, "batchIndexErrorMessage", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ProduceResponse {
    /// A part of ``ProduceResponse``.
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

extension ProduceResponse.LeaderIdAndEpoch {
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

extension ProduceResponse {
    /// A part of ``ProduceResponse``.
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

extension ProduceResponse.NodeEndpoint {
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
