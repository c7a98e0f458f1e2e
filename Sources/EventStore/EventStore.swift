internal import CShims
public import LogCore
public import RecordFormat
internal import Synchronization

/// A data directory of partitions: opens them, keeps their checkpoints, and runs the threads that make appends durable
/// and delete what has expired.
///
/// Apps use it by topics: ``topic(_:partitions:configuration:)`` creates or opens one, and ``Topic`` appends and tails.
/// A host that has metadata and replicas of its own, such as the broker, opens single partitions instead
/// (``open(_:topicID:configuration:)``) and moves their high watermarks itself.
///
/// Safe to use from any thread. ``close()`` it: a store that is dropped instead stops its threads, and leaves the next
/// start to check what was not synced.
///
/// - SeeAlso: docs/format/data-directory.md
public final class EventStore: Sendable {
    /// How a store is opened.
    public struct Options: Sendable {
        /// The data directory, `log.dirs`; created if missing.
        public var directory: String
        /// This node's number, kept in `meta.properties` (`node.id`).
        public var nodeID: Int32
        /// The cluster that the directory has to belong to; without it whichever it belongs to, or a new one.
        public var clusterID: String?
        /// How often recovery points are checkpointed (`log.flush.offset.checkpoint.interval.ms`).
        public var checkpointInterval: Duration
        /// How often old segments are looked for (`log.retention.check.interval.ms`).
        public var retentionInterval: Duration
        /// How logs are compacted.
        public var cleaner: CleanerOptions
        /// Bounds the files that its logs hold open and mapped.
        public var residency: LogResidency
        /// The time, for retention and for records that bring none; injected so that tests can move it.
        public var now: @Sendable () -> Timestamp

        /// Creates options with Kafka's defaults, and the wall clock.
        public init(
            directory: String, nodeID: Int32 = 1, clusterID: String? = nil, checkpointInterval: Duration = .seconds(60),
            retentionInterval: Duration = .seconds(300), cleaner: CleanerOptions = CleanerOptions(),
            residency: LogResidency = .shared, now: @escaping @Sendable () -> Timestamp = Timestamp.now
        ) {
            self.directory = directory
            self.nodeID = nodeID
            self.clusterID = clusterID
            self.checkpointInterval = checkpointInterval
            self.retentionInterval = retentionInterval
            self.cleaner = cleaner
            self.residency = residency
            self.now = now
        }
    }

    /// The options it was opened with.
    public let options: Options
    /// The identity of the cluster that the directory belongs to, 22 characters of base64url.
    public let clusterID: String
    /// The identity of the directory itself, which stays as long as the directory does: 22 characters of base64url;
    /// `nil` for one that an older version made, unless it belongs to a certain cluster (``Options/clusterID``).
    public let directoryID: String?
    /// Whether the last process closed the store; if not, logs were scanned above their recovery points.
    public let wasCleanlyClosed: Bool

    let observer: any StoreObserver
    let state = Mutex(StoreState.open([:]))
    let directoryCalls = DirectoryCalls()
    let commitThread: CommitThread
    let journal: CommitJournal
    let readPool = ReadPool()
    let topicTable: Mutex<TopicTable>
    let offsetTable = Mutex<OffsetTable?>(nil)
    let checkpoints: CheckpointWriter
    let flushMarks: FlushMarkFile
    let lock: DirectoryLock
    /// The data directory.
    let files: LogDirectory
    let cleaner: Cleaner
    private let maintenance = MaintenanceThread()

    /// The shortest time between two checkpoints, however short the interval that is asked for.
    private static let shortestInterval = Duration.milliseconds(100)

    /// Opens the data directory at `directory` with the defaults; ``init(_:observer:)`` takes others.
    ///
    /// - Throws: as ``init(_:observer:)``.
    public static func open(_ directory: String) throws(LogError) -> EventStore {
        try EventStore(Options(directory: directory))
    }

    /// Locks the directory and reads what it says of itself; no log is opened yet.
    ///
    /// - Throws: ``LogError`` with code `.directoryLocked` if another process has it, `.unsupportedFormat` for files
    ///   of another version or another node's directory, `.io`, `.storageFull`.
    public convenience init(
        _ options: Options, observer: any StoreObserver = SilentStoreObserver()
    ) throws(LogError) {
        try self.init(options, observer: observer, fileSystem: KernelFileSystem())
    }

