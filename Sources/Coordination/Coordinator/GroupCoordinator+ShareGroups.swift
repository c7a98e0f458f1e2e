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

    /// Whether there is a share group of this name.
    public func hasShareGroup(_ groupID: GroupID) -> Bool { groups[groupID]?.share?.durableState.exists ?? false }
}
