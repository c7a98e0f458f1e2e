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
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` outside of the log, `.corruptBatch` if the way to the
    ///   offset is damaged, `.closed`.
    /// - Complexity: no system calls for the last ``RecentBatches/capacity`` batches, as a rule one `pread` for others.
    public func read(
        from offset: LogOffset, upTo isolation: FetchIsolation, limit: Int, mustProgress: Bool
    ) throws(LogError) -> LogRead {
        let view = state.withLock { state in
            let bound = Self.bound(isolation, state.watermarks)
            return View(
                segments: state.segments, marks: state.watermarks, activeSize: state.activeSize,
                recentStart: state.recent.locate(offset), recentEnd: state.recent.locate(bound))
        }
        let marks = view.marks
        guard let active = view.segments.last else { throw LogError(.closed, "\(directory) is closed") }
        guard offset >= marks.logStartOffset, offset <= marks.logEndOffset else {
            throw LogError(
                .offsetOutOfRange,
                "offset \(offset) is outside of \(marks.logStartOffset)...\(marks.logEndOffset) in \(directory)")
        }
        let bound = Self.bound(isolation, marks)
        guard offset < bound else { return LogRead(slice: nil, watermarks: marks) }
        do throws(LogError) {
            if let first = view.recentStart {
                let end = try end(of: bound, in: active, view: view, next: nil)
                return LogRead(
                    slice: slice(
                        active, first: first, end: end, limit: limit, mustProgress: mustProgress, isRecent: true),
                    watermarks: marks)
            }
            // Compaction, or damage at a segment's end, leaves offsets that no batch has: the next segment answers.
            for index in (view.segments.lastIndex { $0.baseOffset <= offset } ?? 0)..<view.segments.count {
                let segment = view.segments[index]
                let isActive = index == view.segments.count - 1
                guard segment.baseOffset < bound else { break }
                let size = isActive ? view.activeSize : segment.size
                guard let first = try segment.locate(offset, within: size, observer: observer) else { continue }
                let end = try end(
                    of: bound, in: segment, view: view, next: isActive ? nil : view.segments[index + 1].baseOffset)
                return LogRead(
                    slice: slice(
                        segment, first: first, end: end, limit: limit, mustProgress: mustProgress, isRecent: false),
                    watermarks: marks)
            }
        } catch {
            if error.code == .corruptBatch { observer.logDidFindDamage(directory, error: error) }
            throw error
        }
        return LogRead(slice: nil, watermarks: marks)
    }

    /// What a reader copies of the log's state, all of one moment.
    private struct View {
        var segments: [LogSegment]
        var marks: LogWatermarks
        var activeSize: Int
        var recentStart: BatchLocation?
        var recentEnd: BatchLocation?
    }

    private static func bound(_ isolation: FetchIsolation, _ marks: LogWatermarks) -> LogOffset {
        switch isolation {
        case .logEnd: marks.logEndOffset
        case .highWatermark: marks.highWatermark
        }
    }

    /// The position in `segment` at which what lies below `bound` ends; `next` is the base of the segment behind, `nil`
    /// for the active one.
    private func end(of bound: LogOffset, in segment: LogSegment, view: View, next: LogOffset?) throws(LogError) -> Int
    {
        let size = next == nil ? view.activeSize : segment.size
        if bound >= next ?? view.marks.logEndOffset { return size }
        if next == nil, let recent = view.recentEnd { return recent.position }
        return try segment.locate(bound, within: size, observer: observer)?.position ?? size
    }

    private func slice(
        _ segment: LogSegment, first: BatchLocation, end: Int, limit: Int, mustProgress: Bool, isRecent: Bool
    ) -> LogSlice? {
        let available = end - first.position
        guard available > 0 else { return nil }
        if limit < first.size && !mustProgress { return nil }
        let count = min(available, max(limit, first.size))
        return LogSlice(
            segment: segment, observer: observer, firstOffset: first.baseOffset, position: first.position,
            byteCount: count,
            isRecent: isRecent)
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
        guard !segments.isEmpty else { throw LogError(.closed, "\(directory) is closed") }
        let bound = Self.bound(isolation, marks)
        for segment in segments where segment.largestTimestamp >= timestamp {
            let size = segment.size
            let start = try segment.timeHint(timestamp, within: size, observer: observer)
            guard let first = try segment.locate(max(start, marks.logStartOffset), within: size, observer: observer)
            else { continue }
            var scanner = BatchScanner(segment, from: first.position, to: size)
            while let (header, location) = try scanner.next(), header.baseOffset < bound {
                guard header.maxTimestamp >= timestamp else { continue }
                if let found = try record(
                    at: timestamp, in: location, of: segment, from: marks.logStartOffset, below: bound)
                {
                    return (found.offset, found.timestamp, header.leaderEpoch)
                }
            }
        }
        return nil
    }

    /// The record with the latest timestamp below the bound of `isolation` (KIP-734).
    ///
    /// - Returns: `nil` in an empty log, and while that record is not below the bound yet.
    /// - Throws: as ``offset(for:upTo:)``.
    public func latestTimestamp(
        upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        let segments = state.withLock { $0.segments }
        guard let latest = segments.map(\.largestTimestamp).max(), latest > .none else { return nil }
        if let found = try offset(for: latest, upTo: isolation) { return found }
        // It is above the bound; or compaction left of its batch nothing but the header, which keeps its time.
        guard try offset(for: latest, upTo: .logEnd) == nil, let found = try scannedLatestTimestamp() else {
            return nil
        }
        return found.offset < Self.bound(isolation, watermarks) ? found : nil
    }

    /// The record with the latest timestamp of the whole log, by a look at every batch.
    private func scannedLatestTimestamp() throws(LogError) -> (
        offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch
    )? {
        let (segments, marks) = state.withLock { ($0.segments, $0.watermarks) }
        var best: (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)?
        for segment in segments {
            let size = segment.size
            var scanner = BatchScanner(segment, from: 0, to: size)
            while let (header, location) = try scanner.next(), header.baseOffset < marks.logEndOffset {
                // Most batches are passed over by their header; of the others the first record with the time counts.
                guard header.recordCount > 0, header.lastOffset >= marks.logStartOffset,
                    header.maxTimestamp > best?.timestamp ?? .none,
                    let latest = try latest(in: location, of: segment, from: marks.logStartOffset),
                    latest.timestamp > best?.timestamp ?? .none
                else { continue }
                best = (latest.offset, latest.timestamp, header.leaderEpoch)
            }
        }
        return best
    }

    private func latest(
        in location: BatchLocation, of segment: LogSegment, from start: LogOffset
    ) throws(LogError) -> Record? {
        let bytes = try segment.log.read(at: location.position, count: location.size)
        do {
            let records = try RecordBatch(validating: bytes).records().filter { $0.offset >= start }
            let time = records.map(\.timestamp).max()
            return records.first { $0.timestamp == time }
        } catch {
            throw segment.damage(at: location.position, "\(error)")
        }
    }

    private func record(
        at timestamp: Timestamp, in location: BatchLocation, of segment: LogSegment, from start: LogOffset,
        below bound: LogOffset
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

extension LogSegment {
    /// An offset below which no record is as late as `timestamp`: that of the best time index entry which its batch
    /// bears out.
    fileprivate func timeHint(
        _ timestamp: Timestamp, within size: Int, observer: any LogObserver
    ) throws(LogError) -> LogOffset {
        var index = timeIndex.lookup(timestamp)
        while let candidate = index {
            let entry = timeIndex.entry(at: candidate)
            if entry.timestamp <= timestamp, let place = try locate(entry.offset, within: size),
                try hasTimestamp(entry.timestamp, at: place, within: size)
            {
                return entry.offset
            }
            report(indexFault: timeIndex.path, entry: candidate, to: observer)
            index = candidate > 0 ? candidate - 1 : nil
        }
        return baseOffset
    }

    private func hasTimestamp(
        _ timestamp: Timestamp, at place: BatchLocation, within size: Int
    ) throws(LogError) -> Bool {
        var scanner = BatchScanner(self, from: place.position, to: size)
        return try scanner.next()?.header.maxTimestamp == timestamp
    }
}
