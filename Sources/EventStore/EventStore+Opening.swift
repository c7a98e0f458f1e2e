public import LogCore
public import RecordFormat
internal import Synchronization

extension EventStore {
    /// The partitions that have a directory, with the topic identity that each directory names.
    ///
    /// A directory whose `partition.metadata` cannot be read is reported to the observer and has no identity here.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    public func storedPartitions() throws(LogError) -> [(partition: TopicPartition, topicID: TopicID?)] {
        var result: [(partition: TopicPartition, topicID: TopicID?)] = []
        for name in try files.names() {
            guard let partition = TopicPartition(directoryName: name) else { continue }
            do throws(LogError) {
                result.append((partition, try PartitionMetadata(directory: files.directory(name)).read()))
            } catch {
                observer.logDidFindDamage(files.path(of: name), error: error)
                result.append((partition, nil))
            }
        }
        return result.sorted { $0.partition < $1.partition }
    }

    /// Opens a partition's log for a host that moves its high watermark, creating it if it is not there.
    ///
    /// - Throws: ``LogError`` as ``PartitionLog/open(_:configuration:known:observer:)``, or with code
    ///   `.unsupportedFormat` if the directory holds a topic of the same name with another identity, or one that
    ///   cannot be read; `.directoryLocked` if the partition is open already; `.closed`.
    public func open(
        _ partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration
    ) throws(LogError) -> StoredLog {
        try open(partition, topicID: topicID, configuration: configuration, movesHighWatermark: false)
    }

    /// Opens a partition's log; `movesHighWatermark` says that it has no replicas, so that what is durable here is
    /// replicated.
    func open(
        _ partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration, movesHighWatermark: Bool
    ) throws(LogError) -> StoredLog {
        try directoryCalls.run { () throws(LogError) in
            try openReserved(
                partition, topicID: topicID, configuration: configuration, movesHighWatermark: movesHighWatermark)
        }
    }

    private func openReserved(
        _ partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration, movesHighWatermark: Bool
    ) throws(LogError) -> StoredLog {
        try state.withLock { state throws(LogError) in try state.reserve(partition) }
        do throws(LogError) {
            let (log, slot) = try openFiles(of: partition, topicID: topicID, configuration: configuration)
            let stored = StoredLog(
                partition: partition, topicID: topicID, log: log, flushMarkSlot: slot, lock: lock,
                movesHighWatermark: movesHighWatermark, waiting: commitThread.waiting)
            state.withLock { $0.fill(stored) }
            checkpoints.forget([partition])
            return stored
        } catch {
            state.withLock { $0.vacate(partition) }
            throw error
        }
    }

    private func openFiles(
        of partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration
    ) throws(LogError) -> (PartitionLog, FlushMarkSlot) {
        let name = partition.directoryName
        let directory = files.path(of: name)
        let storedID = try files.exists(name) ? PartitionMetadata(directory: files.directory(name)).read() : nil
        if let storedID, storedID != topicID {
            throw LogError(
                .unsupportedFormat,
                "\(directory) belongs to topic id \(storedID), not \(topicID): move it away, then restart")
        }
        var known = checkpoints.known(partition)
        // Without the marker a checkpointed recovery point is still right: it only ever lags behind the syncs.
        if known.recoveryPoint < known.logStartOffset { known.recoveryPoint = known.logStartOffset }
        let (slot, mark) = try flushMarks.slot(
            for: FlushMarkSlot.Key(partition, topicID: topicID), isNew: storedID == nil)
        known.flushMark = mark
        do throws(LogError) {
            let log = try PartitionLog.open(
                directory, configuration: configuration, known: known, observer: observer, fileSystem: files.fileSystem,
                residency: options.residency)
            if storedID == nil { try PartitionMetadata(directory: files.directory(name)).write(topicID) }
            return (log, slot)
        } catch {
            flushMarks.restore(slot, mark)
            throw error
        }
    }
}
