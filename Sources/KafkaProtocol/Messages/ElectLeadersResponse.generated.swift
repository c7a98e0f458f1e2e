// Generated from Schemas/ElectLeaders.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ElectLeaders API, versions 0-2.
public struct ElectLeadersResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did. From version 1 on.
    public var errorCode: Int16 = 0
    /// What became of each, by topic; those that needed no election are left out where all were asked for.
    public var replicaElectionResults: [ReplicaElectionResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        replicaElectionResults: [ReplicaElectionResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.replicaElectionResults = replicaElectionResults
    }
}

extension ElectLeadersResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("ElectLeadersResponse.throttleTimeMs")
        if version >= 1 { errorCode = try reader.readInt16("ElectLeadersResponse.errorCode") }
        replicaElectionResults = try reader.readArray("ElectLeadersResponse.replicaElectionResults", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        if version < 1, errorCode != 0 {
            throw ProtocolError.fieldNotCarried("ElectLeadersResponse.errorCode", version: version)
        }
        writer.writeInt32(throttleTimeMs)
        if version >= 1 { writer.writeInt16(errorCode) }
        try writer.writeArray(replicaElectionResults, "ElectLeadersResponse.replicaElectionResults", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ElectLeadersResponse {
    /// A part of ``ElectLeadersResponse``.
    public struct ReplicaElectionResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var topic: String = ""
        /// What became of each.
        public var partitionResult: [PartitionResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            partitionResult: [PartitionResult] = []
        ) {
            self.topic = topic
            self.partitionResult = partitionResult
        }
    }
}

extension ElectLeadersResponse.ReplicaElectionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        topic = try reader.readString("topic", compact: compact)
        partitionResult = try reader.readArray("partitionResult", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(topic, "topic", compact: compact)
        try writer.writeArray(partitionResult, "partitionResult", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ElectLeadersResponse {
    /// A part of ``ElectLeadersResponse``.
    public struct PartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionID: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionID: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = ""
        ) {
            self.partitionID = partitionID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension ElectLeadersResponse.PartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        partitionID = try reader.readInt32("partitionID")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt32(partitionID)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
