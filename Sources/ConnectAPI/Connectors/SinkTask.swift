public import RecordFormat

/// One part of a sink connector's work: writes records to the system.
///
/// The runtime makes one call at a time: ``start(context:configuration:)``, ``open(_:)`` with the partitions that the
/// task got, ``put(_:)`` with batches, ``preCommit(_:)`` before it commits offsets, ``close(_:)`` with partitions that
/// it loses, ``stop()`` at the end. Each task has a thread to itself while it runs, so writing a file or a socket may
/// block it; after an `await` it may be another.
public protocol SinkTask: Sendable {
    /// The version shown to users.
    var version: String { get }

    /// Prepares to write.
    func start(context: any SinkTaskContext, configuration: [String: String]) async throws

    /// Takes note of partitions whose records will come from now on.
    func open(_ partitions: [TopicPartition]) async throws

    /// Takes a batch; it may keep it in memory until ``preCommit(_:)``.
    ///
    /// Called with no records now and then, so that a task can act on time.
    ///
    /// - Throws: ``ConnectError`` that is retriable to get the same batch again; any other error fails the task.
    func put(_ records: [SinkRecord]) async throws

    /// Makes what was put durable in the system.
    ///
    /// - Parameter offsets: For each partition the offset after the last record that was put.
    func flush(_ offsets: [TopicPartition: LogOffset]) async throws

    /// Says which offsets may be committed.
    ///
    /// - Parameter offsets: For each partition the offset after the last record that was put.
    /// - Returns: The offsets to commit; leaving a partition out postpones it. The default flushes and returns them
    ///   all.
    func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset]

    /// Takes note of partitions whose records no longer come.
    func close(_ partitions: [TopicPartition]) async throws

    /// Ends; the last call.
    func stop() async throws
}

extension SinkTask {
    /// Does nothing.
    public func open(_ partitions: [TopicPartition]) async throws {}

    /// Does nothing: what was put is durable already.
    public func flush(_ offsets: [TopicPartition: LogOffset]) async throws {}

    /// Flushes and allows every offset.
    public func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset] {
        try await flush(offsets)
        return offsets
    }

    /// Does nothing.
    public func close(_ partitions: [TopicPartition]) async throws {}
}

/// What the runtime offers to a running sink task.
public protocol SinkTaskContext: Sendable {
    /// The task's configuration.
    var configuration: [String: String] { get }

    /// The partitions that the task has now.
    var assignment: Set<TopicPartition> { get }

    /// Has reading go on at these offsets, for systems that keep offsets themselves.
    func seek(to offsets: [TopicPartition: LogOffset])

    /// How long to wait before a batch is put again after a retriable error.
    func setRetryTimeout(_ timeout: Duration)

    /// Stops reading these partitions for the time being.
    func pause(_ partitions: [TopicPartition])

    /// Reads these partitions again.
    func resume(_ partitions: [TopicPartition])

    /// Asks for offsets to be committed soon, without waiting for the interval to pass.
    func requestCommit()

    /// Takes records that the task cannot put, each by itself (KIP-610); `nil` where the connector has neither a dead letter
    /// queue nor a log of errors, and a task that cannot put a record can only fail.
    var errantRecordReporter: (any ErrantRecordReporter)? { get }

    /// Takes what an operator should know.
    var logger: ConnectLogger { get }
}

extension SinkTaskContext {
    /// Writes nothing.
    public var logger: ConnectLogger { .silent }

    /// None.
    public var errantRecordReporter: (any ErrantRecordReporter)? { nil }
}

/// Takes records that a sink task cannot put.
public protocol ErrantRecordReporter: Sendable {
    /// Makes a record known as one that was not put: the log and the dead letter queue get it, as the connector's
    /// configuration says. Its offset is committed once its dead letter is stored.
    ///
    /// - Throws: ``ConnectError`` if the connector tolerates no errors (`errors.tolerance`); the task has to fail with it.
    func report(_ record: SinkRecord, error: any Error) async throws
}
