internal import LogCore
public import RecordFormat

/// What the cleaner has done since the store was opened.
public struct CleanerStatistics: Sendable, Hashable {
    /// Compactions that did something.
    public var compactions = 0
    /// Compactions that failed.
    public var failures = 0
    /// Bytes read.
    public var bytesRead = 0
    /// Bytes written.
    public var bytesWritten = 0
    /// Records that were dropped.
    public var recordsDropped = 0
    /// Bytes that logs have become smaller by.
    public var bytesFreed = 0
    /// The largest share of dirty bytes in any log, at the last look.
    public var largestDirtyRatio = 0.0
    /// Logs whose compaction fails because of their own bytes; they are left alone until the store is opened again.
    public var uncleanable: [TopicPartition] = []

    /// Adds what one compaction did.
    mutating func note(_ report: CompactionReport) {
        compactions += 1
        bytesRead += report.bytesRead
        bytesWritten += report.bytesWritten
        recordsDropped += report.recordsRead - report.recordsKept
        bytesFreed += report.bytesFreed
    }
}
