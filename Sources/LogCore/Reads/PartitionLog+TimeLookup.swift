public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Finds the first record at or after `timestamp`, below the bound of `isolation`.
    ///
    /// - Returns: Its offset, its own timestamp and its leader epoch; `nil` if every record is older.
    /// - Throws: ``LogError`` with code `.corruptBatch` or `.io`.
    /// - Complexity: two index lookups and a scan of at most one index interval.
    public func offset(
        for timestamp: Timestamp, upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        try lookingAgain { () throws(LogError) in try findOffset(for: timestamp, upTo: isolation) }
    }

    private func findOffset(
        for timestamp: Timestamp, upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        let (segments, marks) = state.withLock { ($0.segments, $0.watermarks) }
        guard !segments.isEmpty else { throw closedError }
        let bound = Self.bound(isolation, marks)
        for segment in segments where segment.largestTimestamp >= timestamp {
            let size = segment.size
            let start = try segment.timeHint(timestamp, within: size, observer: observer)
            let first = try segment.locate(max(start, marks.logStartOffset), within: size, observer: observer)
            var scanner = BatchScanner(segment, from: first?.position ?? size, to: size)
            while let (header, location) = try scanner.next(), header.baseOffset < bound {
                guard header.maxTimestamp >= timestamp else { continue }
                if let found = try record(
                    at: timestamp, in: location, of: segment, from: marks.logStartOffset, below: bound)
                {
                    return (found.offset, found.timestamp, header.leaderEpoch)
                }
            }
            // A record as late may be among those that damage took.
            try segment.checkEnd(below: bound)
        }
        return nil
    }

    /// The record with the latest timestamp below the bound of `isolation` (KIP-734).
    ///
    /// - Returns: `nil` in an empty log, and while that record is not below the bound yet.
    /// - Throws: as ``offset(for:upTo:)``.
    /// - Complexity: as ``offset(for:upTo:)``; O(*n*) in the batches of the first segment if records of it were deleted
    ///   and it may have had the latest, or of the log if compaction took the record with the latest.
    public func latestTimestamp(
        upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        try lookingAgain { () throws(LogError) in try findLatestTimestamp(upTo: isolation) }
    }

    private func findLatestTimestamp(
        upTo isolation: FetchIsolation
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)? {
        let (segments, start) = state.withLock { ($0.segments, $0.watermarks.logStartOffset) }
        var latest = segments.dropFirst().map(\.largestTimestamp).max() ?? .none
        if let first = segments.first, first.largestTimestamp > latest {
            let isWhole = first.baseOffset >= start
            latest = max(latest, isWhole ? first.largestTimestamp : try latestTimestamp(in: first, from: start))
        }
        guard latest > .none else { return nil }
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
            var scanner = BatchScanner(segment, from: 0, to: segment.size)
            while let (header, location) = try scanner.next(), header.baseOffset < marks.logEndOffset {
                // Most batches are passed over by their header; of the others the first record with the time counts.
                guard header.recordCount > 0, header.lastOffset >= marks.logStartOffset,
                    header.maxTimestamp > best?.timestamp ?? .none
                else { continue }
                try walk(location, of: segment) { offset, time in
                    if offset >= marks.logStartOffset, time > best?.timestamp ?? .none {
                        best = (offset, time, header.leaderEpoch)
                    }
                    return true
                }
            }
        }
        return best
    }

    /// The latest timestamp of the records from `start` on: what was deleted below may have had the segment's latest.
    private func latestTimestamp(in segment: LogSegment, from start: LogOffset) throws(LogError) -> Timestamp {
        let size = segment.size
        guard let first = try segment.locate(start, within: size, observer: observer) else { return .none }
        var latest = Timestamp.none
        var scanner = BatchScanner(segment, from: first.position, to: size)
        while let (header, location) = try scanner.next() {
            guard header.maxTimestamp > latest else { continue }
            if header.baseOffset >= start {
                latest = header.maxTimestamp
                continue
            }
            // The batch that reaches across the start.
            try walk(location, of: segment) { offset, time in
                if offset >= start { latest = max(latest, time) }
                return true
            }
        }
        return latest
    }

    /// The first record of a batch that is as late as `timestamp`, within the offsets given.
    private func record(
        at timestamp: Timestamp, in location: BatchLocation, of segment: LogSegment, from start: LogOffset,
        below bound: LogOffset
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp)? {
        var found: (offset: LogOffset, timestamp: Timestamp)?
        try walk(location, of: segment) { offset, time in
            if time >= timestamp, offset >= start, offset < bound { found = (offset, time) }
            return found == nil
        }
        return found
    }

    /// Calls `body` with offset and timestamp of the batch's records, one by one, until it returns false.
    ///
    /// The records stay where they lie; those of a compressed batch are decompressed, up to what an append allows.
    private func walk(
        _ location: BatchLocation, of segment: LogSegment, _ body: (LogOffset, Timestamp) -> Bool
    ) throws(LogError) {
        let bytes = try segment.file().read(at: location.position, count: location.size)
        do {
            let batch = try RecordBatch(validating: bytes)
            let header = batch.header
            let appendTime = header.attributes.timestampType == .logAppendTime ? header.maxTimestamp : nil
            let section = try batch.recordSection(limit: configuration.decompressedLimit)
            var cursor = RecordCursor(range: 0..<section.count, count: header.recordCount)
            while let deltas = try cursor.nextDeltas(in: section.bytes) {
                let time =
                    appendTime ?? Timestamp(milliseconds: header.baseTimestamp.milliseconds &+ deltas.timestamp)
                guard body(header.baseOffset + Int64(deltas.offset), time) else { return }
            }
        } catch {
            guard error.code != .limitExceeded else {
                throw LogError(
                    .recordTooLarge,
                    "\(segment.path(FileNames.Suffix.log)): the batch at position \(location.position) grows beyond what max.message.bytes allows when decompressed"
                )
            }
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
        var index = try hint(observer) { () throws(LogError) in try timeIndex.lookup(timestamp) }
        while let candidate = index {
            let entry = try timeIndex.entry(at: candidate)
            if entry.timestamp <= timestamp, let place = try locate(entry.offset, within: size),
                try hasTimestamp(entry.timestamp, at: place, within: size)
            {
                return entry.offset
            }
            // The index is right about a batch that the log has lost.
            if damagedEnd.map({ entry.offset < $0.firstOffset }) ?? true {
                report(indexFault: timeIndex.path, entry: candidate, to: observer)
            }
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
