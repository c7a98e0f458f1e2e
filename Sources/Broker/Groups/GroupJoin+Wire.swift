import Coordination
import KafkaProtocol
import RecordFormat

extension GroupJoin {
    /// The first version whose new members have to join a second time, with the id they were given (KIP-394).
    private static let firstVersionWithRequiredMemberID: Int16 = 4
    /// The first version in which a static leader may be told not to assign again (KIP-814).
    private static let firstVersionWithSkippedAssignment: Int16 = 9

    /// Reads a JoinGroup request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - version: Its version.
    ///   - clientID: The client id of its header.
    ///   - clientHost: The address it came from, in the form that the group's record and DescribeGroups show.
    init(_ request: JoinGroupRequest, version: Int16, clientID: String?, clientHost: String) {
        // Version 0 has one timeout for both (KIP-62).
        let rebalanceTimeoutMs = version >= 1 ? request.rebalanceTimeoutMs : request.sessionTimeoutMs
        self.init(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID),
            instanceID: request.groupInstanceID.map { GroupInstanceID($0) }, clientID: clientID ?? "",
            clientHost: clientHost, sessionTimeout: Duration(wireMilliseconds: request.sessionTimeoutMs),
            rebalanceTimeout: Duration(wireMilliseconds: rebalanceTimeoutMs), protocolType: request.protocolType,
            // The group keeps these for as long as it has the member; the request's memory is that of a whole read.
            protocols: request.protocols.map {
                GroupProtocol(name: $0.name, metadata: ByteSlice(copying: $0.metadata.bytes))
            },
            requiresKnownMemberID: version >= Self.firstVersionWithRequiredMemberID,
            supportsSkippingAssignment: version >= Self.firstVersionWithSkippedAssignment)
    }
}

extension JoinGroupResponse {
    /// The first version in which a response may have no protocol name (KIP-559).
    private static let firstVersionWithNullableProtocolName: Int16 = 7

    /// Writes the answer to a join as `version` has it.
    init(_ result: GroupJoinResult, version: Int16) {
        let missingName: String? = version >= Self.firstVersionWithNullableProtocolName ? nil : ""
        self.init(
            errorCode: ErrorCode(result.error).rawValue, generationID: result.generation.rawValue,
            protocolType: result.protocolType, protocolName: result.protocolName ?? missingName,
            leader: result.leader?.rawValue ?? "", skipAssignment: result.skipsAssignment,
            memberID: result.memberID.rawValue,
            members: result.members.map {
                JoinGroupResponseMember(
                    memberID: $0.memberID.rawValue, groupInstanceID: $0.instanceID?.rawValue, metadata: $0.metadata)
            })
    }

    /// The answer to a join that did not reach the group, as `version` has it.
    init(_ error: ErrorCode, to request: JoinGroupRequest, version: Int16) {
        self.init(GroupJoinResult(memberID: MemberID(request.memberID)), version: version)
        errorCode = error.rawValue
    }
}
