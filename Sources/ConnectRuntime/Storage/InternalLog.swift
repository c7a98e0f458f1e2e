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
}

extension InternalLog {
    /// None: nobody else reads what is in memory or in a file.
    var position: Int64 { 0 }

    /// Returns at once.
    func waitUntilRead(to offset: Int64) async throws {}
}
