// Generated from Schemas/Metadata.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's Metadata API, versions 0-13.
public struct MetadataResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...13 }
    public static var firstFlexibleVersion: Int16 { 9 }

    /// How long a quota delays the client, in milliseconds. KIP-13. From version 3 on.
    public var throttleTimeMs: Int32 = 0
    /// The brokers that are alive.
    public var brokers: [MetadataResponseBroker] = []
    /// The identity of the cluster; null if it has none. KIP-78. From version 2 on.
    public var clusterID: String? = nil
    /// The broker to send administrative requests to; -1 if there is none. KIP-4. From version 1 on.
    public var controllerID: Int32 = -1
    /// The topics that were asked for.
    public var topics: [MetadataResponseTopic] = []
    /// What the client may do with the cluster, one bit an operation; the lowest number if not asked for. KIP-430.
    /// Versions 8-10.
    public var clusterAuthorizedOperations: Int32 = Int32.min
    /// What went wrong for the whole request; 0 if nothing did. KIP-1102. Version 13 only.
    public var errorCode: Int16 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        brokers: [MetadataResponseBroker] = [],
        clusterID: String? = nil,
        controllerID: Int32 = -1,
        topics: [MetadataResponseTopic] = [],
        clusterAuthorizedOperations: Int32 = Int32.min,
        errorCode: Int16 = 0
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.brokers = brokers
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.topics = topics
        self.clusterAuthorizedOperations = clusterAuthorizedOperations
        self.errorCode = errorCode
    }
}

