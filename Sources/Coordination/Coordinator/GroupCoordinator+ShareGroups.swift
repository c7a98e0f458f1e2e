internal import RecordFormat

/// Share groups (KIP-932).
extension GroupCoordinator {
    /// A member of a share group joins, shows that it lives, or leaves; the group is made if it is its first member.
    ///
    /// The answer is a ``GroupResponse/shareHeartbeat(_:)``, which leaves when everything it rests on is durable.
    public mutating func shareHeartbeat(
        _ request: ShareHeartbeat, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        func refused(_ refusal: GroupRefusal) -> [GroupAction] {
            let result = ShareHeartbeatResult(error: refusal.error, message: refusal.message)
            return [.respond(token, .shareHeartbeat(result))]
        }
        do throws(GroupRefusal) { try request.validate() } catch { return refused(error) }
        if groups[request.groupID] == nil {
            guard request.isJoining else {
                return refused(GroupRefusal(.groupIDNotFound, "Share group \(request.groupID) not found."))
            }
            groups[request.groupID] = Group(shareGroup: request.groupID)
        }
        return withGroup(request.groupID, at: now) { $0.heartbeat(request, token: token, &$1) }
    }

    /// An administrator is about to set where a share group goes on reading, which is for a group without members only;
    /// the group is made if there is none, and has a new epoch by it, as in Kafka.
    ///
    /// The answer is a ``GroupResponse/shareOffsets(_:)``, which leaves when everything it rests on is durable.
    public mutating func prepareShareOffsets(
        of groupID: GroupID, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        if groupID.rawValue.isEmpty || !groupID.rawValue.fitsRecord {
            return [.respond(token, .shareOffsets(.invalidGroupID))]
        }
        if groups[groupID] == nil { groups[groupID] = Group(shareGroup: groupID) }
        return withGroup(groupID, at: now) { $0.prepareShareOffsets(token: token, &$1) }
    }

    /// The number of members of a share group, those included that are about to be in it; `nil` where there is no share
    /// group of this name.
    public func shareMemberCount(of groupID: GroupID) -> Int? {
        guard let share = groups[groupID]?.share, share.durableState.exists else { return nil }
        return share.state.members.count
    }

    /// Whether there is a share group of this name.
    public func hasShareGroup(_ groupID: GroupID) -> Bool { groups[groupID]?.share?.durableState.exists ?? false }
}