    /// As the public initialiser, in `fileSystem`.
    ///
    /// - Parameter journalSize: The bytes of each of the journal's two files; 0 for no journal.
    package init(
        _ options: Options, observer: any StoreObserver, fileSystem: any LogFileSystem, journalSize: Int? = nil
    ) throws(LogError) {
        self.options = options
        self.observer = observer
        files = try LogDirectory.create(
            options.directory, durably: true, in: fileSystem, residency: options.residency)
        lock = try DirectoryLock(files)
        let identity = try MetaProperties(directory: files).load(
            nodeID: options.nodeID, clusterID: options.clusterID)
        clusterID = identity.clusterID
        directoryID = identity.directoryID
        wasCleanlyClosed = try files.exists(StoreFiles.cleanShutdown)
        // Gone before the first append: from here on only a clean close brings it back.
        if wasCleanlyClosed {
            try files.removeFile(StoreFiles.cleanShutdown)
            try files.sync()
        }
        let names = try files.names()
        // Before anyone looks at a log: what was acknowledged is in its own files from here on.
        try JournalReplay(files, names: names) { observer.logDidFindDamage(options.directory, error: $0) }.run()
        let storeFiles = StoreFiles(directory: files)
        checkpoints = CheckpointWriter(
            files: storeFiles,
            known: storeFiles.readCheckpoints { observer.logDidFindDamage(options.directory, error: $0) })
        flushMarks = try FlushMarkFile(directory: files, names: names) { observer.storeDidFailInBackground($0) }
        topicTable = Mutex(TopicTable(directory: files, names: names, observer: observer))
        journal = CommitJournal(files, fileSize: journalSize ?? CommitJournal.defaultSize)
        commitThread = CommitThread(lock, journal)
        cleaner = Cleaner(options.cleaner, now: options.now)
        sweep(names)
        try journal.start { [observer] in observer.storeDidFailInBackground($0) }
        try commitThread.start { [observer] in
            observer.storeDidFlush($0)
        } onFailure: { [observer] in
            observer.storeDidFailInBackground($0)
        }
        try maintenance.start(
            checkpoints: max(options.checkpointInterval, Self.shortestInterval),
            retention: max(options.retentionInterval, Self.shortestInterval),
            onCheckpoint: { [weak self] in self?.runCheckpoint() },
            onRetention: { [weak self] in self?.runRetentionNow() },
            onFlushCheck: { [weak self] in self?.requestOverdueFlushes() })
        finishDeletions()
        try startCleaner()
    }

    deinit {
        // Dropped without `close()`: the threads must not outlive it. Logs that someone still holds keep the lock.
        stopThreads()
        // What cannot be settled the next start reads.
        try? journal.close()
    }

    private func stopThreads() {
        maintenance.stop()
        cleaner.stop()
        commitThread.stop()
        readPool.stop()
    }

    /// Removes directories whose deletion a crash interrupted.
    private func sweep(_ names: [String]) {
        for name in names where StoreFiles.isDeletedName(name) {
            do throws(LogError) { try files.removeDirectory(name) } catch {
                observer.storeDidFailInBackground(error)
            }
        }
    }

    /// The open logs, in no order.
    public var openLogs: [StoredLog] { state.withLock { $0.logs } ?? [] }

    /// What group commit has done so far.
    public var commitStatistics: CommitStatistics { commitThread.statistics }

    /// Asks the commit thread to make what was appended to `log` durable; the observer hears of it.
    public func requestFlush(of log: StoredLog) { commitThread.request(log) }

    /// Notes an append to a log that is not flushed each time: it will be when `flush.ms` has passed, its segment is
    /// complete, or 16 MiB are unsynced, which bounds what recovery has to read.
    public func noteUnflushed(_ log: StoredLog) {
        if log.noteUnflushed(at: options.now()) { requestFlush(of: log) }
    }

    /// Closes every log, writes the checkpoints and marks the directory as cleanly closed; a second call does nothing.
    ///
    /// Waits for logs that are being opened or deleted. Who waits for a log is told: appends that the last sync reached have succeeded, readers get `.closed`.
    ///
    /// - Throws: the first ``LogError`` of a log that could not be closed, after everything else was tried; the mark is
    ///   left out then, so that the next start checks.
    public func close() throws(LogError) {
        guard directoryCalls.close(), let logs = state.withLock({ $0.beginClosing() }) else { return }
        defer {
            state.withLock { $0 = .closed }
            lock.release()
        }
        stopThreads()
        var failure: LogError?
        func attempt(_ step: () throws(LogError) -> Void) {
            do throws(LogError) { try step() } catch { failure = failure ?? error }
        }
        // While the logs have their files, which know whether a sync of theirs has failed.
        attempt { () throws(LogError) in try journal.close() }
        for stored in logs {
            attempt { () throws(LogError) in try stored.close() }
            if let earlier = stored.log.failure { failure = failure ?? earlier }
        }
        attempt { () throws(LogError) in try checkpoints.write { logs } }
        if let failure { throw failure }
        try files.replaceFile(StoreFiles.cleanShutdown, with: #"{"version":0,"brokerEpoch":-1}"#)
    }
}