extension MetadataResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        if version >= 3 { throttleTimeMs = try reader.readInt32("MetadataResponse.throttleTimeMs") }
        brokers = try reader.readArray("MetadataResponse.brokers", version: version, compact: compact)
        if version >= 2 { clusterID = try reader.readNullableString("MetadataResponse.clusterID", compact: compact) }
        if version >= 1 { controllerID = try reader.readInt32("MetadataResponse.controllerID") }
        topics = try reader.readArray("MetadataResponse.topics", version: version, compact: compact)
        if version >= 8 && version <= 10 {
            clusterAuthorizedOperations = try reader.readInt32("MetadataResponse.clusterAuthorizedOperations")
        }
        if version >= 13 { errorCode = try reader.readInt16("MetadataResponse.errorCode") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 9
        if !(version >= 8 && version <= 10), clusterAuthorizedOperations != Int32.min {
            throw ProtocolError.fieldNotCarried("MetadataResponse.clusterAuthorizedOperations", version: version)
        }
        if version >= 3 { writer.writeInt32(throttleTimeMs) }
        try writer.writeArray(brokers, "MetadataResponse.brokers", version: version, compact: compact)
        if version >= 2 { try writer.writeNullableString(clusterID, "MetadataResponse.clusterID", compact: compact) }
        if version >= 1 { writer.writeInt32(controllerID) }
        try writer.writeArray(topics, "MetadataResponse.topics", version: version, compact: compact)
        if version >= 8 && version <= 10 { writer.writeInt32(clusterAuthorizedOperations) }
        if version >= 13 { writer.writeInt16(errorCode) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension MetadataResponse {
    /// A part of ``MetadataResponse``.
    public struct MetadataResponseBroker: ProtocolStructure, Hashable {
        /// The broker.
        public var nodeID: Int32 = 0
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: Int32 = 0
        /// The rack the broker stands in; null if it has none. KIP-36. From version 1 on.
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

extension MetadataResponse.MetadataResponseBroker {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        nodeID = try reader.readInt32("nodeID")
        host = try reader.readString("host", compact: compact)
        port = try reader.readInt32("port")
        if version >= 1 { rack = try reader.readNullableString("rack", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        writer.writeInt32(nodeID)
        try writer.writeString(host, "host", compact: compact)
        writer.writeInt32(port)
        if version >= 1 { try writer.writeNullableString(rack, "rack", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension MetadataResponse {
    /// A part of ``MetadataResponse``.
    public struct MetadataResponseTopic: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The name of the topic; null if it was asked for by an unknown identity.
        public var name: String? = ""
        /// The identity of the topic. KIP-516. From version 10 on.
        public var topicID: TopicID = TopicID.zero
        /// Whether the topic is one of Kafka's own, such as __consumer_offsets. KIP-4. From version 1 on.
        public var isInternal: Bool = false
        /// The partitions of the topic.
        public var partitions: [MetadataResponsePartition] = []
        /// What the client may do with the topic, one bit an operation; the lowest number if not asked for.
        /// KIP-430. From version 8 on.
        public var topicAuthorizedOperations: Int32 = Int32.min

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            name: String? = "",
            topicID: TopicID = TopicID.zero,
            isInternal: Bool = false,
            partitions: [MetadataResponsePartition] = [],
            topicAuthorizedOperations: Int32 = Int32.min
        ) {
            self.errorCode = errorCode
            self.name = name
            self.topicID = topicID
            self.isInternal = isInternal
            self.partitions = partitions
            self.topicAuthorizedOperations = topicAuthorizedOperations
        }
    }
}

extension MetadataResponse.MetadataResponseTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        errorCode = try reader.readInt16("errorCode")
        name = try reader.readNullableString("name", compact: compact, allowNull: version >= 12)
        if version >= 10 { topicID = try reader.readTopicID("topicID") }
        if version >= 1 { isInternal = try reader.readBool("isInternal") }
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if version >= 8 { topicAuthorizedOperations = try reader.readInt32("topicAuthorizedOperations") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        if version < 8, topicAuthorizedOperations != Int32.min {
            throw ProtocolError.fieldNotCarried("topicAuthorizedOperations", version: version)
        }
        writer.writeInt16(errorCode)
        try writer.writeNullableString(name, "name", compact: compact, allowNull: version >= 12)
        if version >= 10 { writer.writeTopicID(topicID) }
        if version >= 1 { writer.writeBool(isInternal) }
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if version >= 8 { writer.writeInt32(topicAuthorizedOperations) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension MetadataResponse {
    /// A part of ``MetadataResponse``.
    public struct MetadataResponsePartition: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The broker that leads the partition; -1 if none does.
        public var leaderID: Int32 = 0
        /// The epoch of the leader; -1 if unknown. KIP-320. From version 7 on.
        public var leaderEpoch: Int32 = -1
        /// The brokers that hold the partition, the preferred leader first.
        public var replicaNodes: [Int32] = []
        /// The brokers whose replicas are in sync with the leader.
        public var isrNodes: [Int32] = []
        /// The brokers whose replicas are offline. KIP-112. From version 5 on.
        public var offlineReplicas: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            partitionIndex: Int32 = 0,
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = -1,
            replicaNodes: [Int32] = [],
            isrNodes: [Int32] = [],
            offlineReplicas: [Int32] = []
        ) {
            self.errorCode = errorCode
            self.partitionIndex = partitionIndex
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.replicaNodes = replicaNodes
            self.isrNodes = isrNodes
            self.offlineReplicas = offlineReplicas
        }
    }
}

extension MetadataResponse.MetadataResponsePartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        errorCode = try reader.readInt16("errorCode")
        partitionIndex = try reader.readInt32("partitionIndex")
        leaderID = try reader.readInt32("leaderID")
        if version >= 7 { leaderEpoch = try reader.readInt32("leaderEpoch") }
        replicaNodes = try reader.readArray("replicaNodes", compact: compact)
        isrNodes = try reader.readArray("isrNodes", compact: compact)
        if version >= 5 { offlineReplicas = try reader.readArray("offlineReplicas", compact: compact) }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 9
        writer.writeInt16(errorCode)
        writer.writeInt32(partitionIndex)
        writer.writeInt32(leaderID)
        if version >= 7 { writer.writeInt32(leaderEpoch) }
        try writer.writeArray(replicaNodes, "replicaNodes", compact: compact)
        try writer.writeArray(isrNodes, "isrNodes", compact: compact)
        if version >= 5 { try writer.writeArray(offlineReplicas, "offlineReplicas", compact: compact) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
