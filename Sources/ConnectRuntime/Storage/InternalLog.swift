import RecordFormat

/// A compacted topic that a store writes to and that it reads whole, from the beginning and on and on.
///
/// The one that runs is ``KafkaBasedLog``; tests put an array in memory in its place.
protocol InternalLog: Sendable {
    /// Hands over everything that is in the topic now, in order per partition, and makes the topic when there is none.
    func start(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws

    /// Hands over what comes, until the task is cancelled.
    func run() async

    /// Writes records in order and returns when each is acknowledged and handed over here too.
    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws

    /// The offset after the last record that was handed over, of a topic with one partition; 0 where records have none.
    var position: Int64 { get }

    /// Waits until ``position`` is `offset` or more.
    func waitUntilRead(to offset: Int64) async throws

    /// Waits until all is handed over that was in a topic with one partition when this was called.
    func readToEnd() async throws

    /// Takes the sole right to ``writePrivileged(_:)`` from whoever has it; what that one had not finished is undone.
    func claimWritePrivileges() async throws

    /// Writes records as ``write(_:)`` does, all or none, unless another worker has claimed the right since.
    func writePrivileged(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws
}

extension InternalLog {
    /// None: nobody else reads what is in memory or in a file.
    var position: Int64 { 0 }

    /// Returns at once.
    func waitUntilRead(to offset: Int64) async throws {}

    /// Returns at once: nobody else writes.
    func readToEnd() async throws {}

    /// Does nothing: there is no one to take it from.
    func claimWritePrivileges() async throws {}

    /// Writes the records.
    func writePrivileged(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws { try await write(records) }
}
