extension GroupCoordinator {
    /// A group as DescribeGroups shows it; a group that does not exist or is of another protocol is shown as dead.
    public func describe(_ groupID: GroupID) -> GroupDescription {
        groups[groupID]?.classic?.groupDescription
            ?? GroupDescription(
                groupID: groupID, state: .dead, exists: false, protocolType: "", protocolName: "", members: [])
    }

    /// A group as ConsumerGroupDescribe shows it; `nil` where it does not exist or is of another protocol.
    public func describeConsumerGroup(_ groupID: GroupID) -> ConsumerGroupDescription? {
        groups[groupID]?.consumer?.groupDescription(configuration, surroundings.catalog)
    }

    /// A group as ShareGroupDescribe shows it; `nil` where it does not exist or is of another protocol.
    public func describeShareGroup(_ groupID: GroupID) -> ShareGroupDescription? {
        groups[groupID]?.share?.groupDescription(surroundings.catalog)
    }

    /// The groups as ListGroups shows them, sorted by name.
    ///
    /// - Parameters:
    ///   - states: The names of the states to list, in any case (KIP-518); none for all.
    ///   - types: The names of the group types to list, in any case (KIP-848); none for all.
    public func listGroups(states: [String] = [], types: [String] = []) -> [GroupListing] {
        let states = Set(states.map { $0.lowercased() })
        let types = Set(types.map { $0.lowercased() })
        return groups.values.compactMap { $0.classic?.listing ?? $0.consumer?.listing ?? $0.share?.listing }
            .filter { types.isEmpty || types.contains($0.groupType.rawValue) }
            .filter { states.isEmpty || states.contains($0.state.lowercased()) }
            .sorted { $0.groupID < $1.groupID }
    }

    /// An administrator wants a group gone with all its offsets.
    ///
    /// The answer is a ``GroupResponse/deleteGroup(_:)``, which leaves when the group is gone for good.
    public mutating func deleteGroup(
        _ groupID: GroupID, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        guard groups[groupID] != nil else { return [.respond(token, .deleteGroup(.groupIDNotFound))] }
        return withGroup(groupID, at: now) { $0.delete(token: token, &$1) }
    }

    /// This node no longer has the partition, or shuts down: whoever waits is sent to look for the coordinator.
    ///
    /// The coordinator is without groups afterwards and may be filled again by a replay. Appends that are still on
    /// their way may become durable or not; their ends need not be reported any more, and do nothing if they are.
    /// (A new coordinator in place of this one would take them for its own: it counts its appends from 1.)
    public mutating func resign(at now: CoordinationTime) -> [GroupAction] {
        var actions: [GroupAction] = []
        for (_, append) in pendingAppends.sorted(by: { $0.key < $1.key }) {
            actions += append.held.map { .respond($0.token, $0.response.failing(with: .notCoordinator)) }
        }
        for (_, pending) in pendingMarkers.sorted(by: { $0.key < $1.key }) {
            actions.append(.respond(pending.request, .marker(.notCoordinator)))
        }
        pendingAppends = [:]
        pendingMarkers = [:]
        openTransactions = [:]
        for groupID in groups.keys.sorted() {
            actions += withGroup(groupID, at: now) { $0.resign(&$1) }
        }
        groups = [:]
        timers = DeadlineQueue()
        return actions
    }
}
