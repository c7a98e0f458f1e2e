internal import RecordFormat

/// What a reader copies of the log's state, all of one moment.
struct ReadView {
    var segments: [LogSegment]
    var marks: LogWatermarks
    /// The offset that the reader's isolation sets a limit to.
    var bound: LogOffset
    /// The bytes of the active segment that the log end offset covers.
    var activeSize: Int
    /// The file of the active segment, if it is open for appends.
    var tail: LogFile?
    /// The batch with the offset that is read, if it is among the last appended.
    var recentStart: BatchLocation?
    /// The batch at ``bound``, if it is among the last appended.
    var recentEnd: BatchLocation?

    /// The log file of the segment at `index`.
    func file(of index: Int) throws(LogError) -> LogFile {
        if index == segments.count - 1, let tail { return tail }
        return try segments[index].file()
    }

    /// The bytes of the segment at `index` that the reader may look at.
    func size(of index: Int) -> Int { index == segments.count - 1 ? activeSize : segments[index].size }

    /// Where the offsets of the segment at `index` end, exclusive.
    func endOffset(of index: Int) -> LogOffset {
        index == segments.count - 1 ? marks.logEndOffset : segments[index + 1].baseOffset
    }
}
