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
        return try offset(for: latest, upTo: isolation)
    }

    /// The first record of a batch that is as late as `timestamp`, within the offsets given.
    ///
    /// Walks the records where they lie; those of a compressed batch are decompressed, up to what an append allows.
    private func record(
        at timestamp: Timestamp, in location: BatchLocation, of segment: LogSegment, from start: LogOffset,
        below bound: LogOffset
    ) throws(LogError) -> (offset: LogOffset, timestamp: Timestamp)? {
        let bytes = try segment.log.read(at: location.position, count: location.size)
        do {
            let batch = try RecordBatch(validating: bytes)
            let header = batch.header
            let appendTime = header.attributes.timestampType == .logAppendTime ? header.maxTimestamp : nil
            let section = try batch.recordSection(limit: configuration.decompressedLimit)
            var cursor = RecordCursor(range: 0..<section.count, count: header.recordCount)
            while let deltas = try cursor.nextDeltas(in: section.bytes) {
                let offset = header.baseOffset + Int64(deltas.offset)
                let time =
                    appendTime ?? Timestamp(milliseconds: header.baseTimestamp.milliseconds &+ deltas.timestamp)
                if time >= timestamp, offset >= start, offset < bound { return (offset, time) }
            }
            return nil
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
