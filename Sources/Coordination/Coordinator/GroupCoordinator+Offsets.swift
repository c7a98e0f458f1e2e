internal import RecordFormat

extension GroupCoordinator {
    /// A client wants to keep how far it has come; outside of any generation that makes the group if need be.
    ///
    /// The answer is a ``GroupResponse/offsetCommit(_:)``, which leaves when the offsets are durable.
    public mutating func commitOffsets(
        _ request: OffsetCommit, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        if !request.groupID.rawValue.fitsRecord {
            return [.respond(token, .offsetCommit(.failed(.invalidGroupID, request.entries.lazy.map(\.partition))))]
        }
        if groups[request.groupID] == nil {
            guard request.generation < GenerationID(0) else {
                let partitions = request.entries.lazy.map(\.partition)
                return [.respond(token, .offsetCommit(.failed(.groupIDNotFound, partitions)))]
            }
            groups[request.groupID] = Group(id: request.groupID, at: now.timestamp)
        }
        return withGroup(request.groupID, at: now) { $0.commit(request, token: token, &$1) }
    }

    /// The offsets a group has committed, as far as they are durable.
    ///
    /// A group that does not exist has none; that is no error.
    public func fetchOffsets(_ request: OffsetFetch) -> OffsetFetchResult {
        if let group = groups[request.groupID] { return group.fetch(request) }
        return OffsetFetchResult(entries: (request.partitions ?? []).map { .init(partition: $0, committed: nil) })
    }

    /// An administrator wants to forget offsets (KIP-496).
    ///
    /// The answer is a ``GroupResponse/offsetDelete(_:)``, which leaves when the offsets are gone for good.
    public mutating func deleteOffsets(
        _ request: OffsetDelete, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        guard groups[request.groupID] != nil else {
            return [.respond(token, .offsetDelete(.failed(.groupIDNotFound, request.partitions)))]
        }
        return withGroup(request.groupID, at: now) { $0.deleteOffsets(request, token: token, &$1) }
    }

    /// Topics are gone, and with them every group's offsets in them.
    public mutating func topicsDeleted(_ topics: Set<String>, at now: CoordinationTime) -> [GroupAction] {
        groups.keys.sorted().flatMap { groupID in
            withGroup(groupID, at: now) { $0.forgetOffsets(of: topics, &$1) }
        }
    }

    /// Looks for offsets that have expired, and sets the timer for the next look.
    mutating func expireOffsets(at now: CoordinationTime) -> [GroupAction] {
        timers.schedule(.retentionCheck, at: now.instant.advanced(by: configuration.offsetsRetentionCheckInterval))
        return groups.keys.sorted().flatMap { groupID in
            withGroup(groupID, at: now) { $0.expireOffsets(&$1) }
        }
    }
}
