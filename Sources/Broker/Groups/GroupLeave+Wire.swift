import Coordination
import KafkaProtocol

extension GroupLeave {
    /// The first version that takes out any number of members (KIP-345).
    fileprivate static let firstVersionWithMembers: Int16 = 3

    /// Reads a LeaveGroup request.
    init(_ request: LeaveGroupRequest, version: Int16) {
        let members =
            version >= Self.firstVersionWithMembers
            ? request.members.map {
                Member(memberID: MemberID($0.memberID), instanceID: $0.groupInstanceID.map { GroupInstanceID($0) })
            }
            : [Member(memberID: MemberID(request.memberID))]
        self.init(groupID: GroupID(request.groupID), members: members)
    }
}

extension LeaveGroupResponse {
    /// Writes the answer to a leave as `version` has it.
    init(_ result: GroupLeaveResult, version: Int16) {
        guard version >= GroupLeave.firstVersionWithMembers else {
            // The one member's error is the request's.
            self.init(ErrorCode(result.error ?? result.members.first?.error))
            return
        }
        self.init(
            errorCode: ErrorCode(result.error).rawValue,
            members: result.members.map {
                MemberResponse(
                    memberID: $0.member.memberID.rawValue, groupInstanceID: $0.member.instanceID?.rawValue,
                    errorCode: ErrorCode($0.error).rawValue)
            })
    }

    /// The answer to a leave that did not reach the group.
    init(_ error: ErrorCode) { self.init(errorCode: error.rawValue) }
}
