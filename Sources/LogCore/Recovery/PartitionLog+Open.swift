public import RecordFormat

extension PartitionLog {
    /// What the data directory knows of a log when it opens it.
    public struct OpenState: Sendable, Hashable {
        /// Below it, bytes were known to be on the device; they are trusted, and reported when they turn out damaged.
        public var recoveryPoint: LogOffset
        /// The first offset that readers may see, or where a new log begins.
        public var logStartOffset: LogOffset
        /// The most recent high watermark that was checkpointed.
        public var highWatermark: LogOffset
        /// The offset up to which the log was compacted.
        public var cleanedOffset: LogOffset
        /// How far the last flush came, to the batch; the recovery point may lag behind it.
        package var flushMark: FlushMark?

        /// Creates the state; all zero for a new log.
        public init(
            recoveryPoint: LogOffset = .zero, logStartOffset: LogOffset = .zero, highWatermark: LogOffset = .zero,
            cleanedOffset: LogOffset = .zero
        ) {
            self.recoveryPoint = recoveryPoint
            self.logStartOffset = logStartOffset
            self.highWatermark = highWatermark
            self.cleanedOffset = cleanedOffset
        }
    }

    /// Opens the log in `directory`, creating it if it is not there, and recovers what a crash left.
    ///
    /// Reads what lies above the recovery point and nothing else. A torn tail there is cut off; damage anywhere else is
    /// reported and kept. Missing or impossible indexes are rebuilt.
    ///
    /// Where ``LogConfiguration/flushesEveryAppend`` says that records count once they are durable, what was recovered is
    /// synced before this returns. Otherwise the recovery point stays where it was, and the next flush does it.
    ///
    /// - Parameters:
    ///   - directory: The partition's directory; the caller holds the lock of the data directory above it.
    ///   - configuration: The log's settings.
    ///   - known: What the checkpoints say; without any the whole log is verified.
    ///   - observer: Told of findings, rolls, deletions and failures.
    ///   - residency: Bounds the files that it holds open, together with those of other logs.
    /// - Throws: ``LogError`` with code `.invalidConfiguration`, `.io`, `.storageFull`, `.tooManyOpenFiles` or
    ///   `.unsupportedFormat`.
    /// - Complexity: O(*n*) in the bytes above the recovery point, and O(1) system calls for each segment below.
    public static func open(
        _ directory: String, configuration: LogConfiguration = LogConfiguration(), known: OpenState = OpenState(),
        observer: any LogObserver = SilentObserver(), residency: LogResidency = .shared
    ) throws(LogError) -> PartitionLog {
        try open(
            directory, configuration: configuration, known: known, observer: observer, fileSystem: KernelFileSystem(),
            residency: residency)
    }

    /// Opens the log in `directory` of `fileSystem`; otherwise as the public method of the same name.
    package static func open(
        _ directory: String, configuration: LogConfiguration, known: OpenState, observer: any LogObserver,
        fileSystem: any LogFileSystem, residency: LogResidency = .shared
    ) throws(LogError) -> PartitionLog {
        try configuration.validate()
        // Its name becomes durable with the first flush: an empty log that a power cut takes away loses nothing.
        let files = try LogDirectory.create(directory, durably: false, in: fileSystem, residency: residency)
        var opening = try LogOpening(files, configuration: configuration, known: known)
        let log = try opening.run(observer: observer)
        observer.logDidRecover(directory, report: opening.report)
        return log
    }
}
