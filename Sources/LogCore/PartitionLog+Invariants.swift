internal import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Proves what every change of the log has to leave behind, in builds with `LOGCORE_INTERNAL_CHECKS`: those for
    /// debugging, and so all tests.
    func checkInvariants(_ lane: borrowing Lane) {
        #if LOGCORE_INTERNAL_CHECKS
        lane.producers.checkInvariants()
        lane.epochs.checkInvariants()
        let open = UnstableTransactions(lane.producers).open
        let position = lane.writer.position
        let active = lane.writer.segment
        state.withLock { state in
            state.transactions.checkInvariants()
            precondition(state.transactions.open == open, "the producers know of other open transactions")
            precondition(
                state.watermarks.firstUnstableOffset == state.transactions.firstUnstableOffset,
                "the last stable offset follows from other transactions")
            precondition(
                zip(state.segments, state.segments.dropFirst()).allSatisfy { $0.baseOffset < $1.baseOffset },
                "segments out of order")
            precondition(state.segments.last === active, "the writer has another segment than the last")
            precondition(
                state.activeSize == position && active.size == position,
                "the active segment has \(active.size) bytes, \(position) were written, \(state.activeSize) are visible"
            )
            precondition(active.baseOffset <= state.watermarks.logEndOffset, "the active segment begins above the end")
        }
        #endif
    }
}
