internal import RecordFormat

/// How much is appended between two flushes, as the append lane sees it: what an append costs best depends on how soon a
/// sync follows it.
///
/// Lives in the append lane.
struct FlushPace {
    /// The log's recovery point when it was last looked at.
    private var offset = LogOffset(-1)
    /// Where the file ended then.
    private var position: Int
    /// The bytes between the last two flushes that were noticed; `nil` before the second.
    private var stride: Int?

    /// Creates the pace of a file that ends at `position`.
    init(at position: Int) { self.position = position }

    /// Notes how far the log was flushed when its file ended at `position`.
    ///
    /// - Complexity: one comparison while there was no flush.
    mutating func note(recoveryPoint: LogOffset, at position: Int) {
        guard recoveryPoint != offset else { return }
        // The first is where counting begins: it may be long ago.
        if offset.rawValue >= 0 { stride = position - self.position }
        (offset, self.position) = (recoveryPoint, position)
    }

    /// Whether no more than `count` bytes come between two flushes, going by the last two and what came since.
    func isFlushed(within count: Int, at position: Int) -> Bool {
        guard let stride else { return false }
        return max(stride, unflushed(at: position)) <= count
    }

    /// The bytes up to `position` that were appended since the last flush.
    func unflushed(at position: Int) -> Int { position - self.position }
}
