public import RecordFormat
internal import Synchronization

/// What a read found.
public struct LogRead: Sendable {
    /// The bytes to serve; `nil` when nothing is there yet, or nothing that fits.
    public var slice: LogSlice?
    /// The watermarks at the moment of the read.
    public var watermarks: LogWatermarks
    /// For ``FetchIsolation/transactionCommitted`` the aborted transactions that have records in ``slice``: a reader
    /// skips their producers' batches from each first offset on up to the marker (KIP-98). Some may lie behind the
    /// slice.
    public var abortedTransactions: [AbortedTransaction] = []
}

extension PartitionLog {
    /// Finds the batches from `offset` on.
    ///
    /// The first batch may begin below `offset`; a reader skips what it did not ask for.
    ///
    /// - Parameters:
    ///   - offset: From the log start up to the log end.
    ///   - isolation: How far the reader may see.
    ///   - limit: The most bytes to give, at least 0.
    ///   - mustProgress: Gives the first batch whole even when it alone exceeds `limit` (KIP-74).
    /// - Returns: A stretch of one segment, no bytes of which have been read.
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` outside of the log, `.corruptBatch` if what held the
    ///   offset is damaged, or the way there, `.tooManyOpenFiles`, `.io`, `.closed`.
    /// - Complexity: no system calls for the last ``RecentBatches/capacity`` batches, as a rule one `pread` for others;
    ///   a few more where a file was given back (``LogResidency``).
    public func read(
        from offset: LogOffset, upTo isolation: FetchIsolation, limit: Int, mustProgress: Bool
    ) throws(LogError) -> LogRead {
        try lookingAgain { () throws(LogError) in
            try readOnce(from: offset, upTo: isolation, limit: limit, mustProgress: mustProgress)
        }
    }

    private func readOnce(
        from offset: LogOffset, upTo isolation: FetchIsolation, limit: Int, mustProgress: Bool
    ) throws(LogError) -> LogRead {
        let view = view(of: offset, upTo: isolation)
        let marks = view.marks
        guard !view.segments.isEmpty else { throw closedError }
        guard offset >= marks.logStartOffset, offset <= marks.logEndOffset else {
            throw LogError(
                .offsetOutOfRange,
                "offset \(offset) is outside of \(marks.logStartOffset)...\(marks.logEndOffset) in \(directory)")
        }
        guard offset < view.bound else { return LogRead(slice: nil, watermarks: marks) }
        do throws(LogError) {
            guard let (index, first) = try locate(offset, in: view),
                let slice = try slice(index, first: first, view: view, limit: limit, mustProgress: mustProgress)
            else { return LogRead(slice: nil, watermarks: marks) }
            var result = LogRead(slice: slice, watermarks: marks)
            if isolation == .transactionCommitted {
                result.abortedTransactions = try abortedTransactions(in: slice, from: offset, index, view)
            }
            return result
        } catch {
            if error.code == .corruptBatch || error.code == .corruptIndex {
                observer.logDidFindDamage(directory, error: error)
            }
            throw error
        }
    }

    /// What a reader of `offset` copies of the log's state.
    func view(of offset: LogOffset, upTo isolation: FetchIsolation) -> ReadView {
        state.withLock { state in
            let bound = Self.bound(isolation, state.watermarks)
            return ReadView(
                segments: state.segments, marks: state.watermarks, bound: bound, activeSize: state.activeSize,
                tail: state.tail, recentStart: state.recent.locate(offset), recentEnd: state.recent.locate(bound))
        }
    }

    static func bound(_ isolation: FetchIsolation, _ marks: LogWatermarks) -> LogOffset {
        switch isolation {
        case .logEnd: marks.logEndOffset
        case .highWatermark: marks.highWatermark
        case .transactionCommitted: marks.lastStableOffset
        }
    }

    /// The first batch that ends at or above `offset`, with its segment's place in the view.
    private func locate(
        _ offset: LogOffset, in view: ReadView
    ) throws(LogError) -> (index: Int, first: BatchLocation)? {
        if let first = view.recentStart { return (view.segments.count - 1, first) }
        // Compaction leaves offsets that no batch has, and so do records that are gone without a trace: the next segment
        // answers. Damage at a segment's end is for the reader who comes across it.
        for index in (view.segments.lastIndex { $0.baseOffset <= offset } ?? 0)..<view.segments.count {
            guard view.segments[index].baseOffset < view.bound else { return nil }
            let size = view.size(of: index)
            if let first = try view.segments[index].locate(offset, within: size, observer: observer) {
                return (index, first)
            }
            try view.segments[index].checkEnd(below: view.bound)
        }
        return nil
    }

    private func slice(
        _ index: Int, first: BatchLocation, view: ReadView, limit: Int, mustProgress: Bool
    ) throws(LogError) -> LogSlice? {
        let available = try end(of: view.bound, in: index, view: view) - first.position
        guard available > 0 else { return nil }
        if limit < first.size && !mustProgress { return nil }
        return LogSlice(
            segment: view.segments[index], file: try view.file(of: index), observer: observer,
            firstOffset: first.baseOffset, position: first.position,
            byteCount: min(available, max(limit, first.size)), isRecent: view.recentStart == first)
    }

    /// The position in a segment at which what lies below `bound` ends: a batch that reaches across it does not count.
    func end(of bound: LogOffset, in index: Int, view: ReadView) throws(LogError) -> Int {
        let size = view.size(of: index)
        if bound >= view.endOffset(of: index) { return size }
        if index == view.segments.count - 1, bound == view.bound, let recent = view.recentEnd { return recent.position }
        // Damage there is above the bound: it is no reason to refuse what lies below.
        return try view.segments[index].cut(at: bound, within: size, observer: observer).position
    }
}
