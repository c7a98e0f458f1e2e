public import LogCore
public import RecordFormat
internal import Synchronization

extension EventStore {
    /// Closes partitions of one topic and removes their directories, open or not.
    ///
    /// The checkpoints forget the partitions first: a topic that is created under the same name later must not be taken
    /// for the old one after a crash. Each directory is renamed before it is emptied, so that the next start finishes
    /// what a crash interrupts.
    ///
    /// - Parameters:
    ///   - partitions: What to delete; those that are not there are passed over.
    ///   - topicID: The identity of the topic; a directory that names another is left alone.
    /// - Throws: the first ``LogError``, after everything else was tried; with code `.closed` nothing was. Where the journal
    ///   cannot be kept from putting bytes back, the partitions are closed and their directories stay.
    public func delete(_ partitions: [TopicPartition], topicID: TopicID) throws(LogError) {
        try directoryCalls.run { () throws(LogError) in
            try takeAway(
                partitions, topicID: topicID, keepingFiles: false, naming: { StoreFiles.deletedName($0, topicID) }
            ) { name throws(LogError) in try files.removeDirectory(name) }
        }
    }

    /// Closes partitions of one topic and gives their directories names that no partition has: `<topic>-<n>.<id>-stray`, as
    /// Apache Kafka does. Their files stay as they are until a person removes them, or gives a directory its name back
    /// while no server runs.
    ///
    /// For files of which it is not certain that nobody wants them. Parameters and errors are those of
    /// ``delete(_:topicID:)``.
    public func setAside(_ partitions: [TopicPartition], topicID: TopicID) throws(LogError) {
        try directoryCalls.run { () throws(LogError) in
            try takeAway(partitions, topicID: topicID, keepingFiles: true, naming: StoreFiles.strayName) { _ in }
        }
    }

    private func takeAway(
        _ partitions: [TopicPartition], topicID: TopicID, keepingFiles: Bool,
        naming name: (TopicPartition) -> String, then finish: (String) throws(LogError) -> Void
    ) throws(LogError) {
        var failure: LogError?
        func attempt(_ step: () throws(LogError) -> Void) {
            do throws(LogError) { try step() } catch { failure = failure ?? error }
        }
        let open = state.withLock { $0.remove(partitions, topicID: topicID) }
        checkpoints.forget(partitions)
        attempt { () throws(LogError) in
            try flushMarks.forget(
                open.map(\.flushMarkSlot), partitions.map { FlushMarkSlot.Key($0, topicID: topicID) })
        }
        // A disk without room for the checkpoints is all the more reason to go on.
        attempt { () throws(LogError) in try checkpoints.write { state.withLock { $0.logs } } }
        // What a log in doubt has may be in the journal alone.
        var isWhole = !keepingFiles || !open.contains { $0.log.isInDoubt }
        for stored in open {
            do throws(LogError) { try stored.close(syncingFiles: keepingFiles) } catch {
                guard keepingFiles else { continue }
                failure = failure ?? error
                isWhole = false
            }
        }
        guard isWhole else {
            throw failure
                ?? LogError(.io, "a log could not be synced: it stays where it is, and the next start mends it")
        }
        // Closed, they get no more of it; and a partition of the same name and topic may come back, over which the next
        // start must not write what the journal still says of this one.
        do throws(LogError) { try journal.forget(partitions.map { JournalKey(partition: $0, topicID: topicID) }) } catch
        { throw failure ?? error }
        var renamed: [String] = []
        for partition in partitions {
            attempt { () throws(LogError) in
                let name = name(partition)
                if try rename(partition, topicID: topicID, to: name) { renamed.append(name) }
            }
        }
        attempt { () throws(LogError) in try files.sync() }
        for name in renamed { attempt { () throws(LogError) in try finish(name) } }
        if let failure { throw failure }
    }

    /// Gives a partition's directory a name that no partition has; returns whether there is such a directory.
    private func rename(
        _ partition: TopicPartition, topicID: TopicID, to name: String
    ) throws(LogError) -> Bool {
        let present = partition.directoryName
        guard try files.exists(present) else { return false }
        if let stored = try PartitionMetadata(directory: files.directory(present)).read(), stored != topicID {
            return false
        }
        try files.rename(present, to: name)
        return true
    }
}
