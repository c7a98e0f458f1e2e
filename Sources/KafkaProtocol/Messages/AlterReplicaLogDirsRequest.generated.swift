// Generated from Schemas/AlterReplicaLogDirs.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's AlterReplicaLogDirs API, versions 1-2.
public struct AlterReplicaLogDirsRequest: KafkaRequest, Hashable {
    public typealias Response = AlterReplicaLogDirsResponse

    public static var apiKey: APIKey { .alterReplicaLogDirs }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var firstFlexibleVersion: Int16 { 2 }

    /// The replicas to move, by the directory to move them to.
    public var dirs: [AlterReplicaLogDir] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        dirs: [AlterReplicaLogDir] = []
    ) {
        self.dirs = dirs
    }
}

extension AlterReplicaLogDirsRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        dirs = try reader.readArray("AlterReplicaLogDirsRequest.dirs", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 2
        try writer.writeArray(dirs, "AlterReplicaLogDirsRequest.dirs", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterReplicaLogDirsRequest {
    /// A part of ``AlterReplicaLogDirsRequest``.
    public struct AlterReplicaLogDir: ProtocolStructure, Hashable {
        /// The path of the directory, from the root.
        public var path: String = ""
        /// The replicas, by topic.
        public var topics: [AlterReplicaLogDirTopic] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            path: String = "",
            topics: [AlterReplicaLogDirTopic] = []
        ) {
            self.path = path
            self.topics = topics
        }
    }
}

extension AlterReplicaLogDirsRequest.AlterReplicaLogDir {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        path = try reader.readString("path", compact: compact)
        topics = try reader.readArray("topics", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(path, "path", compact: compact)
        try writer.writeArray(topics, "topics", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension AlterReplicaLogDirsRequest {
    /// A part of ``AlterReplicaLogDirsRequest``.
    public struct AlterReplicaLogDirTopic: ProtocolStructure, Hashable {
        /// The name of the topic.
        public var name: String = ""
        /// The partitions.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            partitions: [Int32] = []
        ) {
            self.name = name
            self.partitions = partitions
        }
    }
}

extension AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        name = try reader.readString("name", compact: compact)
        partitions = try reader.readArray("partitions", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 2
        try writer.writeString(name, "name", compact: compact)
        try writer.writeArray(partitions, "partitions", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}
