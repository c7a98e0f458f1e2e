/// A record of the schemas topic with its place in it.
struct LoggedRecord: Sendable, Hashable {
    /// The place.
    var offset: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    /// What stands in the header of a writer's claim.
    var writer: String?
    /// When it was written, in milliseconds since 1970.
    var timestamp: Int64?
}

/// The topic in which everything is: one order of records, which all registries read.
///
/// The one that runs is ``SchemaLog``; tests put an array in memory in its place.
protocol RecordLog: Sendable {
    /// Makes the topic if there is none and hands over everything that is in it now.
    ///
    /// - Parameters:
    ///   - apply: Takes records, in order.
    ///   - reached: Takes the offset before which everything was handed over, whether it was records or nothing.
    func start(
        _ apply: @escaping @Sendable ([LoggedRecord]) -> Void, reached: @escaping @Sendable (Int64) -> Void
    ) async throws

    /// Hands over what comes, until the task is cancelled.
    func follow() async

    /// Makes what writes under a claim; it has nothing in common with those that were made before.
    func makeWriter(_ claim: WriterClaim) throws -> any RecordWriter
}

/// Writes under one claim.
protocol RecordWriter: Sendable {
    /// Writes records one after the other.
    ///
    /// - Returns: Their offsets, once all replicas in sync have them.
    /// - Throws: ``WriteFailure``; some of them may have been written nevertheless.
    func write(_ entries: [RegistryEntry]) async throws(WriteFailure) -> [Int64]

    /// Gives up what is not written yet.
    func close() async
}

/// Why something was not written, or may not have been.
enum WriteFailure: Error, Sendable, Hashable {
    /// The topic takes no record of this size; nothing was written.
    case tooLarge
    /// Nobody has said in time whether it is written.
    case timedOut
    /// What was written counts for nothing, because another one writes now.
    case superseded
    /// Another reason.
    case failed(String)
}
