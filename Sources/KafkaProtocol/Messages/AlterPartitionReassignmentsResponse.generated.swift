// Generated from Schemas/AlterPartitionReassignments.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's AlterPartitionReassignments API, versions 0-1.
public struct AlterPartitionReassignmentsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// Whether a partition could get another number of replicas than it had. KIP-860. Version 1 only.
    public var allowReplicationFactorChange: Bool = true
    /// What went wrong for the whole request; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""
    /// What became of each, by topic.
    public var responses: [ReassignableTopicResponse] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        allowReplicationFactorChange: Bool = true,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        responses: [ReassignableTopicResponse] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.allowReplicationFactorChange = allowReplicationFactorChange
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.responses = responses
    }
}

extension AlterPartitionReassignmentsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("AlterPartitionReassignmentsResponse.throttleTimeMs")
        if version >= 1 {
            allowReplicationFactorChange = try reader.readBool("AlterPartitionReassignmentsResponse.allowReplicationFactorChange")
        }
        errorCode = try reader.readInt16("AlterPartitionReassignmentsResponse.errorCode")
        errorMessage = try reader.readNullableString("AlterPartitionReassignmentsResponse.errorMessage", compact: true)
        responses = try reader.readArray("AlterPartitionReassignmentsResponse.responses", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        if version >= 1 { writer.writeBool(allowReplicationFactorChange) }
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "AlterPartitionReassignmentsResponse.errorMessage", compact: true)
        try writer.writeArray(responses, "AlterPartitionReassignmentsResponse.responses", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterPartitionReassignmentsResponse {
    /// A part of ``AlterPartitionReassignmentsResponse``.
    public struct ReassignableTopicResponse: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// What became of each.
        public var partitions: [ReassignablePartitionResponse] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [ReassignablePartitionResponse] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension AlterPartitionReassignmentsResponse.ReassignableTopicResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        partitions = try reader.readArray("partitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        try writer.writeArray(partitions, "partitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AlterPartitionReassignmentsResponse {
    /// A part of ``AlterPartitionReassignmentsResponse``.
    public struct ReassignablePartitionResponse: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            errorCode: Int16 = 0,
            errorMessage: String? = ""
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension AlterPartitionReassignmentsResponse.ReassignablePartitionResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        partitionIndex = try reader.readInt32("partitionIndex")
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(partitionIndex)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}
