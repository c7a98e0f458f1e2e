// Generated from Schemas/ConnectProtocol.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// Kafka's ConnectProtocolAssignment, versions 0-2.
public struct ConnectProtocolAssignment: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { Int16.max }

    /// 0, or 1 when the leader could not assign because it had read less of the config topic than others.
    public var error: Int16 = 0
    /// The member that assigned.
    public var leader: String = ""
    /// Where its REST API is reached.
    public var leaderURL: String = ""
    /// The offset in the config topic that the assignment was made for.
    public var configOffset: Int64 = 0
    /// What the worker is to run: all of it in version 0, what is new from version 1 on.
    public var assigned: [ConnectorAssignment]? = nil
    /// What the worker has to give up. KIP-415. From version 1 on.
    public var revoked: [ConnectorAssignment]? = nil
    /// Milliseconds after which the worker has to join again. KIP-415. From version 1 on.
    public var delay: Int32 = 0

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        error: Int16 = 0,
        leader: String = "",
        leaderURL: String = "",
        configOffset: Int64 = 0,
        assigned: [ConnectorAssignment]? = nil,
        revoked: [ConnectorAssignment]? = nil,
        delay: Int32 = 0
    ) {
        self.error = error
        self.leader = leader
        self.leaderURL = leaderURL
        self.configOffset = configOffset
        self.assigned = assigned
        self.revoked = revoked
        self.delay = delay
    }
}

extension ConnectProtocolAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        error = try reader.readInt16("ConnectProtocolAssignment.error")
        leader = try reader.readString("ConnectProtocolAssignment.leader", compact: false)
        leaderURL = try reader.readString("ConnectProtocolAssignment.leaderURL", compact: false)
        configOffset = try reader.readInt64("ConnectProtocolAssignment.configOffset")
        assigned = try reader.readNullableArray("ConnectProtocolAssignment.assigned", version: version, compact: false)
        if version >= 1 {
            revoked = try reader.readNullableArray("ConnectProtocolAssignment.revoked", version: version, compact: false)
        }
        if version >= 1 { delay = try reader.readInt32("ConnectProtocolAssignment.delay") }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt16(error)
        try writer.writeString(leader, "ConnectProtocolAssignment.leader", compact: false)
        try writer.writeString(leaderURL, "ConnectProtocolAssignment.leaderURL", compact: false)
        writer.writeInt64(configOffset)
        try writer.writeNullableArray(assigned, "ConnectProtocolAssignment.assigned", version: version, compact: false)
        if version >= 1 {
            try writer.writeNullableArray(revoked, "ConnectProtocolAssignment.revoked", version: version, compact: false)
        }
        if version >= 1 { writer.writeInt32(delay) }
    }
}

extension ConnectProtocolAssignment {
    /// A part of ``ConnectProtocolAssignment``.
    public struct ConnectorAssignment: ProtocolStructure, Hashable {
        /// The connector's name.
        public var connector: String = ""
        /// Numbers of its tasks; -1 is the connector itself.
        public var tasks: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            connector: String = "",
            tasks: [Int32] = []
        ) {
            self.connector = connector
            self.tasks = tasks
        }
    }
}

extension ConnectProtocolAssignment.ConnectorAssignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        connector = try reader.readString("connector", compact: false)
        tasks = try reader.readArray("tasks", compact: false)
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(connector, "connector", compact: false)
        try writer.writeArray(tasks, "tasks", compact: false)
    }
}
