// Generated from Schemas/DescribeQuorum.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's DescribeQuorum API, versions 0-2.
public struct DescribeQuorumResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// What went wrong for the whole request; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none. KIP-853. Version 2 only.
    public var errorMessage: String? = ""
    /// The logs that were asked for.
    public var topics: [TopicData] = []
    /// The nodes that vote. KIP-853. Version 2 only.
    public var nodes: [Node] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        topics: [TopicData] = [],
        nodes: [Node] = []
    ) {
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.topics = topics
        self.nodes = nodes
    }
}

extension DescribeQuorumResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        errorCode = try reader.readInt16("DescribeQuorumResponse.errorCode")
        if version >= 2 {
            errorMessage = try reader.readNullableString("DescribeQuorumResponse.errorMessage", compact: true)
        }
        topics = try reader.readArray("DescribeQuorumResponse.topics", version: version, compact: true)
        if version >= 2 {
            nodes = try reader.readArray("DescribeQuorumResponse.nodes", version: version, compact: true)
        }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 2, !nodes.isEmpty {
            throw ProtocolError.fieldNotCarried("DescribeQuorumResponse.nodes", version: version)
        }
        writer.writeInt16(errorCode)
        if version >= 2 {
            try writer.writeNullableString(errorMessage, "DescribeQuorumResponse.errorMessage", compact: true)
        }
        try writer.writeArray(topics, "DescribeQuorumResponse.topics", version: version, compact: true)
        if version >= 2 {
            try writer.writeArray(nodes, "DescribeQuorumResponse.nodes", version: version, compact: true)
        }
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumResponse {
    /// A part of ``DescribeQuorumResponse``.
    public struct TopicData: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topicName: String = ""
        /// The partitions.
        public var partitions: [PartitionData] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicName: String = "",
            partitions: [PartitionData] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension DescribeQuorumResponse.TopicData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicName = try reader.readString("topicName", compact: true)
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(topicName, "topicName", compact: true)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumResponse {
    /// A part of ``DescribeQuorumResponse``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none. KIP-853. Version 2 only.
        public var errorMessage: String? = ""
        /// The replica that leads; -1 if unknown.
        public var leaderID: Int32 = 0
        /// The newest epoch known of the leader.
        public var leaderEpoch: Int32 = 0
        /// The offset below which a majority has the records.
        public var highWatermark: Int64 = 0
        /// The replicas that vote.
        public var currentVoters: [ReplicaState] = []
        /// The replicas that follow without a vote.
        public var observers: [ReplicaState] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = "",
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = 0,
            highWatermark: Int64 = 0,
            currentVoters: [ReplicaState] = [],
            observers: [ReplicaState] = []
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.highWatermark = highWatermark
            self.currentVoters = currentVoters
            self.observers = observers
        }
    }
}

extension DescribeQuorumResponse.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        if version >= 2 { errorMessage = try reader.readNullableString("errorMessage", compact: true) }
        leaderID = try reader.readInt32("leaderID")
        leaderEpoch = try reader.readInt32("leaderEpoch")
        highWatermark = try reader.readInt64("highWatermark")
        currentVoters = try reader.readArray("currentVoters", version: version, compact: true)
        observers = try reader.readArray("observers", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        if version >= 2 { try writer.writeNullableString(errorMessage, "errorMessage", compact: true) }
        writer.writeInt32(leaderID)
        writer.writeInt32(leaderEpoch)
        writer.writeInt64(highWatermark)
        try writer.writeArray(currentVoters, "currentVoters", version: version, compact: true)
        try writer.writeArray(observers, "observers", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumResponse {
    /// A part of ``DescribeQuorumResponse``.
    public struct ReplicaState: ProtocolStructure, Hashable {
        /// The number of the node.
        public var replicaID: Int32 = 0
        /// The directory that the node keeps the log in. KIP-853. Version 2 only.
        public var replicaDirectoryID: TopicID = TopicID.zero
        /// The offset that the replica would write next; -1 if unknown.
        public var logEndOffset: Int64 = 0
        /// When the replica last fetched, by the leader's clock; -1 if unknown, and for the leader. KIP-836. From
        /// version 1 on.
        public var lastFetchTimestamp: Int64 = -1
        /// When the leader wrote what the replica fetched last; for the leader now; -1 if unknown. KIP-836. From
        /// version 1 on.
        public var lastCaughtUpTimestamp: Int64 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            replicaID: Int32 = 0,
            replicaDirectoryID: TopicID = TopicID.zero,
            logEndOffset: Int64 = 0,
            lastFetchTimestamp: Int64 = -1,
            lastCaughtUpTimestamp: Int64 = -1
        ) {
            self.replicaID = replicaID
            self.replicaDirectoryID = replicaDirectoryID
            self.logEndOffset = logEndOffset
            self.lastFetchTimestamp = lastFetchTimestamp
            self.lastCaughtUpTimestamp = lastCaughtUpTimestamp
        }
    }
}

extension DescribeQuorumResponse.ReplicaState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        replicaID = try reader.readInt32("replicaID")
        if version >= 2 { replicaDirectoryID = try reader.readTopicID("replicaDirectoryID") }
        logEndOffset = try reader.readInt64("logEndOffset")
        if version >= 1 { lastFetchTimestamp = try reader.readInt64("lastFetchTimestamp") }
        if version >= 1 { lastCaughtUpTimestamp = try reader.readInt64("lastCaughtUpTimestamp") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        if version < 2, replicaDirectoryID != TopicID.zero {
            throw ProtocolError.fieldNotCarried("replicaDirectoryID", version: version)
        }
        writer.writeInt32(replicaID)
        if version >= 2 { writer.writeTopicID(replicaDirectoryID) }
        writer.writeInt64(logEndOffset)
        if version >= 1 { writer.writeInt64(lastFetchTimestamp) }
        if version >= 1 { writer.writeInt64(lastCaughtUpTimestamp) }
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumResponse {
    /// A part of ``DescribeQuorumResponse``.
    public struct Node: ProtocolStructure, Hashable {
        /// The number of the node.
        public var nodeID: Int32 = 0
        /// Where the node is reached.
        public var listeners: [Listener] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            nodeID: Int32 = 0,
            listeners: [Listener] = []
        ) {
            self.nodeID = nodeID
            self.listeners = listeners
        }
    }
}

extension DescribeQuorumResponse.Node {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        nodeID = try reader.readInt32("nodeID")
        listeners = try reader.readArray("listeners", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(nodeID)
        try writer.writeArray(listeners, "listeners", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeQuorumResponse {
    /// A part of ``DescribeQuorumResponse``.
    public struct Listener: ProtocolStructure, Hashable {
        /// The name of the listener.
        public var name: String = ""
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: UInt16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            host: String = "",
            port: UInt16 = 0
        ) {
            self.name = name
            self.host = host
            self.port = port
        }
    }
}

extension DescribeQuorumResponse.Listener {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        host = try reader.readString("host", compact: true)
        port = try reader.readUInt16("port")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeString(host, "host", compact: true)
        writer.writeUInt16(port)
        writer.writeTaggedFieldCount(0)
    }
}
