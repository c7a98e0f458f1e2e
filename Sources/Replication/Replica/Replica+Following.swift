internal import LogCore
internal import RecordFormat

extension Replica {
    /// Sends the next fetch, once what the last one brought is this replica's to keep.
    mutating func fetch(_ effects: inout ReplicaEffects) {
        guard case .follower(var following) = role else { return }
        switch following.phase {
        case .fetching: return
        case .backingOff(let until) where effects.now < until: return
        case .idle, .backingOff: break
        }
        guard position >= log.endOffset else { return }
        let token = FetchToken(nextFetch)
        nextFetch += 1
        following.phase = .fetching(token)
        role = .follower(following)
        let fetch = ReplicaFetch(
            follower: id, brokerEpoch: effects.brokerEpoch, leaderEpoch: following.epoch, offset: log.endOffset,
            lastEpoch: log.lastEpoch, startOffset: log.startOffset)
        effects.actions.append(.fetch(token, from: following.leader, fetch))
    }

    /// The leader has answered.
    ///
    /// - Parameters:
    ///   - token: The fetch's; an answer to any other than the last is ignored.
    ///   - hasRecords: Whether records came along, which ``ReplicaEffects/Action/append(_:)`` then asks for.
    public mutating func fetchAnswered(
        _ token: FetchToken, _ answer: FetchAnswer, hasRecords: Bool, _ effects: inout ReplicaEffects
    ) {
        guard case .follower(var following) = role, following.phase == .fetching(token) else { return }
        following.phase = .idle
        switch answer {
        case .serve(let highWatermark, let logStartOffset):
            following.leaderWatermark = highWatermark
            following.failures = 0
            role = .follower(following)
            if hasRecords { effects.actions.append(.append(token)) }
            // Up to what this answer has proved to be as the leader has it; the rest once the records are in the log.
            followWatermark(&effects)
            if logStartOffset > log.startOffset {
                effects.actions.append(.advanceLogStart(to: min(logStartOffset, self.highWatermark)))
            }
            if !hasRecords { fetch(&effects) }
        case .diverging(let end):
            role = .follower(following)
            goBack(to: end, &effects)
        case .outOfRange(let logStartOffset):
            role = .follower(following)
            // The host answers with the log as it is then, at which the next fetch starts.
            effects.actions.append(.restart(at: logStartOffset))
        case .refused:
            following.backOff(from: effects.now, longest: configuration.backoff)
            role = .follower(following)
        }
    }

    /// No answer to the fetch will come.
    public mutating func fetchFailed(_ token: FetchToken, _ effects: inout ReplicaEffects) {
        guard case .follower(var following) = role, following.phase == .fetching(token) else { return }
        following.backOff(from: effects.now, longest: configuration.backoff)
        role = .follower(following)
    }

    /// When the replica fetches again after a fetch that failed, if it waits for that: the host is to let it know
    /// when the moment has come, which may be sooner than time is told otherwise.
    public var nextAttempt: ReplicationInstant? {
        guard case .follower(let following) = role, case .backingOff(let until) = following.phase else { return nil }
        return until
    }

    /// What an answer asked for could not be done to the log, which is as it was: tried again later, and not at once.
    public mutating func changeFailed(_ effects: inout ReplicaEffects) {
        guard case .follower(var following) = role, following.phase == .idle else { return }
        following.phase = .backingOff(until: effects.now.advanced(by: configuration.backoff))
        role = .follower(following)
    }

    /// Drops what the leader does not have, and nothing by any other measure: the high watermark that a follower knows
    /// may be older than what was acknowledged (KIP-101).
    private mutating func goBack(to end: LeaderEpochHistory.Entry, _ effects: inout ReplicaEffects) {
        let (offset, _) = log.epochs.truncation(
            after: end, logEndOffset: log.endOffset, highWatermark: highWatermark)
        effects.actions.append(offset < log.startOffset ? .restart(at: offset) : .truncate(to: offset))
    }

    /// Takes over as much of the leader's high watermark as this log has.
    mutating func followWatermark(_ effects: inout ReplicaEffects) {
        guard case .follower(let following) = role else { return }
        let offset = min(following.leaderWatermark, log.endOffset)
        guard offset > highWatermark else { return }
        highWatermark = offset
        effects.actions.append(.advanceHighWatermark(to: offset))
    }
}
