public import RecordFormat

/// What a log tells its host; every requirement has an empty default.
///
/// Called on the thread that caused the event, with no lock held that the log's own methods take.
public protocol LogObserver: Sendable {
    /// The log in `directory` was opened; `report` says what recovery found and did.
    func logDidRecover(_ directory: String, report: RecoveryReport)
    /// Bytes that were read are damaged; the error names file and position.
    func logDidFindDamage(_ directory: String, error: LogError)
    /// A new segment starts at `baseOffset`.
    func logDidRoll(_ directory: String, baseOffset: LogOffset)
    /// The segment that started at `baseOffset` was deleted.
    func logDidDeleteSegment(_ directory: String, baseOffset: LogOffset)
    /// A write or sync failed: the log takes no more appends until it is opened again.
    func logDidFail(_ directory: String, error: LogError)
}

extension LogObserver {
    /// Does nothing.
    public func logDidRecover(_ directory: String, report: RecoveryReport) {}
    /// Does nothing.
    public func logDidFindDamage(_ directory: String, error: LogError) {}
    /// Does nothing.
    public func logDidRoll(_ directory: String, baseOffset: LogOffset) {}
    /// Does nothing.
    public func logDidDeleteSegment(_ directory: String, baseOffset: LogOffset) {}
    /// Does nothing.
    public func logDidFail(_ directory: String, error: LogError) {}
}

/// An observer that does nothing.
public struct SilentObserver: LogObserver {
    /// Creates one.
    public init() {}
}

/// What opening a log found, and what it did about it.
public struct RecoveryReport: Sendable, Hashable {
    /// Bytes whose checksums were verified because they lay above the recovery point.
    public var scannedBytes = 0
    /// Bytes of an incomplete batch that were cut off the end, which no one was promised.
    public var trimmedBytes = 0
    /// What was found and done, one sentence each, with file and position.
    public var findings: [String] = []

    /// Creates an empty report.
    public init() {}
}
