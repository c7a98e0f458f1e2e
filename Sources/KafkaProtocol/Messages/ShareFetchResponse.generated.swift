// Generated from Schemas/ShareFetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ShareFetch API, versions 1-2.
public struct ShareFetchResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = nil
    /// How long the records stay acquired, in milliseconds.
    public var acquisitionLockTimeoutMs: Int32 = 0
    /// The records, by topic.
    public var responses: [ShareFetchableTopicResponse] = []
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
        responses: [ShareFetchableTopicResponse] = [],
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

extension ShareFetchResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ShareFetchResponse.throttleTimeMs")
        errorCode = try reader.readInt16("ShareFetchResponse.errorCode")
        errorMessage = try reader.readNullableString("ShareFetchResponse.errorMessage", compact: true)
        acquisitionLockTimeoutMs = try reader.readInt32("ShareFetchResponse.acquisitionLockTimeoutMs")
        responses = try reader.readArray("ShareFetchResponse.responses", version: version, compact: true)
        nodeEndpoints = try reader.readArray("ShareFetchResponse.nodeEndpoints", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "ShareFetchResponse.errorMessage", compact: true)
        writer.writeInt32(acquisitionLockTimeoutMs)
        try writer.writeArray(responses, "ShareFetchResponse.responses", version: version, compact: true)
        try writer.writeArray(nodeEndpoints, "ShareFetchResponse.nodeEndpoints", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareFetchResponse {
    /// A part of ``ShareFetchResponse``.
    public struct ShareFetchableTopicResponse: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The records, by partition.
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

extension ShareFetchResponse.ShareFetchableTopicResponse {
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

extension ShareFetchResponse {
    /// A part of ``ShareFetchResponse``.
    public struct PartitionData: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong with the fetch; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong with the fetch, in words; null if there are none.
        public var errorMessage: String? = nil
        /// What went wrong with the acknowledgements; 0 if nothing did.
        public var acknowledgeErrorCode: Int16 = 0
        /// What went wrong with the acknowledgements, in words; null if there are none.
        public var acknowledgeErrorMessage: String? = nil
        /// Who leads the partition now, if this broker does not.
        public var currentLeader: LeaderIdAndEpoch = .init()
        /// The record batches, as they are stored; they may hold records that were not acquired.
        public var records: Records? = nil
        /// The records that were acquired.
        public var acquiredRecords: [AcquiredRecords] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            acknowledgeErrorCode: Int16 = 0,
            acknowledgeErrorMessage: String? = nil,
            currentLeader: LeaderIdAndEpoch = .init(),
            records: Records? = nil,
            acquiredRecords: [AcquiredRecords] = []
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.acknowledgeErrorCode = acknowledgeErrorCode
            self.acknowledgeErrorMessage = acknowledgeErrorMessage
            self.currentLeader = currentLeader
            self.records = records
            self.acquiredRecords = acquiredRecords
        }
    }
}

extension ShareFetchResponse.PartitionData {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        acknowledgeErrorCode = try reader.readInt16("acknowledgeErrorCode")
        acknowledgeErrorMessage = try reader.readNullableString("acknowledgeErrorMessage", compact: true)
        currentLeader = try reader.readStructure("currentLeader", version: version)
        records = try reader.readNullableRecords("records", compact: true)
        acquiredRecords = try reader.readArray("acquiredRecords", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeInt16(acknowledgeErrorCode)
        try writer.writeNullableString(acknowledgeErrorMessage, "acknowledgeErrorMessage", compact: true)
        try writer.writeStructure(currentLeader, "currentLeader", version: version)
        try writer.writeNullableRecords(records, "records", compact: true)
        try writer.writeArray(acquiredRecords, "acquiredRecords", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareFetchResponse {
    /// A part of ``ShareFetchResponse``.
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

extension ShareFetchResponse.LeaderIdAndEpoch {
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

extension ShareFetchResponse {
    /// A part of ``ShareFetchResponse``.
    public struct AcquiredRecords: ProtocolStructure, Hashable {
        /// The first offset.
        public var firstOffset: Int64 = 0
        /// The last offset, inclusive.
        public var lastOffset: Int64 = 0
        /// How often the records have been delivered, this time included.
        public var deliveryCount: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            firstOffset: Int64 = 0,
            lastOffset: Int64 = 0,
            deliveryCount: Int16 = 0
        ) {
            self.firstOffset = firstOffset
            self.lastOffset = lastOffset
            self.deliveryCount = deliveryCount
        }
    }
}

extension ShareFetchResponse.AcquiredRecords {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        firstOffset = try reader.readInt64("firstOffset")
        lastOffset = try reader.readInt64("lastOffset")
        deliveryCount = try reader.readInt16("deliveryCount")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt64(firstOffset)
        writer.writeInt64(lastOffset)
        writer.writeInt16(deliveryCount)
        writer.writeTaggedFieldCount(0)
    }
}

extension ShareFetchResponse {
    /// A part of ``ShareFetchResponse``.
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

extension ShareFetchResponse.NodeEndpoint {
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
