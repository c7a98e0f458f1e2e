public import LogCore
internal import RecordFormat

/// The batches of one or more partitions, from some offset on and then for ever: those that are there first, then each
/// as soon as it may be read.
///
/// A reader sees what lies below the high watermark: with the default settings, what is on the device. Batches of one
/// partition come in order; those of several partitions in turn. The sequence ends when its task is cancelled, and
/// throws when a log is closed, deleted or goes offline, behind what could still be read. Each iterator begins anew at
/// the tail's start.
///
/// At its end, a reader is one parked continuation: no thread, no timer, no polling. Reads that would have to wait for
/// the device are made on threads of the store's own.
///
/// Sendable because it holds values and references to what is safe to use from any thread.
public struct Tail: AsyncSequence, Sendable {
    /// A batch and its place.
    public typealias Element = TailBatch
    /// What ends a tail that was not cancelled.
    public typealias Failure = LogError

    /// How a tail reads.
    struct Settings: Sendable {
        var policy: OutOfRangePolicy
        var bytesPerRead: Int
    }

    let store: EventStore
    let sources: [(log: StoredLog, start: TailStart)]
    let settings: Settings
    /// Why there is nothing to read: a partition that is offline.
    let failure: LogError?

    /// A reader of its own, at the start of the tail.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: TailReader(self)) }

    /// A reader; for one task at a time.
    public struct Iterator: AsyncIteratorProtocol {
        let reader: TailReader

        /// The next batch, waiting until there is one; `nil` when the task is cancelled.
        ///
        /// - Throws: ``LogError`` with code `.offsetOutOfRange` where the tail's policy says so, `.corruptBatch` for
        ///   damage, `.closed` when the store is closed or the topic deleted, `.readOnly` behind the last record of a
        ///   log that is offline.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(LogError) -> TailBatch? {
            try await reader.next(isolation: actor)
        }

        /// The next batch, waiting until there is one; `nil` when the task is cancelled.
        public mutating func next() async throws(LogError) -> TailBatch? { try await reader.next(isolation: nil) }
    }
}
