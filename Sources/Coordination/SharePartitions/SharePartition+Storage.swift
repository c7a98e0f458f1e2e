public import RecordFormat

/// What the leader of a queue wants stored by the node that has the queue's state (KIP-932).
public struct ShareStateChange: Hashable, Sendable {
    /// The state epoch that the leader has read.
    public var stateEpoch: Int32
    /// The epoch in which it leads the partition.
    public var leaderEpoch: LeaderEpoch
    /// The first offset that the group has not done with; -1 if it has not changed.
    public var startOffset: LogOffset
    /// What has changed, in ascending order.
    public var batches: [ShareStateBatch]

    /// Creates a change.
    public init(stateEpoch: Int32, leaderEpoch: LeaderEpoch, startOffset: LogOffset, batches: [ShareStateBatch]) {
        self.stateEpoch = stateEpoch
        self.leaderEpoch = leaderEpoch
        self.startOffset = startOffset
        self.batches = batches
    }
}

/// A share-partition as the node sees it that keeps its state for another one.
extension SharePartition {
    /// What is known, as the leader of the partition is told it.
    public var stored: ShareSnapshot {
        snapshot(WriteContext(leaderEpoch: 0, updatesPerSnapshot: 0, now: .none))
    }

    /// The record by which a change gets into the log: an update, or everything where that is due.
    ///
    /// - Parameter updatesPerSnapshot: After how many updates the whole state is written.
    public func record(of change: ShareStateChange, updatesPerSnapshot: Int, at now: Timestamp) -> ShareStateRecord {
        let update = ShareUpdate(
            snapshotEpoch: snapshotEpoch, leaderEpoch: change.leaderEpoch.rawValue, startOffset: change.startOffset,
            batches: change.batches)
        if let updateCount, updateCount < updatesPerSnapshot { return .update(key, update) }
        var changed = self
        changed.replay(update)
        return changed.renewSnapshot(leaderEpoch: change.leaderEpoch.rawValue, at: now).record
    }

    /// The record by which the share-partition is set up anew, whatever was known of it.
    public func record(
        settingUp stateEpoch: Int32, from start: LogOffset, leaderEpoch: LeaderEpoch, at now: Timestamp
    ) -> ShareStateRecord {
        var anew = SharePartition(key: key, startOffset: start, stateEpoch: stateEpoch, at: now)
        anew.snapshotEpoch = snapshotEpoch
        return anew.establish(leaderEpoch: leaderEpoch.rawValue, at: now).record
    }
}
