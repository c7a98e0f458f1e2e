internal import LogCore
public import RecordFormat

/// What a leader knows of its followers' logs that concerns who reads and who deletes.
extension Replica {
    /// Whether clients may be told where the log ends for them: the high watermark is as far as the epoch's beginning
    /// (else OFFSET_NOT_AVAILABLE).
    ///
    /// Before that it may lie below what an earlier leader has shown, and a client would see offsets go back (KIP-207).
    public var mayReportEndOffset: Bool {
        if case .leader(let leadership) = role { highWatermark >= leadership.startOffset } else { false }
    }

    /// Below it, no replica that is there has records (KIP-107); `nil` while one has not fetched in the leader's epoch, or
    /// without a leadership.
    ///
    /// Replicas that are away do not count: they drop what the leader has dropped before they are in sync again.
    public func lowWatermark(_ brokers: BrokerDirectory) -> LogOffset? {
        guard case .leader(let leadership) = role, let state else { return nil }
        var least = log.startOffset
        for replica in state.replicas where replica != id && brokers.standing(of: replica) != .away {
            guard let start = leadership.followers[replica]?.startOffset else { return nil }
            least = min(least, start)
        }
        return least
    }

    /// The follower among `candidates` that a consumer had best read from (KIP-392): in sync, with the record at `offset`
    /// or everything below it, and of those the one that has most.
    ///
    /// One that is not in sync would have its consumers fall behind with it. Of equals it is the one that has last had
    /// everything, and then the one of the greatest number: all consumers of a rack at the same one, as in Kafka.
    ///
    /// - Returns: `nil` if there is none, or without a leadership.
    public func mostCaughtUp(of candidates: Set<BrokerID>, having offset: LogOffset) -> BrokerID? {
        guard case .leader(let leadership) = role, let state else { return nil }
        var best: (id: BrokerID, position: LogOffset, caughtUpAt: ReplicationInstant)?
        for member in state.inSyncReplicas where member != id && candidates.contains(member) {
            guard let follower = leadership.followers[member], let position = follower.position,
                let start = follower.startOffset, start <= offset, offset <= position
            else { continue }
            let caughtUpAt = follower.caughtUpAt ?? .start
            if let best, (position, caughtUpAt, member) < (best.position, best.caughtUpAt, best.id) { continue }
            best = (member, position, caughtUpAt)
        }
        return best?.id
    }
}
