public import RecordFormat

/// One part of a source connector's work: reads records from the system.
///
/// The runtime calls ``start(context:configuration:)``, then ``poll()`` again and again, and ``stop()`` at the end.
/// Only ``commit()`` may come while ``poll()`` waits. A task is best written as an actor. Each has a thread to
/// itself while it runs, so reading a file or a socket may block it; after an `await` it may be another.
public protocol SourceTask: Sendable {
    /// The version shown to users.
    var version: String { get }

    /// Prepares to read; offsets that were committed before are in the context's reader.
    func start(context: any SourceTaskContext, configuration: [String: String]) async throws

    /// Returns the records that there are now.
    ///
    /// - Returns: Records in order per source partition. None after waiting a while (a second at most) when there are
    ///   none, so that the runtime can pause or stop the task.
    /// - Throws: ``ConnectError`` that is retriable to be called again; `CancellationError` where the runtime calls the
    ///   wait off, for which nothing may be lost; any other error fails the task.
    func poll() async throws -> [SourceRecord]

    /// As ``poll()``, for a task that has a cheaper form for what it reads; otherwise it need not be written. The runtime
    /// calls the one or the other.
    func pollBatches() async throws -> [SourceBatch]

    /// Whether the task is to hear of each record that is acknowledged. One that has no use for that says `false`: its
    /// records are then let go of as soon as they are converted.
    var takesAcknowledgements: Bool { get }

    /// Takes note that these records are acknowledged by Kafka; called where ``takesAcknowledgements`` says so.
    ///
    /// - Parameter records: Records in the order in which ``poll()`` returned them, with where they went; the place is
    ///   `nil` for a record that a transform dropped.
    func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws

    /// Takes note that every offset up to now is stored, for systems that keep offsets themselves.
    func commit() async throws

    /// Ends; the last call.
    func stop() async throws
}

extension SourceTask {
    /// What ``poll()`` returns.
    public func pollBatches() async throws -> [SourceBatch] { [.records(try await poll())] }

    /// It is.
    public var takesAcknowledgements: Bool { true }

    /// Does nothing.
    public func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {}

    /// Does nothing.
    public func commit() async throws {}
}

/// Where in Kafka a record went.
public struct RecordPlace: Sendable, Hashable {
    /// The topic and partition.
    public var topicPartition: TopicPartition
    /// The offset.
    public var offset: LogOffset

    /// Creates a place.
    public init(topicPartition: TopicPartition, offset: LogOffset) {
        self.topicPartition = topicPartition
        self.offset = offset
    }
}

/// What the runtime offers to a running source task.
public protocol SourceTaskContext: Sendable {
    /// The task's configuration.
    var configuration: [String: String] { get }

    /// The offsets stored for this connector.
    var offsetStorageReader: any OffsetStorageReader { get }

    /// Takes what an operator should know.
    var logger: ConnectLogger { get }

    /// How the task ends its transactions; `nil` where that is not its business.
    var transactionContext: (any TransactionContext)? { get }
}

extension SourceTaskContext {
    /// Writes nothing.
    public var logger: ConnectLogger { .silent }
}

/// Reads a connector's stored source offsets.
public protocol OffsetStorageReader: Sendable {
    /// The offset stored for a source partition, or `nil` when there is none.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` when the stored offsets cannot be read now.
    func offset(for partition: ConnectMap) async throws -> ConnectMap?
}
