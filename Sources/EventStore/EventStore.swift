public import LogCore
public import RecordFormat
internal import Synchronization

/// A data directory of partitions: opens them, keeps their checkpoints, and runs the threads that make appends durable and delete what has expired.
///
/// Safe to use from any thread.
///
/// - SeeAlso: docs/format/data-directory.md
public final class EventStore: Sendable {
    /// How a store is opened.
    public struct Options: Sendable {
        /// The data directory, `log.dirs`; created if missing.
        public var directory: String
        /// This node's number, kept in `meta.properties` (`node.id`).
        public var nodeID: Int32
        /// How often recovery points are checkpointed (`log.flush.offset.checkpoint.interval.ms`).
        public var checkpointInterval: Duration
        /// How often old segments are looked for (`log.retention.check.interval.ms`).
        public var retentionInterval: Duration
        /// The time, for retention; injected so that tests can move it.
        public var now: @Sendable () -> Timestamp

        /// Creates options with Kafka's defaults.
        public init(
            directory: String, nodeID: Int32 = 1, checkpointInterval: Duration = .seconds(60),
            retentionInterval: Duration = .seconds(300), now: @escaping @Sendable () -> Timestamp
        ) {
            self.directory = directory
            self.nodeID = nodeID
            self.checkpointInterval = checkpointInterval
            self.retentionInterval = retentionInterval
            self.now = now
        }
    }

    /// The options it was opened with.
    public let options: Options
    /// The identity of the cluster that the directory belongs to, 22 characters of base64url.
    public let clusterID: String
    /// Whether the last process closed the store; if not, logs were scanned above their recovery points.
    public let wasCleanlyClosed: Bool

    let observer: any StoreObserver
    let logs: Mutex<[TopicPartition: StoredLog]>
    let commitThread = CommitThread()
    let maintenance: MaintenanceThread
    private let lock: Mutex<DirectoryLock?>
    private let known: [TopicPartition: PartitionLog.OpenState]

    /// Locks the directory and reads what it says of itself; the logs are opened by ``open(_:topicID:configuration:)``.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked` if another process has it, `.unsupportedFormat` for files of another version or another node's
    ///   directory, `.io`, `.storageFull`.
    public init(_ options: Options, observer: any StoreObserver) throws(LogError) {
        self.options = options
        self.observer = observer
        try Directory.create(options.directory, durably: true)
        let lock = try DirectoryLock(directory: options.directory)
        self.lock = Mutex(lock)
        clusterID = try MetaProperties(directory: options.directory).load(nodeID: options.nodeID)
        let files = StoreFiles(directory: options.directory)
        wasCleanlyClosed = Directory.exists(files.cleanShutdown)
        // Gone before the first append: from here on only a clean close brings it back.
        if wasCleanlyClosed {
            try Directory.removeFile(files.cleanShutdown)
            try Directory.sync(options.directory)
        }
        known = try files.readCheckpoints()
        logs = Mutex([:])
        maintenance = MaintenanceThread()
        try sweep()
        commitThread.start { [observer] in observer.storeDidFlush($0) }
        maintenance.start(
            checkpoints: options.checkpointInterval, retention: options.retentionInterval,
            onCheckpoint: { [weak self] in self?.runCheckpoint() }, onRetention: { [weak self] in self?.runRetention() })
    }

    /// Removes directories whose deletion a crash interrupted.
    private func sweep() throws(LogError) {
        for name in try Directory.names(in: options.directory) where name.hasSuffix(StoreFiles.deletedSuffix) {
            try Directory.removeAll(options.directory + "/" + name)
        }
    }

    /// The partitions that have a directory, with the topic identity that each directory names.
    ///
    /// - Throws: ``LogError`` with code `.io` or `.unsupportedFormat`.
    public func storedPartitions() throws(LogError) -> [(partition: TopicPartition, topicID: TopicID?)] {
        var result: [(partition: TopicPartition, topicID: TopicID?)] = []
        for name in try Directory.names(in: options.directory) {
            guard let partition = TopicPartition(directoryName: name) else { continue }
            result.append((partition, try PartitionMetadata(directory: options.directory + "/" + name).read()))
        }
        return result.sorted { $0.partition < $1.partition }
    }

