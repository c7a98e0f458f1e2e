public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Takes no more appends of a leader whose epoch is below `epoch`.
    ///
    /// Once it has returned, none is under way, and what the log has of such an epoch is all that it will ever have: a
    /// node that no longer leads reads the log's end then, and follows from there. What a follower appends, with origin
    /// ``AppendOrigin/leader``, is judged by its batches. Not kept beyond the opening of the log.
    ///
    /// - Parameter epoch: The epoch that has begun; an older one than before changes nothing.
    public func fence(below epoch: LeaderEpoch) {
        lane.withLock { lane in lane.leastEpoch = max(lane.leastEpoch, epoch) }
    }
}

extension PartitionLog.Lane {
    /// - Throws: ``LogError`` with code `.staleLeaderEpoch` if a later epoch has begun than the one that `origin` leads.
    func checkEpoch(of origin: AppendOrigin) throws(LogError) {
        switch origin {
        case .leader: return
        case .producer(let epoch), .coordinator(let epoch):
            guard epoch < leastEpoch else { return }
            throw LogError(.staleLeaderEpoch, "an append in leader epoch \(epoch), epoch \(leastEpoch) has begun")
        }
    }
}
