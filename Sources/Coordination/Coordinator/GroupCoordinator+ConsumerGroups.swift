internal import RecordFormat

/// Groups of the consumer protocol (KIP-848).
extension GroupCoordinator {
    /// A member of the consumer protocol joins, shows that it lives and how far it is, or leaves; the group is made if it
    /// is its first member.
    ///
    /// The answer is a ``GroupResponse/consumerHeartbeat(_:)``, which leaves when everything it rests on is durable.
    ///
    /// - Parameters:
    ///   - request: The heartbeat.
    ///   - isVisible: Whether the member may know of a topic that its regular expression matches.
    ///   - token: What the answer is given with.
    ///   - now: The moment.
    public mutating func consumerHeartbeat(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool = { _ in true }, token: RequestToken,
        at now: CoordinationTime
    ) -> [GroupAction] {
        func refused(_ refusal: GroupRefusal) -> [GroupAction] {
            let result = ConsumerHeartbeatResult(error: refusal.error, message: refusal.message)
            return [.respond(token, .consumerHeartbeat(result))]
        }
        do throws(GroupRefusal) { try request.validate(configuration) } catch { return refused(error) }
        if groups[request.groupID] == nil {
            guard request.isJoining else {
                return refused(GroupRefusal(.groupIDNotFound, "Group \(request.groupID) not found."))
            }
            groups[request.groupID] = Group(consumerGroup: request.groupID)
        }
        return withGroup(request.groupID, at: now) { $0.heartbeat(request, isVisible: isVisible, token: token, &$1) }
    }

    /// Tells what topics are now; `nil` for one that is gone.
    ///
    /// Groups that subscribe to any of them look again with the next heartbeat of a member. The host tells all topics
    /// before the first request, and each change before it lets clients see it.
    public mutating func topicsChanged(_ changes: [String: CatalogedTopic?]) {
        for (name, topic) in changes { surroundings.topicChanged(name, to: topic) }
    }

    /// Sets what holds for one group in place of the coordinator's own settings; `nil` for nothing.
    ///
    /// It holds from the next heartbeat of each member.
    public mutating func setOverrides(_ overrides: ConsumerGroupOverrides?, for groupID: GroupID) {
        surroundings.setOverrides(overrides, for: groupID)
    }
}
