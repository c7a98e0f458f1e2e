public import RecordFormat

extension PartitionLog {
    /// Finds the batches that end where `offset` begins, for a reader who goes from new to old.
    ///
    /// The stretch ends with the batch that holds the record before `offset`, or the nearest below where compaction has
    /// taken that, and begins with the first batch that still fits into `limit`. To go on, read before the
    /// ``LogSlice/firstOffset`` of what came. The last batch may reach beyond `offset`, and the first may begin below
    /// the log start; a reader skips what it did not ask for.
    ///
    /// - Parameters:
    ///   - offset: Exclusive; from the log start up to the log end.
    ///   - isolation: How far the reader may see; what lies above is passed over.
    ///   - limit: The most bytes to give; the last batch is given whole in any case.
    /// - Returns: Whole batches of one segment, none of which was read; no slice at the log start.
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` outside of the log, `.corruptBatch` if the way to the
    ///   batches is damaged, `.closed`.
    /// - Complexity: two index lookups, each with a scan of the headers of at most one index interval.
    public func read(
        before offset: LogOffset, upTo isolation: FetchIsolation, limit: Int
    ) throws(LogError) -> LogRead {
        try lookingAgain { () throws(LogError) in try readOnce(before: offset, upTo: isolation, limit: limit) }
    }

    private func readOnce(
        before offset: LogOffset, upTo isolation: FetchIsolation, limit: Int
    ) throws(LogError) -> LogRead {
        let view = view(of: offset, upTo: isolation)
        let marks = view.marks
        guard !view.segments.isEmpty else { throw closedError }
        guard offset >= marks.logStartOffset, offset <= marks.logEndOffset else {
            throw LogError(
                .offsetOutOfRange,
                "offset \(offset) is outside of \(marks.logStartOffset)...\(marks.logEndOffset) in \(directory)")
        }
        var result = LogRead(slice: nil, watermarks: marks)
        let target = min(offset, view.bound)
        guard target > marks.logStartOffset else { return result }
        do throws(LogError) {
            var index = view.segments.lastIndex { $0.baseOffset < target } ?? 0
            while true {
                if let slice = try slice(endingBefore: target, in: index, view: view, limit: limit) {
                    result.slice = slice
                    if isolation == .transactionCommitted {
                        result.abortedTransactions = try abortedTransactions(
                            in: slice, from: slice.firstOffset, index, view)
                    }
                    return result
                }
                // Compaction may have taken all that this segment had below the offset.
                guard index > 0, view.segments[index].baseOffset > marks.logStartOffset else { return result }
                index -= 1
            }
        } catch {
            if error.code == .corruptBatch || error.code == .corruptIndex {
                observer.logDidFindDamage(directory, error: error)
            }
            throw error
        }
    }

    private func slice(
        endingBefore target: LogOffset, in index: Int, view: ReadView, limit: Int
    ) throws(LogError) -> LogSlice? {
        let segment = view.segments[index]
        try segment.checkEnd(below: target)
        let visible = try end(of: view.bound, in: index, view: view)
        // The batch that holds the target itself is left out, unless the record before is in it, too.
        var end = visible
        // Looked for in all of the segment: damage there ends what is visible, and must not be passed over.
        if target < view.endOffset(of: index),
            let at = try segment.locate(target, within: view.size(of: index), observer: observer)
        {
            end = min(visible, at.baseOffset < target ? at.position + at.size : at.position)
        }
        let lowest = try segment.locate(view.marks.logStartOffset, within: visible, observer: observer)?.position ?? end
        guard lowest < end else { return nil }
        guard let first = try segment.firstBatch(from: max(lowest, end - max(limit, 0)), before: end) else {
            return nil
        }
        return LogSlice(
            segment: segment, file: try view.file(of: index), observer: observer, firstOffset: first.baseOffset,
            position: first.position,
            byteCount: end - first.position, isRecent: false)
    }
}

extension LogSegment {
    /// The first batch that begins at or behind `position`, or else the last before `end`, which is where a batch ends.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch` if the way there is damaged.
    /// - Complexity: one index lookup and a scan of one index interval.
    fileprivate func firstBatch(from position: Int, before end: Int) throws(LogError) -> BatchLocation? {
        var scanner = BatchScanner(self, from: 0, to: end)
        var index = try hint(nil) { () throws(LogError) in try offsetIndex.lookup(position: position) }
        while let candidate = index {
            let entry = try offsetIndex.entry(at: candidate)
            if entry.position <= position, let indexed = try BatchScanner(self, at: entry, to: end) {
                scanner = indexed
                break
            }
            index = candidate > 0 ? candidate - 1 : nil
        }
        var last: BatchLocation?
        while true {
            let start = scanner.position
            do throws(LogError) {
                guard let batch = try scanner.next() else { return last }
                if batch.location.position >= position { return batch.location }
                last = batch.location
            } catch {
                // Damage ends what can be read in one stretch: it begins behind it.
                guard error.code == .corruptBatch, try scanner.skipDamage(at: start) else { throw error }
                last = nil
            }
        }
    }
}
