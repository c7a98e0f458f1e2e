internal import RecordFormat

extension PartitionLog {
    /// The aborted transactions that a reader of `slice` has to know of.
    ///
    /// A transaction's entry is in the index of the segment that holds its marker, which may be a later one. Below the
    /// last stable offset every transaction has its marker, so that a slice below it misses none.
    ///
    /// - Parameters:
    ///   - offset: What the reader asked for; the slice may begin below.
    ///   - index: The segment of the slice in `view`.
    func abortedTransactions(
        in slice: LogSlice, from offset: LogOffset, _ index: Int, _ view: ReadView
    ) throws(LogError) -> [AbortedTransaction] {
        let start = min(offset, slice.firstOffset)
        let end = max(start, try endOffset(of: slice, index, view))
        guard start < end else { return [] }
        var found: [AbortedTransaction] = []
        for segment in view.segments[index...] {
            let part = try segment.transactionIndex.entries(overlapping: start..<end)
            found += part.entries
            if part.isComplete { break }
        }
        return found
    }

    /// An offset that no record of the slice reaches: by the first index entry behind it whose batch bears it out, or
    /// else the end of what the reader may see of the segment.
    ///
    /// An answer that is too high costs the reader some entries that it does not need, one that is too low would show
    /// it aborted records.
    private func endOffset(of slice: LogSlice, _ index: Int, _ view: ReadView) throws(LogError) -> LogOffset {
        let segment = view.segments[index]
        let limit = min(view.bound, view.endOffset(of: index))
        let end = slice.position + slice.byteCount
        let found = try segment.hint(observer) { () throws(LogError) in
            try segment.offsetIndex.lookup(position: end - 1)
        }
        let next = found.map { $0 + 1 } ?? 0
        guard next < segment.offsetIndex.count else { return limit }
        let entry = try segment.offsetIndex.entry(at: next)
        guard entry.position >= end, entry.offset < limit,
            try BatchScanner(segment, at: entry, to: view.size(of: index)) != nil
        else { return limit }
        return entry.offset + 1
    }
}
