public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Deletes the segments that the settings no longer keep, oldest first; nothing above the high watermark goes.
    ///
    /// When the active segment itself has expired, it is rolled and goes with the others.
    ///
    /// - Parameter now: The broker's time.
    /// - Returns: The base offsets of the deleted segments.
    /// - Throws: ``LogError`` with code `.io` or `.storageFull`; segments that were not removed are hidden from readers
    ///   all the same, and go with the next attempt, or come back with the next start.
    /// - Complexity: one `fdatasync`, and one `fsync` of the directory for each segment deleted.
    @discardableResult
    public func deleteOldSegments(now: Timestamp) throws(LogError) -> [LogOffset] {
        let configuration = configuration
        guard configuration.cleanupPolicy.contains(.delete) else { return try deleteSegments { _, _ in false } }
        try Self.unlessFull { () throws(LogError) in try rollIfExpired(configuration, now: now) }
        return try deleteSegments { segment, excess in
            if let retention = configuration.retention, Self.hasExpired(segment, retention, now: now) { return true }
            guard let limit = configuration.retentionBytes else { return false }
            return excess - segment.size >= limit
        }
    }

    /// Whether a segment's youngest record is older than `retention`; one whose age cannot be told stays.
    private static func hasExpired(_ segment: LogSegment, _ retention: Duration, now: Timestamp) -> Bool {
        guard let latest = try? segment.retentionTimestamp() else { return false }
        return Duration.milliseconds(now.milliseconds - latest.milliseconds) > retention
    }

    private func rollIfExpired(_ configuration: LogConfiguration, now: Timestamp) throws(LogError) {
        guard let retention = configuration.retention, failure == nil else { return }
        try withWritableLane { lane throws(LogError) in
            let active = lane.writer.segment
            guard active.size > 0, Self.hasExpired(active, retention, now: now)
            else { return }
            try roll(at: watermarks.logEndOffset, in: &lane)
        }
    }

    /// Deletes from the front what lies below the log start, and while `isExpired` says so of a segment, given the
    /// log's size at that point.
    private func deleteSegments(where isExpired: (LogSegment, Int) -> Bool) throws(LogError) -> [LogOffset] {
        var deleted: [LogOffset] = []
        defer { for offset in deleted { observer.logDidDeleteSegment(directory, baseOffset: offset) } }
        // No truncation may be halfway through, and no compaction about to give a segment's names to another.
        try maintenance.withLock { _ throws(LogError) in
            takeSegments(where: isExpired)
            try removeDoomed(&deleted)
        }
        if !deleted.isEmpty { try Self.unlessFull { () throws(LogError) in try trimEpochs() } }
        return deleted
    }

    /// Removes the files of segments that readers find no more, those first that an earlier attempt left.
    ///
    /// One by one, from the oldest, each durable before the next: a power cut that let an older one come back without its
    /// successor would leave a hole, which the next start takes for the end of what was synced. So would an attempt that
    /// fails, and a later one that begins behind what it left.
    private func removeDoomed(_ deleted: inout [LogOffset]) throws(LogError) {
        let (doomed, first) = state.withLock { ($0.doomed, $0.segments.first) }
        guard !doomed.isEmpty else { return }
        if let first { try syncSnapshot(at: first.baseOffset) }
        for segment in doomed {
            try files.sync()
            try segment.removeFiles()
            _ = state.withLock { $0.doomed.removeFirst() }
            deleted.append(segment.baseOffset)
        }
    }

    /// Makes the producer table as it was at `offset` durable: it is about to be all that tells of producers who appended
    /// nothing since. Their next batch would be refused, or one that they send again be taken for a new one.
    private func syncSnapshot(at offset: LogOffset) throws(LogError) {
        let name = FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
        guard try files.exists(name) else { return }
        try files.open(name, .readWrite).sync()
    }

    /// Does what can wait for the next run when there is no room for it: on a full disk, deleting is the way out and
    /// must not fail.
    private static func unlessFull(_ step: () throws(LogError) -> Void) throws(LogError) {
        do throws(LogError) { try step() } catch {
            guard error.code == .storageFull else { throw error }
        }
    }

    /// Hides segments from readers.
    private func takeSegments(where isExpired: (LogSegment, Int) -> Bool) {
        state.withLock { state in
            var deleted: [LogSegment] = []
            var size = state.segments.reduce(0) { $0 + $1.size }
            while state.segments.count > 1 {
                let segment = state.segments[0]
                let next = state.segments[1].baseOffset
                guard next <= state.watermarks.highWatermark,
                    next <= state.watermarks.logStartOffset || isExpired(segment, size)
                else { break }
                state.segments.removeFirst()
                size -= segment.size
                deleted.append(segment)
                if next > state.watermarks.logStartOffset { state.watermarks.update(logStartOffset: next) }
            }
            // A segment that anyone holds keeps its room on the disk.
            state.sealed.removeAll { segment in deleted.contains { $0 === segment } }
            state.unpromised.removeAll { bytes in deleted.contains { $0 === bytes.segment } }
            state.doomed += deleted
        }
    }

    private func trimEpochs() throws(LogError) {
        guard failure == nil else { return }
        try withWritableLane { lane throws(LogError) in
            var epochs = lane.epochs
            guard epochs.removePrefix(before: watermarks.logStartOffset) else { return }
            try writeEpochs(epochs)
            lane.epochs = epochs
        }
    }

    /// Seals the active segment and starts a new one at the log end; an empty one stays.
    ///
    /// - Throws: ``LogError`` with code `.io`, `.storageFull`, `.readOnly` or `.closed`.
    public func rollNow() throws(LogError) {
        try withWritableLane { lane throws(LogError) in
            guard lane.writer.position > 0 else { return }
            try roll(at: watermarks.logEndOffset, in: &lane)
        }
    }

    /// Hides the records below `offset` from readers and deletes the segments that hold nothing else (DeleteRecords,
    /// KIP-107).
    ///
    /// - Parameter offset: At most the high watermark; below the log start nothing happens.
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` above the high watermark, `.io` or `.storageFull`.
    public func advanceLogStart(to offset: LogOffset) throws(LogError) {
        try state.withLock { state throws(LogError) in
            guard offset <= state.watermarks.highWatermark else {
                throw LogError(
                    .offsetOutOfRange,
                    "cannot delete records up to \(offset): the high watermark is \(state.watermarks.highWatermark)")
            }
            if offset > state.watermarks.logStartOffset { state.watermarks.update(logStartOffset: offset) }
        }
        _ = try deleteSegments { _, _ in false }
    }

    /// Forgets producers for which nothing was appended for `producer.id.expiration.ms` of the host's time; one with an
    /// open transaction stays, because only its coordinator can tell how that ends.
    public func expireProducers(now: Timestamp) {
        lane.withLock { $0.producers.expire(idleFor: $0.configuration.producerExpiration, now: now) }
    }
}
