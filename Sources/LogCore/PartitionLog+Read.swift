public import RecordFormat
internal import Synchronization

/// What a read found.
public struct LogRead: Sendable {
    /// The bytes to serve; `nil` when nothing is there yet, or nothing that fits.
    public var slice: LogSlice?
    /// The watermarks at the moment of the read.
    public var watermarks: LogWatermarks
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
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` outside of the log, `.corruptBatch` if the way to the offset is damaged, `.closed`.
    /// - Complexity: no system calls for the last ``RecentBatches/capacity`` batches, as a rule one `pread` for others.
    public func read(
        from offset: LogOffset, upTo isolation: FetchIsolation, limit: Int, mustProgress: Bool
    ) throws(LogError) -> LogRead {
        let (segments, marks, recentStart, recentEnd) = state.withLock { state in
            let bound = Self.bound(isolation, state.watermarks)
            return (state.segments, state.watermarks, state.recent.locate(offset), state.recent.locate(bound))
        }
        guard !segments.isEmpty else { throw LogError(.closed, "\(directory) is closed") }
        guard offset >= marks.logStartOffset, offset <= marks.logEndOffset else {
            throw LogError(
                .offsetOutOfRange,
                "offset \(offset) is outside of \(marks.logStartOffset)...\(marks.logEndOffset) in \(directory)")
        }
        let bound = Self.bound(isolation, marks)
        guard offset < bound else { return LogRead(slice: nil, watermarks: marks) }
        var index = segments.lastIndex { $0.baseOffset <= offset } ?? 0
        while index < segments.count {
            let segment = segments[index]
            let isActive = index == segments.count - 1
            let size = segment.size
            do throws(LogError) {
                let known = isActive ? recentStart : nil
                if let first = try known != nil ? known : segment.locate(offset, within: size) {
                    let end = try Self.end(
                        of: bound, in: segment, size: size, recent: isActive ? recentEnd : nil, isLast: isActive, marks: marks,
                        next: isActive ? nil : segments[index + 1].baseOffset)
                    let slice = slice(segment, first: first, end: end, limit: limit, mustProgress: mustProgress)
                    return LogRead(slice: slice, watermarks: marks)
                }
            } catch {
                if error.code == .corruptBatch { observer.logDidFindDamage(directory, error: error) }
                throw error
            }
            // Compaction, or damage at a segment's end, leaves offsets that no batch has: the next segment answers.
            index += 1
        }
        return LogRead(slice: nil, watermarks: marks)
    }

    private static func bound(_ isolation: FetchIsolation, _ marks: LogWatermarks) -> LogOffset {
        switch isolation {
        case .logEnd: marks.logEndOffset
        case .highWatermark: marks.highWatermark
        }
    }

    /// The position in `segment` at which what lies below `bound` ends.
    private static func end(
        of bound: LogOffset, in segment: LogSegment, size: Int, recent: BatchLocation?, isLast: Bool, marks: LogWatermarks,
        next: LogOffset?
    ) throws(LogError) -> Int {
        if bound >= (next ?? marks.logEndOffset) {
            // The segment may have grown since the watermarks were read: the bytes behind them are not for this reader.
            return isLast ? try segment.locate(marks.logEndOffset, within: segment.size)?.position ?? size : size
        }
        if let recent { return recent.position }
        return try segment.locate(bound, within: size)?.position ?? size
    }

    private func slice(
        _ segment: LogSegment, first: BatchLocation, end: Int, limit: Int, mustProgress: Bool
    ) -> LogSlice? {
        let available = end - first.position
        guard available > 0 else { return nil }
        if limit < first.size && !mustProgress { return nil }
        let count = min(available, max(limit, first.size))
        return LogSlice(segment: segment, observer: observer, position: first.position, byteCount: count)
    }

    /// Finds the first record at or after `timestamp`, below the bound of `isolation`.
    ///
    /// - Returns: Its offset, its own timestamp and its leader epoch; `nil` if every record is older.
    /// - Throws: ``LogError`` with code `.corruptBatch` or `.io`.
    /// - Complexity: two index lookups and a scan of at most one index interval.
    public func offset(
        for timestamp: Timestamp, upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        let (segments, marks) = state.withLock { ($0.segments, $0.watermarks) }
        let bound = Self.bound(isolation, marks)
        for segment in segments where segment.largestTimestamp >= timestamp {
            let start = segment.timeIndex.lookup(timestamp)?.offset ?? segment.baseOffset
            let size = segment.size
            guard let first = try segment.locate(max(start, marks.logStartOffset), within: size) else { continue }
            var scanner = BatchScanner(segment, from: first.position, to: size)
            while let (header, location) = try scanner.next(), header.baseOffset < bound {
                guard header.maxTimestamp >= timestamp else { continue }
                if let found = try record(at: timestamp, in: location, of: segment, from: marks.logStartOffset, below: bound) {
                    return (found.offset, found.timestamp, header.leaderEpoch)
                }
            }
        }
        return nil
    }

    /// The record with the latest timestamp below the bound of `isolation` (KIP-734); `nil` in an empty log.
    public func latestTimestamp(
        upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        let segments = state.withLock { $0.segments }
        guard let latest = segments.map(\.largestTimestamp).max(), latest > .none else { return nil }
        return try offset(for: latest, upTo: isolation)
    }

    private func record(
        at timestamp: Timestamp, in location: BatchLocation, of segment: LogSegment, from start: LogOffset, below bound: LogOffset
    ) throws(LogError) -> Record? {
        let bytes = try segment.log.read(at: location.position, count: location.size)
        do {
            return try RecordBatch(validating: bytes).records().first {
                $0.timestamp >= timestamp && $0.offset >= start && $0.offset < bound
            }
        } catch {
            throw segment.damage(at: location.position, "\(error)")
        }
    }
}
