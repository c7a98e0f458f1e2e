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
    /// - Throws: the first ``LogError``, after everything else was tried; with code `.closed` nothing was.
    public func delete(_ partitions: [TopicPartition], topicID: TopicID) throws(LogError) {
        try directoryCalls.run { () throws(LogError) in try removeAll(partitions, topicID: topicID) }
    }

    private func removeAll(_ partitions: [TopicPartition], topicID: TopicID) throws(LogError) {
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
        // A disk without room for the checkpoints is all the more reason to delete.
        attempt { () throws(LogError) in try checkpoints.write { state.withLock { $0.logs } } }
        for stored in open { try? stored.close() }
        var doomed: [String] = []
        for partition in partitions {
            attempt { () throws(LogError) in
                if let name = try rename(partition, topicID: topicID) { doomed.append(name) }
            }
        }
        attempt { () throws(LogError) in try files.sync() }
        for name in doomed { attempt { () throws(LogError) in try files.removeDirectory(name) } }
        if let failure { throw failure }
    }

    /// Gives a partition's directory a name that no partition has; returns it, or `nil` if there is no such directory.
    private func rename(_ partition: TopicPartition, topicID: TopicID) throws(LogError) -> String? {
        let name = partition.directoryName
        guard try files.exists(name) else { return nil }
        if let stored = try PartitionMetadata(directory: files.directory(name)).read(), stored != topicID { return nil }
        let doomed = StoreFiles.deletedName(partition, topicID)
        try files.rename(name, to: doomed)
        return doomed
    }
}
