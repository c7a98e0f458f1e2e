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

    /// Takes the sole right to ``writePrivileged(_:)`` from whoever has it; what that one had not finished is undone.
    func claimWritePrivileges() async throws

    /// Writes records as ``write(_:)`` does, all or none, unless another worker has claimed the right since.
    func writePrivileged(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws
}

extension InternalLog {
    /// Does nothing: there is no one to take it from.
    func claimWritePrivileges() async throws {}

    /// Writes the records.
    func writePrivileged(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws { try await write(records) }
}
