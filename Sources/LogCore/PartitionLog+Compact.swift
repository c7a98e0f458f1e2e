public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// The offset up to which the log has been compacted; the host keeps it in a checkpoint, so that the next process
    /// need not begin at the start.
    public var cleanedOffset: LogOffset { state.withLock { $0.cleanedOffset } }

    /// What waits for compaction; `nil` if the log's policy does not compact, or it is closed.
    ///
    /// - Throws: ``LogError`` with code `.io` or `.corruptBatch` if the age of a segment cannot be read.
    /// - Complexity: O(*n*) in the segments, and one `pread` for each dirty one where `max.compaction.lag.ms` is set.
    public func compactionNeed(now: Timestamp) throws(LogError) -> CompactionNeed? {
        let configuration = configuration
        let view = compactionView()
        guard configuration.cleanupPolicy.contains(.compact), !view.segments.isEmpty else { return nil }
        let plan = try plan(view, configuration, now: now)
        return CompactionNeed(
            firstDirtyOffset: plan.firstDirtyOffset, firstUncleanableOffset: plan.firstUncleanableOffset,
            dirtyRatio: plan.dirtyRatio, dirtyBytes: plan.dirtyBytes, isOverdue: plan.isOverdue,
            isDue: plan.isNeeded && (plan.isOverdue || plan.dirtyRatio > configuration.minCleanableRatio))
    }

    /// Seals the active segment when its first record is older than `max.compaction.lag.ms`: compaction leaves the
    /// active one alone, and a log that nobody appends to any more would keep it for ever.
    ///
    /// - Throws: ``LogError`` with code `.io`, `.storageFull`, `.readOnly` or `.closed`.
    public func rollForCompaction(now: Timestamp) throws(LogError) {
        try withWritableLane { lane throws(LogError) in
            guard lane.configuration.cleanupPolicy.contains(.compact), let lag = lane.configuration.maxCompactionLag,
                lane.writer.position > 0
            else { return }
            let end = watermarks.logEndOffset
            let age = lag.clampedMilliseconds
            guard lane.writer.mustRoll(for: 0, lastOffset: end, timestamp: now, now: now, age: age) else { return }
            try roll(at: end, in: &lane)
        }
    }

    /// Removes the records that a later one with the same key has replaced, and tombstones that are old enough.
    ///
    /// Works on sealed segments below the last stable offset. Appends and reads go on meanwhile, readers that hold an old
    /// segment finish with it. Offsets never change. A truncation or ``close()`` ends the work early, what was swapped
    /// in before stays. Whether it is worth while is not asked: see ``compactionNeed(now:)``.
    ///
    /// - Parameters:
    ///   - now: The broker's time, for `min.compaction.lag.ms` and tombstones.
    ///   - budget: Memory, and a say in the speed.
    /// - Returns: What was done; `nil` if there was nothing to do, the log compacts already or the work was called off.
    /// - Throws: ``LogError`` with code `.corruptBatch` at damage, which stays as it is; `.storageFull` if there is no
    ///   room for a new segment beside the old ones; `.io`. If the swap itself fails the log is read-only until opened
    ///   again.
    /// - Complexity: reads the whole log up to the last sealed segment, its dirty part twice, and holds one key of 24
    ///   bytes for each different one of the dirty part.
    @discardableResult
    public func compact(
        now: Timestamp, budget: CompactionBudget = CompactionBudget()
    ) throws(LogError) -> CompactionReport? {
        try compact(now: now, budget: budget, prepare: {}, observe: { _ in })
    }

    /// The same, with a call before each swap.
    ///
    /// - Parameter prepare: Takes back what stands elsewhere for bytes of segments that are about to be replaced; called
    ///   without a lock, and what it throws calls the swap off.
    @discardableResult
    package func compact(
        now: Timestamp, budget: CompactionBudget, prepare: () throws(LogError) -> Void
    ) throws(LogError) -> CompactionReport? {
        try compact(now: now, budget: budget, prepare: prepare, observe: { _ in })
    }

    /// The same, telling `observe` of each step of each swap.
    func compact(
        now: Timestamp, budget: CompactionBudget, prepare: () throws(LogError) -> Void = {},
        observe: (SegmentSwap.Step) throws(LogError) -> Void
    ) throws(LogError) -> CompactionReport? {
        var fatal: LogError?
        defer { if let fatal { observer.logDidFail(directory, error: fatal) } }
        do throws(LogError) {
            return try compacting.withLockIfAvailable { _ throws(LogError) -> CompactionReport? in
                try compactAlone(now: now, budget: budget, prepare: prepare, observe: observe, fatal: &fatal)
            } ?? nil
        } catch {
            guard error.code == .cancelled else { throw error }
            return nil
        }
    }

    /// What a compaction copies of the log's state, all of one moment.
    private struct CompactionView {
        var segments: [LogSegment]
        var marks: LogWatermarks
        var cleanedOffset: LogOffset
        var interruptions: Int
    }

    private func compactionView() -> CompactionView {
        state.withLock { state in
            CompactionView(
                segments: state.segments, marks: state.watermarks, cleanedOffset: state.cleanedOffset,
                interruptions: interruptions.load(ordering: .acquiring))
        }
    }

    private func plan(
        _ view: CompactionView, _ configuration: LogConfiguration, now: Timestamp
    ) throws(LogError) -> CompactionPlan {
        var segments: [CompactionPlan.Segment] = []
        for (index, segment) in view.segments.enumerated() {
            var planned = CompactionPlan.Segment(
                baseOffset: segment.baseOffset, size: segment.size,
                indexSize: max(
                    segment.offsetIndex.count * OffsetIndex.entrySize, segment.timeIndex.count * TimeIndex.entrySize),
                largestTimestamp: segment.largestTimestamp)
            let isDirty =
                index + 1 < view.segments.count && view.segments[index + 1].baseOffset > view.cleanedOffset
            if isDirty, configuration.maxCompactionLag != nil {
                var scanner = BatchScanner(segment, from: 0, to: segment.size)
                planned.firstTimestamp = try scanner.next()?.header.maxTimestamp ?? .none
            }
            segments.append(planned)
        }
        return CompactionPlan(
            segments: segments, logStartOffset: view.marks.logStartOffset, stableOffset: view.marks.lastStableOffset,
            cleanedOffset: view.cleanedOffset, configuration: configuration, now: now)
    }

    private func compactAlone(
        now: Timestamp, budget: CompactionBudget, prepare: () throws(LogError) -> Void,
        observe: (SegmentSwap.Step) throws(LogError) -> Void, fatal: inout LogError?
    ) throws(LogError) -> CompactionReport? {
        let (configuration, producers) = try lane.withLock { lane throws(LogError) in
            try checkWritable(isClosed: lane.isClosed)
            return (lane.configuration, lane.producers.lastBatches)
        }
        let view = compactionView()
        guard !view.segments.isEmpty else { return nil }
        let plan = try plan(view, configuration, now: now)
        guard plan.isNeeded else { return nil }
        // Before the first hole: the policy may be another one when a crash makes the next start look for lost records.
        try withWritableLane { lane throws(LogError) in try noteGaps(in: &lane) }
        var run = CompactionRun(
            directory: files, segments: view.segments, plan: plan, configuration: configuration,
            producers: producers, now: now, budget: budget,
            isCalledOff: { self.interruptions.load(ordering: .acquiring) != view.interruptions })
        try run.run { replaced, base throws(LogError) in
            do throws(LogError) { try prepare() } catch {
                try? CleanedSegment.remove(from: files, baseOffset: base)
                throw error
            }
            try swap(Array(view.segments[replaced]), base: base, view: view, observe: observe, fatal: &fatal)
        }
        guard run.report.cleanedOffset > plan.firstDirtyOffset else { return nil }
        state.withLock { state in
            // A truncation since then has said how far the log is clean, and knows better.
            guard interruptions.load(ordering: .acquiring) == view.interruptions else { return }
            state.cleanedOffset = run.report.cleanedOffset
        }
        return run.report
    }

    /// Puts the finished `.cleaned` files at `base` in the place of `replaced`.
    ///
    /// - Parameter fatal: Set when the log has become read-only, for the observer to be told once no lock is held.
    private func swap(
        _ replaced: [LogSegment], base: LogOffset, view: CompactionView,
        observe: (SegmentSwap.Step) throws(LogError) -> Void, fatal: inout LogError?
    ) throws(LogError) {
        let swap = SegmentSwap(directory: files, baseOffset: base, replaced: replaced.map(\.baseOffset))
        try maintenance.withLock { _ throws(LogError) in
            // Retention may have taken some of them, a truncation all: their files are no longer what was read.
            let isCurrent = state.withLock { state in
                guard interruptions.load(ordering: .acquiring) == view.interruptions else { return false }
                guard let first = state.segments.firstIndex(where: { $0 === replaced[0] }) else { return false }
                return state.segments[first...].prefix(replaced.count).elementsEqual(replaced, by: ===)
            }
            // Nor is a log changed that has failed: opening it again has to find what the failure left.
            guard isCurrent, failure == nil else {
                try CleanedSegment.remove(from: files, baseOffset: base)
                throw LogError(.cancelled, "\(directory) changed or failed while it was compacted")
            }
            // Readers find them until the new one is placed, and their names are another's before that.
            do throws(LogError) {
                var opened: [LogSegment.OpenFiles] = []
                for segment in replaced { opened.append(try segment.openFiles()) }
                for (segment, files) in zip(replaced, opened) { segment.retire(keeping: files) }
            } catch {
                try? CleanedSegment.remove(from: files, baseOffset: base)
                throw error
            }
            do throws(LogError) {
                try swap.commit(observe)
                try swap.complete(observe)
                try place(base, replaced)
            } catch {
                // Which names the device has nobody knows now; opening the log again finds out.
                if latch.set(error) { fatal = error }
                throw error
            }
        }
    }

    /// Shows the new segment to readers.
    private func place(_ base: LogOffset, _ replaced: [LogSegment]) throws(LogError) {
        let file = try files.open(FileNames.segment(base, FileNames.Suffix.log), .readWrite)
        let segment = try LogSegment(
            directory: files, baseOffset: base, log: file, size: try file.size(), verified: 0, indexMaxBytes: nil,
            offsetLimit: replaced[replaced.count - 1].offsetLimit)
        // Where no record has a timestamp, retention would take the new file's age for theirs.
        segment.noteAppend(at: try replaced[replaced.count - 1].retentionTimestamp())
        state.withLock { state in
            guard let first = state.segments.firstIndex(where: { $0 === replaced[0] }) else { return }
            state.segments.replaceSubrange(first..<first + replaced.count, with: [segment])
            // The next flush owes nothing to files that are gone; those of the new segment were synced before its swap.
            state.sealed.removeAll { segment in replaced.contains { $0 === segment } }
            state.unpromised.removeAll { bytes in replaced.contains { $0 === bytes.segment } }
        }
    }
}
