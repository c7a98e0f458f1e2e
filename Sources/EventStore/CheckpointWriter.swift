internal import LogCore
internal import RecordFormat
internal import Synchronization

/// Keeps a data directory's checkpoint files up to date.
///
/// Safe to use from any thread. Writes are serialised, so that the later one also says the later thing.
///
/// - SeeAlso: docs/format/checkpoints.md
final class CheckpointWriter: Sendable {
    private let files: StoreFiles
    /// What the checkpoints say of partitions that have not been opened yet.
    private let unopened: Mutex<[TopicPartition: PartitionLog.OpenState]>
    /// What was written last; `nil` before the first time.
    private let written = Mutex<[TopicPartition: PartitionLog.OpenState]?>(nil)

    init(files: StoreFiles, known: [TopicPartition: PartitionLog.OpenState]) {
        self.files = files
        unopened = Mutex(known)
    }

    /// What the files say of a partition that has not been opened; all zero if they say nothing.
    func known(_ partition: TopicPartition) -> PartitionLog.OpenState {
        unopened.withLock { $0[partition] } ?? PartitionLog.OpenState()
    }

    /// Drops what the files say of partitions that are open now, or no more.
    func forget(_ partitions: [TopicPartition]) {
        unopened.withLock { known in
            for partition in partitions { known[partition] = nil }
        }
    }

    /// Writes down where each log stands, those included that no one has opened yet: their recovery points hold as
    /// before.
    ///
    /// - Parameter logs: The open logs; `nil` if the store is being closed, which writes the last word itself. Called
    ///   after the partitions that no one has opened were looked at: one that is being opened meanwhile is in both
    ///   then, and not in neither.
    /// - Returns: Whether the files say it now; not if `logs` gave none.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; the files hold what they held.
    /// - Complexity: O(*n*) in the partitions; no system calls that write if nothing has changed since the last time.
    @discardableResult
    func write(_ logs: () -> [StoredLog]?) throws(LogError) -> Bool {
        try written.withLock { written throws(LogError) in
            guard let states = try states(logs) else { return false }
            guard states != written else { return true }
            // A failure halfway leaves files of two moments: forgotten, so that the next time writes all of them.
            written = nil
            try files.writeCheckpoints(states)
            written = states
            return true
        }
    }

    /// Writes down how far each log is compacted, and nothing else.
    ///
    /// - Parameter logs: As for ``write(_:)``.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; the file holds what it held.
    func writeCleaned(_ logs: () -> [StoredLog]?) throws(LogError) {
        try written.withLock { written throws(LogError) in
            guard let states = try states(logs) else { return }
            // The files are of two moments now.
            written = nil
            try files.writeCleanerCheckpoint(states)
        }
    }

    /// Where each log stands, open or not.
    private func states(
        _ logs: () -> [StoredLog]?
    ) throws(LogError) -> [TopicPartition: PartitionLog.OpenState]? {
        var states = unopened.withLock { $0 }
        if !states.isEmpty {
            let names = Set(try files.directory.names())
            states = states.filter { names.contains($0.key.directoryName) }
        }
        guard let logs = logs() else { return nil }
        for stored in logs { states[stored.partition] = PartitionLog.OpenState(stored.log) }
        return states
    }
}
