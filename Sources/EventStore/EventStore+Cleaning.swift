internal import LogCore
internal import RecordFormat
internal import Synchronization

extension EventStore {
    /// What the cleaner has done so far.
    public var cleanerStatistics: CleanerStatistics { cleaner.statistics }

    /// Has the cleaner look for logs to compact now, instead of at the end of its rest.
    public func cleanNow() { cleaner.wake() }

    /// Puts other options in force on the running cleaner: the memory from its next compaction on, rate and rest at once.
    ///
    /// ``CleanerOptions/isEnabled`` stays as it was when the store was opened.
    public func apply(_ options: CleanerOptions) { cleaner.apply(options) }

    func startCleaner() throws(LogError) {
        try cleaner.start(
            Cleaner.Store(
                logs: { [weak self] in self?.openLogs ?? [] },
                willReplace: { [journal] stored throws(LogError) in try journal.change(stored) {} },
                didCompact: { [weak self] stored, report in self?.didCompact(stored, report) },
                didFail: { [observer] in observer.storeDidFailInBackground($0) }))
    }

    private func didCompact(_ stored: StoredLog, _ report: CompactionReport) {
        // What a crash would have the next process do again is this one compaction.
        do throws(LogError) { try checkpoints.writeCleaned { state.withLock { $0.logs } } } catch {
            observer.storeDidFailInBackground(error)
        }
        observer.storeDidCompact(stored, report: report)
    }
}
