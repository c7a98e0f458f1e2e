public import RecordFormat

/// The value of a group's record: its generation and, while it has any, its members with their assignments.
///
/// - SeeAlso: docs/format/consumer-offsets.md
public struct GroupMetadataValue: Hashable, Sendable {
    /// One member of the generation.
    public struct Member: Hashable, Sendable {
        /// The name the coordinator gave to the member.
        public var memberID: MemberID
        /// The name the owner of a static member gave to it (KIP-345, version 3).
        public var instanceID: GroupInstanceID?
        /// The client id of the member's join.
        public var clientID: String
        /// The address the member joined from.
        public var clientHost: String
        /// How long a rebalance waits for the member, in milliseconds; -1 in version 0 (KIP-62, version 1).
        public var rebalanceTimeoutMs: Int32
        /// How long the member may stay silent, in milliseconds.
        public var sessionTimeoutMs: Int32
        /// What the member joined with under the chosen protocol.
        public var subscription: ByteSlice
        /// What the leader assigned to the member.
        public var assignment: ByteSlice

        /// Creates a member of a generation.
        public init(
            memberID: MemberID, instanceID: GroupInstanceID? = nil, clientID: String, clientHost: String,
            rebalanceTimeoutMs: Int32, sessionTimeoutMs: Int32, subscription: ByteSlice, assignment: ByteSlice
        ) {
            self.memberID = memberID
            self.instanceID = instanceID
            self.clientID = clientID
            self.clientHost = clientHost
            self.rebalanceTimeoutMs = rebalanceTimeoutMs
            self.sessionTimeoutMs = sessionTimeoutMs
            self.subscription = subscription
            self.assignment = assignment
        }
    }

    /// The kind of group, such as `consumer` or `connect`; empty where the group never had a member.
    public var protocolType: String
    /// The number of the generation.
    public var generation: GenerationID
    /// The protocol the members agreed on; `nil` without members.
    public var protocolName: String?
    /// The member that computes the assignments; `nil` without members.
    public var leader: MemberID?
    /// When the group came into its present state; ``Timestamp/none`` before version 2 (KIP-211).
    public var currentStateTimestamp: Timestamp
    /// The members, in the order in which they joined.
    public var members: [Member]

    /// Creates the value of a group's record.
    public init(
        protocolType: String, generation: GenerationID, protocolName: String?, leader: MemberID?,
        currentStateTimestamp: Timestamp, members: [Member]
    ) {
        self.protocolType = protocolType
        self.generation = generation
        self.protocolName = protocolName
        self.leader = leader
        self.currentStateTimestamp = currentStateTimestamp
        self.members = members
    }

    /// The versions that can be read.
    static let versions: ClosedRange<Int16> = 0...4
    /// The version that Kafka 4.0 writes.
    static let preferredVersion: Int16 = 3
    /// The bytes of a flexible member whose fields are all empty; no version has a smaller one.
    private static let minimumMemberSize = 15

    /// The value's bytes at `version`; fields that the version lacks are left out.
    func encoded(version: Int16 = preferredVersion) -> ByteSlice {
        var writer = RecordFieldWriter(version: version, isFlexible: version >= 4)
        writer.string(protocolType)
        writer.integer(generation.rawValue)
        writer.nullableString(protocolName)
        writer.nullableString(leader?.rawValue)
        if version >= 2 { writer.integer(currentStateTimestamp.milliseconds) }
        writer.count(members.count)
        for member in members {
            writer.string(member.memberID.rawValue)
            if version >= 3 { writer.nullableString(member.instanceID?.rawValue) }
            writer.string(member.clientID)
            writer.string(member.clientHost)
            if version >= 1 { writer.integer(member.rebalanceTimeoutMs) }
            writer.integer(member.sessionTimeoutMs)
            writer.byteString(member.subscription)
            writer.byteString(member.assignment)
            writer.taggedFields()
        }
        writer.taggedFields()
        return writer.finish()
    }

    /// Reads a value at whatever version it has.
    init(decoding bytes: ByteSlice) throws(RecordDecodingError) {
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer("GroupMetadataValue version", as: Int16.self)
        guard Self.versions.contains(version) else {
            throw RecordDecodingError(.unsupportedVersion, "GroupMetadataValue version \(version)")
        }
        reader.isFlexible = version >= 4
        self.init(
            protocolType: try reader.string("protocolType"), generation: GenerationID(try reader.integer("generation")),
            protocolName: try reader.nullableString("protocol"),
            leader: try reader.nullableString("leader").map { MemberID($0) },
            currentStateTimestamp: version >= 2
                ? Timestamp(milliseconds: try reader.integer("currentStateTimestamp")) : .none,
            members: [])
        let count = try reader.count(minimumSize: Self.minimumMemberSize, "members")
        members.reserveCapacity(count)
        for _ in 0..<count { members.append(try Self.member(from: &reader, version: version)) }
        try reader.taggedFields("GroupMetadataValue tags")
    }

    private static func member(
        from reader: inout RecordFieldReader, version: Int16
    ) throws(RecordDecodingError) -> Member {
        let memberID = MemberID(try reader.string("memberId"))
        let instanceID = version >= 3 ? try reader.nullableString("groupInstanceId").map { GroupInstanceID($0) } : nil
        let member = Member(
            memberID: memberID, instanceID: instanceID,
            clientID: try reader.string("clientId"), clientHost: try reader.string("clientHost"),
            rebalanceTimeoutMs: version >= 1 ? try reader.integer("rebalanceTimeout") : -1,
            sessionTimeoutMs: try reader.integer("sessionTimeout"),
            subscription: try reader.byteString("subscription"), assignment: try reader.byteString("assignment"))
        try reader.taggedFields("MemberMetadata tags")
        return member
    }
}
