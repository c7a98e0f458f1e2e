public import LogCore

/// What a store tells its host, beside what each log tells its observer.
public protocol StoreObserver: LogObserver {
    /// The opening of a topic goes on: `opened` of its `total` logs are ready, or known to be offline.
    ///
    /// Called on the threads that open them, one call at a time.
    func storeDidOpen(_ opened: Int, of total: Int)
    /// The commit thread made these logs durable up to their recovery points, or found that it cannot.
    ///
    /// Called once a round, and within long ones, on the commit thread; what it does delays the next sync.
    func storeDidFlush(_ logs: [StoredLog])
    /// A log was compacted; called on the cleaner's thread, which goes on when this returns.
    func storeDidCompact(_ log: StoredLog, report: CompactionReport)
    /// Work in the background failed; it will be tried again at its next turn.
    func storeDidFailInBackground(_ error: LogError)
}

extension StoreObserver {
    /// Does nothing.
    public func storeDidOpen(_ opened: Int, of total: Int) {}
    /// Does nothing.
    public func storeDidFlush(_ logs: [StoredLog]) {}
    /// Does nothing.
    public func storeDidCompact(_ log: StoredLog, report: CompactionReport) {}
    /// Does nothing.
    public func storeDidFailInBackground(_ error: LogError) {}
}

/// An observer that does nothing.
///
/// What goes wrong is then seen where it is met: by appends, reads and ``EventStore/close()``.
public struct SilentStoreObserver: StoreObserver {
    /// Creates one.
    public init() {}
}
