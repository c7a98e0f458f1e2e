import Coordination
import KafkaProtocol

extension DescribeGroupsResponse.DescribedGroup {
    /// The first version that tells a group that does not exist from one that is dead (KIP-1043).
    private static let firstVersionWithGroupIDNotFound: Int16 = 6

    /// Writes the description of a group as `version` has it.
    ///
    /// - Parameters:
    ///   - description: The group.
    ///   - version: The version of the request.
    ///   - authorizedOperations: What the client may do to the group, one bit for each operation (KIP-430); `nil` if
    ///     it did not ask.
    init(_ description: GroupDescription, version: Int16, authorizedOperations: Int32? = nil) {
        self.init(
            groupID: description.groupID.rawValue, groupState: description.state.rawValue,
            protocolType: description.protocolType, protocolData: description.protocolName,
            members: description.members.map {
                DescribeGroupsResponse.DescribedGroupMember(
                    memberID: $0.memberID.rawValue, groupInstanceID: $0.instanceID?.rawValue, clientID: $0.clientID,
                    clientHost: $0.clientHost, memberMetadata: $0.metadata, memberAssignment: $0.assignment)
            },
            authorizedOperations: authorizedOperations ?? Int32.min)
        if !description.exists && version >= Self.firstVersionWithGroupIDNotFound {
            errorCode = ErrorCode.groupIDNotFound.rawValue
            errorMessage = "Group \(description.groupID) not found."
        }
    }

    /// The answer for a group that could not be asked.
    init(_ error: ErrorCode, groupID: String) { self.init(errorCode: error.rawValue, groupID: groupID) }
}

extension ListGroupsResponse {
    /// Writes a list of groups; state and type are left out where the version has no place for them.
    init(_ groups: [GroupListing]) {
        self.init(
            groups: groups.map {
                ListedGroup(
                    groupID: $0.groupID.rawValue, protocolType: $0.protocolType, groupState: $0.state,
                    groupType: $0.groupType.rawValue)
            })
    }
}

extension DeleteGroupsResponse.DeletableGroupResult {
    /// Writes what became of a group that was to be deleted.
    init(_ error: GroupError?, groupID: String) { self.init(ErrorCode(error), groupID: groupID) }

    /// What became of a group that was to be deleted, by any error or none.
    init(_ error: ErrorCode, groupID: String) { self.init(groupID: groupID, errorCode: error.rawValue) }
}
