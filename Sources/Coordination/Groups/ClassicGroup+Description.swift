internal import RecordFormat

extension ClassicGroup {
    /// The group as DescribeGroups shows it.
    var groupDescription: GroupDescription {
        let isStable = state == .stable
        return GroupDescription(
            groupID: id, state: state, exists: state != .dead, protocolType: protocolType ?? "",
            protocolName: isStable ? protocolName ?? "" : "",
            members: roster.members.map { member in
                GroupDescription.Member(
                    memberID: member.id, instanceID: member.instanceID, clientID: member.clientID,
                    clientHost: member.clientHost, metadata: isStable ? member.metadata(for: protocolName) : .empty,
                    assignment: member.assignment)
            })
    }

    /// The group as ListGroups shows it.
    var listing: GroupListing {
        GroupListing(groupID: id, protocolType: protocolType ?? "", state: state.rawValue, groupType: .classic)
    }
}
