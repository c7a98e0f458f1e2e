// Generated from Schemas/CreatePartitions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's CreatePartitions API, versions 0-3.
public struct CreatePartitionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What became of each.
    public var results: [CreatePartitionsTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        results: [CreatePartitionsTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }
}

extension CreatePartitionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("CreatePartitionsResponse.throttleTimeMs")
        results = try reader.readArray("CreatePartitionsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(results, "CreatePartitionsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension CreatePartitionsResponse {
    /// A part of ``CreatePartitionsResponse``.
    public struct CreatePartitionsTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            errorCode: Int16 = 0,
            errorMessage: String? = nil
        ) {
            self.name = name
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension CreatePartitionsResponse.CreatePartitionsTopicResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
