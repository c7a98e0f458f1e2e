/// What the host is to do after an event, in the order given.
public enum GroupAction: Hashable, Sendable {
    /// Send the answer to the request that has this token.
    case respond(RequestToken, GroupResponse)
    /// Append records to the group's partition of `__consumer_offsets`.
    case append(GroupAppend)
    /// Append the marker that ends a transaction to a partition of `__consumer_offsets`; ended like an append, by
    /// ``GroupCoordinator/appendCompleted(_:_:at:)``.
    case appendMarker(GroupMarker, AppendToken)
}

/// Records to append to the group's partition of `__consumer_offsets`, in one batch.
///
/// The host reports the end of each append by ``GroupCoordinator/appendCompleted(_:_:at:)``: success only when the
/// records are durable, and the successes of one partition in the order of their appends.
public struct GroupAppend: Hashable, Sendable {
    /// The group, from whose name the partition follows.
    public let groupID: GroupID
    /// The records, never none.
    public let records: [GroupRecord]
    /// The producer whose transaction the records are part of; `nil` for records that count at once.
    public let producer: ProducerIdentity?
    /// What to report the end of the append by.
    public let token: AppendToken
}

/// The answer to a request.
public enum GroupResponse: Hashable, Sendable {
    /// To ``GroupJoin``.
    case join(GroupJoinResult)
    /// To ``GroupSync``.
    case sync(GroupSyncResult)
    /// To ``GroupHeartbeat``; `nil` where the generation stands.
    case heartbeat(GroupError?)
    /// To ``GroupLeave``.
    case leave(GroupLeaveResult)
    /// To ``ConsumerHeartbeat``.
    case consumerHeartbeat(ConsumerHeartbeatResult)
    /// To ``ShareHeartbeat``.
    case shareHeartbeat(ShareHeartbeatResult)
    /// To the wish to set where a share group goes on reading; `nil` where it is there and has no members.
    case shareOffsets(GroupError?)
    /// To ``OffsetCommit``.
    case offsetCommit(OffsetUpdateResult)
    /// To ``OffsetDelete``.
    case offsetDelete(OffsetUpdateResult)
    /// To the deletion of a group; `nil` where the group is gone for good.
    case deleteGroup(GroupError?)
    /// To ``GroupMarker``; `nil` where the marker is durable and the offsets of the transaction count, or are gone.
    case marker(GroupError?)

    /// The same kind of answer, saying that the request failed with `error`.
    func failing(with error: GroupError) -> GroupResponse {
        switch self {
        case .join: .join(GroupJoinResult(error: error, memberID: .unknown))
        case .sync: .sync(GroupSyncResult(error: error))
        case .heartbeat: .heartbeat(error)
        case .leave: .leave(GroupLeaveResult(error: error))
        case .consumerHeartbeat: .consumerHeartbeat(ConsumerHeartbeatResult(error: error))
        case .shareHeartbeat: .shareHeartbeat(ShareHeartbeatResult(error: error))
        case .shareOffsets: .shareOffsets(error)
        // A partition that was refused keeps its own reason.
        case .offsetCommit(let result): .offsetCommit(result.failing(with: error))
        case .offsetDelete(let result): .offsetDelete(result.failing(with: error))
        case .deleteGroup: .deleteGroup(error)
        case .marker: .marker(error)
        }
    }
}

extension OffsetUpdateResult {
    fileprivate func failing(with error: GroupError) -> OffsetUpdateResult {
        let failed = entries.map { Entry(partition: $0.partition, error: $0.error ?? error) }
        return OffsetUpdateResult(error: error, entries: failed)
    }
}
