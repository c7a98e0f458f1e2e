internal import Synchronization

/// What a log does with its open files when others need the room.
extension PartitionLog: ResidentHolder {
    /// Gives the active segment's file back, if no append is under way and none came for long.
    func letGo(_ body: () -> ResidenceAnswer) -> ResidenceAnswer? {
        let answer = lane.withLockIfAvailable { lane -> ResidenceAnswer? in
            guard lane.writer.letGoOfTail() else { return nil }
            // What a busy log remembers of its last batches is of little use to an idle one.
            state.withLock { state in
                state.recent = RecentBatches()
                state.tail = nil
            }
            return body()
        }
        return answer ?? nil
    }

    /// Keeps the active segment's file open for the appends to come, and for those who read behind them.
    ///
    /// - Complexity: one load while it is kept.
    func holdTail(in lane: inout Lane) throws(LogError) {
        guard let opened = try lane.writer.holdTail(for: self) else { return }
        state.withLock { $0.tail = opened }
    }

    /// Has `body` look at the log again if a file that it found is no longer the log's when it opens it: a segment was
    /// deleted or truncated meanwhile.
    ///
    /// Who takes files away holds ``maintenance`` for as long as readers can find them still.
    @inline(__always)
    func lookingAgain<Result>(_ body: () throws(LogError) -> Result) throws(LogError) -> Result {
        for _ in 0..<Self.looks - 1 {
            do throws(LogError) { return try body() } catch {
                guard error.code == .cancelled else { throw error }
                maintenance.withLock { _ in }
            }
        }
        return try body()
    }

    /// As often as segments can be taken away from under a reader who does nothing else.
    private static let looks = 16
}
