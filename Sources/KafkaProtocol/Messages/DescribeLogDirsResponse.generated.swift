// Generated from Schemas/DescribeLogDirs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeLogDirs API, versions 0-5.
public struct DescribeLogDirsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did. From version 3 on.
    public var errorCode: Int16 = 0
    /// The log directories of the broker.
    public var results: [DescribeLogDirsResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        results: [DescribeLogDirsResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.results = results
    }
}

extension DescribeLogDirsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        throttleTimeMs = try reader.readInt32("DescribeLogDirsResponse.throttleTimeMs")
        if version >= 3 { errorCode = try reader.readInt16("DescribeLogDirsResponse.errorCode") }
        results = try reader.readArray("DescribeLogDirsResponse.results", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        writer.writeInt32(throttleTimeMs)
        if version >= 3 { writer.writeInt16(errorCode) }
        try writer.writeArray(results, "DescribeLogDirsResponse.results", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeLogDirsResponse {
    /// A part of ``DescribeLogDirsResponse``.
    public struct DescribeLogDirsResult: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// The path of the directory, from the root.
        public var logDir: String = ""
        /// The topics.
        public var topics: [DescribeLogDirsTopic] = []
        /// The size of the volume that the directory is on, in bytes; -1 if unknown. KIP-827. From version 4 on.
        public var totalBytes: Int64 = -1
        /// How much of the volume can still be used, in bytes; -1 if unknown. KIP-827. From version 4 on.
        public var usableBytes: Int64 = -1
        /// Whether the directory gets no new partitions. KIP-1066. Version 5 only.
        public var isCordoned: Bool = false

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            logDir: String = "",
            topics: [DescribeLogDirsTopic] = [],
            totalBytes: Int64 = -1,
            usableBytes: Int64 = -1,
            isCordoned: Bool = false
        ) {
            self.errorCode = errorCode
            self.logDir = logDir
            self.topics = topics
            self.totalBytes = totalBytes
            self.usableBytes = usableBytes
            self.isCordoned = isCordoned
        }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        errorCode = try reader.readInt16("errorCode")
        logDir = try reader.readString("logDir", compact: compact)
        topics = try reader.readArray("topics", version: version, compact: compact)
        if version >= 4 { totalBytes = try reader.readInt64("totalBytes") }
        if version >= 4 { usableBytes = try reader.readInt64("usableBytes") }
        if version >= 5 { isCordoned = try reader.readBool("isCordoned") }
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt16(errorCode)
        try writer.writeString(logDir, "logDir", compact: compact)
        try writer.writeArray(topics, "topics", version: version, compact: compact)
        if version >= 4 { writer.writeInt64(totalBytes) }
        if version >= 4 { writer.writeInt64(usableBytes) }
        if version >= 5 { writer.writeBool(isCordoned) }
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeLogDirsResponse {
    /// A part of ``DescribeLogDirsResponse``.
    public struct DescribeLogDirsTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions that lie in the directory.
        public var partitions: [DescribeLogDirsPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [DescribeLogDirsPartition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension DescribeLogDirsResponse {
    /// A part of ``DescribeLogDirsResponse``.
    public struct DescribeLogDirsPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partitionIndex: Int32 = 0
        /// The size of its segments, in bytes.
        public var partitionSize: Int64 = 0
        /// How many records the log is behind: behind the high watermark, or a future log behind the current.
        public var offsetLag: Int64 = 0
        /// Whether this is the copy that AlterReplicaLogDirs makes, to take the place of the current log.
        public var isFutureKey: Bool = false

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partitionIndex: Int32 = 0,
            partitionSize: Int64 = 0,
            offsetLag: Int64 = 0,
            isFutureKey: Bool = false
        ) {
            self.partitionIndex = partitionIndex
            self.partitionSize = partitionSize
            self.offsetLag = offsetLag
            self.isFutureKey = isFutureKey
        }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        partitionIndex = try reader.readInt32("partitionIndex")
        partitionSize = try reader.readInt64("partitionSize")
        offsetLag = try reader.readInt64("offsetLag")
        isFutureKey = try reader.readBool("isFutureKey")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        writer.writeInt32(partitionIndex)
        writer.writeInt64(partitionSize)
        writer.writeInt64(offsetLag)
        writer.writeBool(isFutureKey)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
