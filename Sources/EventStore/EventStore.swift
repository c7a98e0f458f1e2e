public import LogCore
public import RecordFormat
internal import Synchronization

/// A data directory of partitions: opens them, keeps their checkpoints, and runs the threads that make appends durable
/// and delete what has expired.
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
        /// How logs are compacted.
        public var cleaner: CleanerOptions
        /// The time, for retention; injected so that tests can move it.
        public var now: @Sendable () -> Timestamp

        /// Creates options with Kafka's defaults.
        public init(
            directory: String, nodeID: Int32 = 1, checkpointInterval: Duration = .seconds(60),
            retentionInterval: Duration = .seconds(300), cleaner: CleanerOptions = CleanerOptions(),
            now: @escaping @Sendable () -> Timestamp
        ) {
            self.directory = directory
            self.nodeID = nodeID
            self.checkpointInterval = checkpointInterval
            self.retentionInterval = retentionInterval
            self.cleaner = cleaner
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
    let cleaner: Cleaner
    /// The data directory.
    let files: LogDirectory
    private let lock: Mutex<DirectoryLock?>
    /// What the checkpoints say of partitions that have not been opened yet.
    private let known: Mutex<[TopicPartition: PartitionLog.OpenState]>
    /// Serialises checkpoints, so that the later one also says the later thing.
    private let checkpointing = Mutex(())

    /// The shortest time between two checkpoints, however short the interval that is asked for.
    private static let shortestInterval = Duration.milliseconds(100)

    /// Locks the directory and reads what it says of itself; the logs are opened by ``open(_:topicID:configuration:)``.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked` if another process has it, `.unsupportedFormat` for files
    ///   of another version or another node's directory, `.io`, `.storageFull`.
    public convenience init(_ options: Options, observer: any StoreObserver) throws(LogError) {
        try self.init(options, observer: observer, fileSystem: KernelFileSystem())
    }

    /// As the public initialiser, in `fileSystem`.
    package init(
        _ options: Options, observer: any StoreObserver, fileSystem: any LogFileSystem
    ) throws(LogError) {
        self.options = options
        self.observer = observer
        files = try LogDirectory.create(options.directory, durably: true, in: fileSystem)
        let lock = try DirectoryLock(files)
        self.lock = Mutex(lock)
        clusterID = try MetaProperties(directory: files).load(nodeID: options.nodeID)
        wasCleanlyClosed = try files.exists(StoreFiles.cleanShutdown)
        // Gone before the first append: from here on only a clean close brings it back.
        if wasCleanlyClosed {
            try files.removeFile(StoreFiles.cleanShutdown)
            try files.sync()
        }
        known = Mutex(try StoreFiles(directory: files).readCheckpoints())
        logs = Mutex([:])
        maintenance = MaintenanceThread()
        cleaner = Cleaner(options.cleaner, now: options.now)
        try sweep()
        commitThread.start { [observer] in observer.storeDidFlush($0) }
        maintenance.start(
            checkpoints: max(options.checkpointInterval, Self.shortestInterval),
            retention: max(options.retentionInterval, Self.shortestInterval),
            onCheckpoint: { [weak self] in self?.runCheckpoint() },
            onRetention: { [weak self] in self?.runRetention() },
            onFlushCheck: { [weak self] in self?.requestOverdueFlushes() })
        startCleaner()
    }

    /// Removes directories whose deletion a crash interrupted.
    private func sweep() throws(LogError) {
        for name in try files.names() where name.hasSuffix(StoreFiles.deletedSuffix) {
            try files.removeDirectory(name)
        }
    }

    /// The partitions that have a directory, with the topic identity that each directory names.
    ///
    /// - Throws: ``LogError`` with code `.io` or `.unsupportedFormat`.
    public func storedPartitions() throws(LogError) -> [(partition: TopicPartition, topicID: TopicID?)] {
        var result: [(partition: TopicPartition, topicID: TopicID?)] = []
        for name in try files.names() {
            guard let partition = TopicPartition(directoryName: name) else { continue }
            result.append((partition, try PartitionMetadata(directory: files.directory(name)).read()))
        }
        return result.sorted { $0.partition < $1.partition }
    }

    /// Opens a partition's log, creating it if it is not there.
    ///
    /// - Throws: ``LogError`` as ``PartitionLog/open(_:configuration:known:observer:)``, or with code
    ///   `.unsupportedFormat` if the directory holds a topic of the same name with another identity.
    public func open(
        _ partition: TopicPartition, topicID: TopicID, configuration: LogConfiguration
    ) throws(LogError) -> StoredLog {
        let name = partition.directoryName
        let directory = files.path(of: name)
        let storedID = try files.exists(name) ? PartitionMetadata(directory: files.directory(name)).read() : nil
        if let stored = storedID {
            guard stored == topicID else {
                throw LogError(
                    .unsupportedFormat,
                    "\(directory) belongs to topic id \(stored), not \(topicID): move it away, then restart")
            }
        }
        var state = known.withLock { $0[partition] } ?? PartitionLog.OpenState()
        // Without the marker a checkpointed recovery point is still right: it only ever lags behind the syncs.
        if state.recoveryPoint < state.logStartOffset { state.recoveryPoint = state.logStartOffset }
        let log = try PartitionLog.open(
            directory, configuration: configuration, known: state, observer: observer, fileSystem: files.fileSystem)
        if storedID == nil { try PartitionMetadata(directory: files.directory(name)).write(topicID) }
        let stored = StoredLog(partition: partition, topicID: topicID, log: log)
        logs.withLock { $0[partition] = stored }
        known.withLock { $0[partition] = nil }
        return stored
    }

    /// Asks the commit thread to make what was appended to `log` durable; the observer hears of it.
    public func requestFlush(of log: StoredLog) { commitThread.request(log) }

    /// Notes an append to a log that is not flushed each time: it will be when `flush.ms` has passed or its segment is
    /// complete.
    public func noteUnflushed(_ log: StoredLog) { log.noteUnflushed(at: options.now()) }

    private func requestOverdueFlushes() {
        let now = options.now()
        for stored in openLogs where stored.takeOverdue(at: now) { requestFlush(of: stored) }
    }

    /// The open logs, in no order.
    public var openLogs: [StoredLog] { logs.withLock { Array($0.values) } }

    /// What group commit has done so far.
    public var commitStatistics: CommitStatistics { commitThread.statistics }

    /// Closes every log, writes the checkpoints and marks the directory as cleanly closed.
    ///
    /// - Throws: the first ``LogError`` of a log that could not be closed; the mark is left out then, so that the
    ///   next start checks.
    public func close() throws(LogError) {
        maintenance.stop()
        cleaner.stop()
        commitThread.stop()
        defer { lock.withLock { $0 = nil } }
        var failure: LogError?
        for stored in openLogs {
            do throws(LogError) { try stored.log.close() } catch { failure = failure ?? error }
            if let earlier = stored.log.failure { failure = failure ?? earlier }
        }
        try writeCheckpoints()
        if let failure { throw failure }
        try files.replaceFile(StoreFiles.cleanShutdown, with: #"{"version":0,"brokerEpoch":-1}"#)
    }

    private func runCheckpoint() {
        do throws(LogError) {
            for stored in openLogs { try stored.log.snapshotProducers() }
            try writeCheckpoints()
        } catch {
            observer.storeDidFailInBackground(error)
        }
    }

    /// Writes down where each log stands, those included that no one has opened yet: their recovery points hold as
    /// before.
    func writeCheckpoints() throws(LogError) {
        try checkpointing.withLock { _ throws(LogError) in
            try StoreFiles(directory: files).writeCheckpoints(try presentStates())
        }
    }

    /// Writes down how far each log is compacted.
    func writeCleanerCheckpoint() throws(LogError) {
        try checkpointing.withLock { _ throws(LogError) in
            try StoreFiles(directory: files).writeCleanerCheckpoint(try presentStates())
        }
    }

    private func presentStates() throws(LogError) -> [TopicPartition: PartitionLog.OpenState] {
        var states = known.withLock { $0 }
        if !states.isEmpty {
            let names = Set(try files.names())
            states = states.filter { names.contains($0.key.directoryName) }
        }
        for stored in openLogs { states[stored.partition] = PartitionLog.OpenState(stored.log) }
        return states
    }

    /// Drops what the checkpoints say of partitions that are no more.
    func forget(_ partitions: [TopicPartition]) {
        known.withLock { known in
            for partition in partitions { known[partition] = nil }
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
