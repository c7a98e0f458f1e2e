internal import RecordFormat

/// One member of a group.
struct GroupMember: Hashable, Sendable {
    var id: MemberID
    let instanceID: GroupInstanceID?
    let clientID: String
    let clientHost: String
    var sessionTimeout: Duration
    var rebalanceTimeout: Duration
    let protocolType: String
    var protocols: [GroupProtocol]
    var assignment = ByteSlice.empty
    /// Whether the member has been in no generation yet. Such a member cannot send heartbeats, as it waits for the
    /// answer to its first join, and is given up when that takes too long.
    var isNew = false
    /// The join that waits for the next generation.
    var awaitingJoin: RequestToken?
    /// The sync that waits for the leader's assignment.
    var awaitingSync: RequestToken?

    var isStatic: Bool { instanceID != nil }

    /// Whether the member's silence is no sign of its death: it waits for our answer.
    var isExcusedFromHeartbeat: Bool { !isNew && (awaitingJoin != nil || awaitingSync != nil) }

    /// The member's metadata under a protocol; empty if it does not support it.
    func metadata(for protocolName: String?) -> ByteSlice {
        protocols.first { $0.name == protocolName }?.metadata ?? .empty
    }
}

extension GroupMember {
    /// Creates the member that a join asks for.
    init(id: MemberID, joining request: GroupJoin) {
        self.init(
            id: id, instanceID: request.instanceID, clientID: request.clientID, clientHost: request.clientHost,
            sessionTimeout: request.sessionTimeout, rebalanceTimeout: request.rebalanceTimeout,
            protocolType: request.protocolType, protocols: request.protocols)
        isNew = true
    }

    /// Creates the member that a record of the group shows.
    init(_ member: GroupMetadataValue.Member, in group: GroupMetadataValue) {
        // Version 0 had one timeout for both (KIP-62).
        let rebalance = member.rebalanceTimeoutMs == -1 ? member.sessionTimeoutMs : member.rebalanceTimeoutMs
        self.init(
            id: member.memberID, instanceID: member.instanceID, clientID: member.clientID,
            clientHost: member.clientHost, sessionTimeout: Duration(wireMilliseconds: member.sessionTimeoutMs),
            rebalanceTimeout: Duration(wireMilliseconds: rebalance), protocolType: group.protocolType,
            protocols: [GroupProtocol(name: group.protocolName ?? "", metadata: member.subscription)])
        assignment = member.assignment
    }
}
