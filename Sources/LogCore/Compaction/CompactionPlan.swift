internal import RecordFormat

/// What of a log compaction may touch, and in which portions: pure arithmetic on what is known of its segments.
///
/// A log is clean up to the offset where the last compaction stopped, dirty from there on, and out of bounds from the
/// first segment on that is active, too young or not settled. Compaction learns the keys of the dirty part and rewrites
/// clean and dirty part alike.
struct CompactionPlan {
    /// What the plan needs of one segment.
    struct Segment: Equatable {
        var baseOffset: LogOffset
        /// Bytes of its batches.
        var size: Int
        /// Bytes of the larger one of its indexes.
        var indexSize: Int
        /// The latest timestamp of any record; `.none` without one.
        var largestTimestamp: Timestamp
        /// The timestamp of the first batch, where it was asked for.
        var firstTimestamp: Timestamp = .none
    }

    /// The offset up to which the log was compacted before, as far as that can still be true.
    let firstDirtyOffset: LogOffset
    /// Where the dirty part ends that may be compacted now; at or above ``firstDirtyOffset``.
    let firstUncleanableOffset: LogOffset
    /// Bytes of segments that are clean as a whole.
    private(set) var cleanBytes = 0
    /// Bytes of the segments that hold the dirty part.
    private(set) var dirtyBytes = 0
    /// Whether a dirty segment is older than `max.compaction.lag.ms`.
    private(set) var isOverdue = false

    private let segments: [Segment]

    /// Plans the compaction of a log.
    ///
    /// - Parameters:
    ///   - segments: All of them, ascending; the last is active.
    ///   - cleanedOffset: Where the last compaction stopped.
    ///   - stableOffset: Nothing from it on is settled: the high watermark, or the first offset of an open transaction.
    init(
        segments: [Segment], logStartOffset: LogOffset, stableOffset: LogOffset, cleanedOffset: LogOffset,
        configuration: LogConfiguration, now: Timestamp
    ) {
        self.segments = segments
        let active = segments[segments.count - 1]
        // Without checkpoint, or with one from before records were deleted: everything is dirty.
        let first = max(cleanedOffset, logStartOffset)
        var bound = min(active.baseOffset, stableOffset)
        if configuration.minCompactionLag > .zero {
            let latest = now.saturating(adding: .zero - configuration.minCompactionLag)
            let young = segments.dropLast().enumerated().first { index, segment in
                segments[index + 1].baseOffset > first && segment.largestTimestamp > latest
            }
            if let young { bound = min(bound, young.element.baseOffset) }
        }
        firstDirtyOffset = first
        firstUncleanableOffset = max(first, bound)
        let oldest = configuration.maxCompactionLag.map { now.saturating(adding: .zero - $0) }
        for (index, segment) in segments.dropLast().enumerated() {
            guard segment.baseOffset < firstUncleanableOffset else { break }
            guard segments[index + 1].baseOffset > first else {
                cleanBytes += segment.size
                continue
            }
            dirtyBytes += segment.size
            if let oldest, segment.firstTimestamp > .none, segment.firstTimestamp < oldest {
                isOverdue = true
            }
        }
    }

    /// The offsets whose keys are to be learnt.
    var dirtyRange: Range<LogOffset> { firstDirtyOffset..<firstUncleanableOffset }

    /// The share of dirty bytes in what a compaction would rewrite (`min.cleanable.dirty.ratio` is its threshold).
    var dirtyRatio: Double {
        cleanBytes + dirtyBytes == 0 ? 0 : Double(dirtyBytes) / Double(cleanBytes + dirtyBytes)
    }

    /// Whether there is anything to gain.
    var isNeeded: Bool { !dirtyRange.isEmpty && dirtyBytes > 0 }

    /// The segments below `end`, as runs of which each becomes one segment.
    ///
    /// A run fits into `segment.bytes`, one index and the 32 bits of a relative offset; a segment that is too large by
    /// itself is a run of its own.
    func groups(below end: LogOffset, configuration: LogConfiguration) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        var size = 0
        var indexSize = 0
        for (index, segment) in segments.dropLast().enumerated() where segment.baseOffset < end {
            let isTooLarge =
                size + segment.size > configuration.segmentBytes
                || indexSize + segment.indexSize > configuration.indexMaxBytes
            // The base of the segment behind bounds the offsets of this one.
            let span = segments[index + 1].baseOffset - segments[start].baseOffset
            if index > start, isTooLarge || span > Int64(Int32.max) {
                groups.append(start..<index)
                (start, size, indexSize) = (index, 0, 0)
            }
            size += segment.size
            indexSize += segment.indexSize
            if index == segments.count - 2 || segments[index + 1].baseOffset >= end { groups.append(start..<index + 1) }
        }
        return groups
    }
}
