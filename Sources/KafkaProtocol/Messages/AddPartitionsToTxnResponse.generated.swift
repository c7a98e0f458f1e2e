// Generated from Schemas/AddPartitionsToTxn.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's AddPartitionsToTxn API, versions 0-5.
public struct AddPartitionsToTxnResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did. KIP-890. From version 4 on.
    public var errorCode: Int16 = 0
    /// What became of each, by transaction. KIP-890. From version 4 on.
    public var resultsByTransaction: [AddPartitionsToTxnResult] = []
    /// What became of each, by topic. Up to version 3.
    public var resultsByTopicV3AndBelow: [AddPartitionsToTxnTopicResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        resultsByTransaction: [AddPartitionsToTxnResult] = [],
        resultsByTopicV3AndBelow: [AddPartitionsToTxnTopicResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.resultsByTransaction = resultsByTransaction
        self.resultsByTopicV3AndBelow = resultsByTopicV3AndBelow
    }
}

extension AddPartitionsToTxnResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        throttleTimeMs = try reader.readInt32("AddPartitionsToTxnResponse.throttleTimeMs")
        if version >= 4 { errorCode = try reader.readInt16("AddPartitionsToTxnResponse.errorCode") }
        if version >= 4 {
            resultsByTransaction = try reader.readArray("AddPartitionsToTxnResponse.resultsByTransaction", version: version, compact: compact)
        }
        if version <= 3 {
            resultsByTopicV3AndBelow = try reader.readArray("AddPartitionsToTxnResponse.resultsByTopicV3AndBelow", version: version, compact: compact)
        }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        if version < 4, !resultsByTransaction.isEmpty {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnResponse.resultsByTransaction", version: version)
        }
        if version > 3, !resultsByTopicV3AndBelow.isEmpty {
            throw ProtocolError.fieldNotCarried("AddPartitionsToTxnResponse.resultsByTopicV3AndBelow", version: version)
        }
        writer.writeInt32(throttleTimeMs)
        if version >= 4 { writer.writeInt16(errorCode) }
        if version >= 4 {
            try writer.writeArray(resultsByTransaction, "AddPartitionsToTxnResponse.resultsByTransaction", version: version, compact: compact)
        }
        if version <= 3 {
            try writer.writeArray(resultsByTopicV3AndBelow, "AddPartitionsToTxnResponse.resultsByTopicV3AndBelow", version: version, compact: compact)
        }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AddPartitionsToTxnResponse {
    /// A part of ``AddPartitionsToTxnResponse``.
    public struct AddPartitionsToTxnResult: ProtocolStructure, Hashable {
        /// The name that transactions are continued under.
        public var transactionalID: String = ""
        /// What became of each, by topic.
        public var topicResults: [AddPartitionsToTxnTopicResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            transactionalID: String = "",
            topicResults: [AddPartitionsToTxnTopicResult] = []
        ) {
            self.transactionalID = transactionalID
            self.topicResults = topicResults
        }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        transactionalID = try reader.readString("transactionalID", compact: true)
        topicResults = try reader.readArray("topicResults", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(transactionalID, "transactionalID", compact: true)
        try writer.writeArray(topicResults, "topicResults", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension AddPartitionsToTxnResponse {
    /// A part of ``AddPartitionsToTxnResponse``.
    public struct AddPartitionsToTxnTopicResult: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// What became of each.
        public var resultsByPartition: [AddPartitionsToTxnPartitionResult] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            resultsByPartition: [AddPartitionsToTxnPartitionResult] = []
        ) {
            self.name = name
            self.resultsByPartition = resultsByPartition
        }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        name = try reader.readString("name", compact: compact)
        resultsByPartition = try reader.readArray("resultsByPartition", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(resultsByPartition, "resultsByPartition", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AddPartitionsToTxnResponse {
    /// A part of ``AddPartitionsToTxnResponse``.
    public struct AddPartitionsToTxnPartitionResult: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// What went wrong; 0 if nothing did.
        public var partitionErrorCode: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            partitionErrorCode: Int16 = 0
        ) {
            self.partitionIndex = partitionIndex
            self.partitionErrorCode = partitionErrorCode
        }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        partitionIndex = try reader.readInt32("partitionIndex")
        partitionErrorCode = try reader.readInt16("partitionErrorCode")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        writer.writeInt32(partitionIndex)
        writer.writeInt16(partitionErrorCode)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
