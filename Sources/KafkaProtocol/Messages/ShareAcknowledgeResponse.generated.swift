// Generated from Schemas/ShareAcknowledge.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ShareAcknowledge API, versions 1-2.
public struct ShareAcknowledgeResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = nil
    /// How long renewed records stay acquired, in milliseconds. KIP-1222. Version 2 only.
    public var acquisitionLockTimeoutMs: Int32 = 0
    /// What became of the acknowledgements, by topic.
    public var responses: [ShareAcknowledgeTopicResponse] = []
    /// Where the leaders named in this response are reached.
    public var nodeEndpoints: [NodeEndpoint] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = nil,
        acquisitionLockTimeoutMs: Int32 = 0,
        responses: [ShareAcknowledgeTopicResponse] = [],
        nodeEndpoints: [NodeEndpoint] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.acquisitionLockTimeoutMs = acquisitionLockTimeoutMs
        self.responses = responses
        self.nodeEndpoints = nodeEndpoints
    }
}

extension ShareAcknowledgeResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ShareAcknowledgeResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ShareAcknowledgeResponse.errorCode")
        errorMessage = try reader.readNullableString("ShareAcknowledgeResponse.errorMessage", compact: true)
        if version >= 2 {
            acquisitionLockTimeoutMs = try reader.readInt32("ShareAcknowledgeResponse.acquisitionLockTimeoutMs")
        }
        responses = try reader.readArray("ShareAcknowledgeResponse.responses", version: version, compact: true)
        nodeEndpoints = try reader.readArray("ShareAcknowledgeResponse.nodeEndpoints", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "ShareAcknowledgeResponse.errorMessage", compact: true)
        if version >= 2 { writer.writeInt32(acquisitionLockTimeoutMs) }
        try writer.writeArray(responses, "ShareAcknowledgeResponse.responses", version: version, compact: true)
        try writer.writeArray(nodeEndpoints, "ShareAcknowledgeResponse.nodeEndpoints", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareAcknowledgeResponse {
    /// A part of ``ShareAcknowledgeResponse``.
    public struct ShareAcknowledgeTopicResponse: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// What became of the acknowledgements, by partition.
        public var partitions: [PartitionData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            partitions: [PartitionData] = []
        ) {
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicID = try reader.readTopicID("topicID")
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeTopicID(topicID)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareAcknowledgeResponse {
    /// A part of ``ShareAcknowledgeResponse``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil
        /// Who leads the partition now, if this broker does not.
        public var currentLeader: LeaderIdAndEpoch = .init()

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            currentLeader: LeaderIdAndEpoch = .init()
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.currentLeader = currentLeader
        }
    }
}

extension ShareAcknowledgeResponse.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        currentLeader = try reader.readStructure("currentLeader", version: version)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        try writer.writeStructure(currentLeader, "currentLeader", version: version)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareAcknowledgeResponse {
    /// A part of ``ShareAcknowledgeResponse``.
    public struct LeaderIdAndEpoch: ProtocolStructure, Hashable {
        /// The broker that leads the partition now; -1 if unknown.
        public var leaderID: Int32 = 0
        /// The epoch of that leader; -1 if unknown.
        public var leaderEpoch: Int32 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = 0
        ) {
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
        }
    }
}

extension ShareAcknowledgeResponse.LeaderIdAndEpoch {
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

extension ShareAcknowledgeResponse {
    /// A part of ``ShareAcknowledgeResponse``.
    public struct NodeEndpoint: ProtocolStructure, Hashable {
        /// The broker.
        public var nodeID: Int32 = 0
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: Int32 = 0
        /// The rack the broker stands in; null if it has none.
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

extension ShareAcknowledgeResponse.NodeEndpoint {
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