    /// Opens a partition's log, creating it if it is not there.
    ///
    /// - Throws: ``LogError`` as ``PartitionLog/open(_:configuration:known:observer:)``, or with code `.unsupportedFormat` if the directory holds a topic of the
    ///   same name with another identity.
    public func open(
        _ partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration
    ) throws(LogError) -> StoredLog {
        let directory = options.directory + "/" + partition.directoryName
        let metadata = PartitionMetadata(directory: directory)
        let storedID = try metadata.read()
        if let stored = storedID {
            guard stored == topicID else {
                throw LogError(
                    .unsupportedFormat, "\(directory) belongs to topic id \(stored), not \(topicID): move it away, then restart")
            }
        }
        var state = known[partition] ?? PartitionLog.OpenState()
        // Without the marker a checkpointed recovery point is still right: it only ever lags behind the syncs.
        if state.recoveryPoint < state.logStartOffset { state.recoveryPoint = state.logStartOffset }
        let log = try PartitionLog.open(directory, configuration: configuration, known: state, observer: observer)
        if storedID == nil { try metadata.write(topicID) }
        let stored = StoredLog(partition: partition, topicID: topicID, log: log)
        logs.withLock { $0[partition] = stored }
        return stored
    }

    /// Asks the commit thread to make what was appended to `log` durable; the observer hears of it.
    public func requestFlush(of log: StoredLog) { commitThread.request(log) }

    /// The open logs, in no order.
    public var openLogs: [StoredLog] { logs.withLock { Array($0.values) } }

    /// Closes a partition's log and removes its directory.
    ///
    /// The directory is renamed first: after a crash in between, the next start finishes the removal.
    public func delete(_ partition: TopicPartition) throws(LogError) {
        guard let stored = logs.withLock({ $0.removeValue(forKey: partition) }) else { return }
        try? stored.log.close()
        let doomed = options.directory + "/" + partition.directoryName + "." + String(stored.topicID.low, radix: 16)
            + StoreFiles.deletedSuffix
        try Directory.rename(stored.log.directory, to: doomed)
        try Directory.sync(options.directory)
        try Directory.removeAll(doomed)
    }

    /// What group commit has done so far.
    public var commitStatistics: CommitStatistics { commitThread.statistics }

    /// Closes every log, writes the checkpoints and marks the directory as cleanly closed.
    ///
    /// - Throws: the first ``LogError`` of a log that could not be closed; the mark is left out then, so that the next start checks.
    public func close() throws(LogError) {
        maintenance.stop()
        commitThread.stop()
        defer { lock.withLock { $0 = nil } }
        let open = openLogs
        var failure: LogError?
        var marks: [TopicPartition: LogWatermarks] = [:]
        for stored in open {
            do throws(LogError) { try stored.log.close() } catch { failure = failure ?? error }
            marks[stored.partition] = stored.log.watermarks
            if let earlier = stored.log.failure { failure = failure ?? earlier }
        }
        let files = StoreFiles(directory: options.directory)
        try files.writeCheckpoints(marks)
        if let failure { throw failure }
        try Directory.replaceFile(files.cleanShutdown, with: #"{"version":0,"brokerEpoch":-1}"#)
    }

    private func runCheckpoint() {
        do throws(LogError) {
            for stored in openLogs { try stored.log.snapshotProducers() }
            let marks = logs.withLock { $0.mapValues(\.log.watermarks) }
            try StoreFiles(directory: options.directory).writeCheckpoints(marks)
        } catch {
            observer.storeDidFailInBackground(error)
        }
    }

    private func runRetention() {
        let now = options.now()
        for stored in openLogs {
            do throws(LogError) {
                try stored.log.deleteOldSegments(now: now)
                stored.log.expireProducers(now: now)
            } catch {
                observer.storeDidFailInBackground(error)
            }
        }
    }

    /// Runs retention now instead of at its next turn.
    public func runRetentionNow() { runRetention() }
}
