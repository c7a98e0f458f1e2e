/// What went wrong in a log, with the remedy where there is one.
///
/// Sendable because it holds values only. `Code` is open: new codes are no breaking change.
public struct LogError: Error, Sendable, CustomStringConvertible {
    /// The kind of fault.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case offsetOutOfRange, corruptBatch, corruptIndex, segmentFull, staleLeaderEpoch, fencedProducer
            case outOfOrderSequence, readOnly, closed, storageFull, io, unsupportedFormat, invalidConfiguration
            case recordTooLarge, invalidRecord, invalidTimestamp, directoryLocked, cancelled
            case invalidTransactionState, fencedCoordinator, tooManyProducers, tooManyOpenFiles
        }

        private let value: Value
        private init(_ value: Value) { self.value = value }

        /// The offset asked for lies below the log start or above the log end.
        public static let offsetOutOfRange = Code(.offsetOutOfRange)
        /// Bytes that should be a batch are none, or their checksum is wrong.
        public static let corruptBatch = Code(.corruptBatch)
        /// An index contradicts its log file.
        public static let corruptIndex = Code(.corruptIndex)
        /// A segment cannot take the batch; the log rolls by itself, so a caller never sees it.
        public static let segmentFull = Code(.segmentFull)
        /// The leader epoch given is older than the log's.
        public static let staleLeaderEpoch = Code(.staleLeaderEpoch)
        /// A newer generation of the producer has written (KIP-98).
        public static let fencedProducer = Code(.fencedProducer)
        /// The batch's sequence number does not follow the producer's last (KIP-98).
        public static let outOfOrderSequence = Code(.outOfOrderSequence)
        /// An earlier write or sync failed; nothing is appended until the log is opened again.
        public static let readOnly = Code(.readOnly)
        /// The log was closed or deleted.
        public static let closed = Code(.closed)
        /// The disk is full; reads go on, and appends will work again once there is room.
        public static let storageFull = Code(.storageFull)
        /// A system call failed.
        public static let io = Code(.io)
        /// Files of a format or version that this code does not know.
        public static let unsupportedFormat = Code(.unsupportedFormat)
        /// A setting is out of its range.
        public static let invalidConfiguration = Code(.invalidConfiguration)
        /// A batch is larger than `max.message.bytes`.
        public static let recordTooLarge = Code(.recordTooLarge)
        /// A producer's batch breaks a rule of the format.
        public static let invalidRecord = Code(.invalidRecord)
        /// A timestamp lies outside of what the topic accepts.
        public static let invalidTimestamp = Code(.invalidTimestamp)
        /// The data directory is open in another process, or the partition in this one.
        public static let directoryLocked = Code(.directoryLocked)
        /// Work in the background was called off because the log changed beneath it.
        public static let cancelled = Code(.cancelled)
        /// A batch does not fit the state of its producer's transaction (KIP-98).
        public static let invalidTransactionState = Code(.invalidTransactionState)
        /// A newer transaction coordinator has written a marker for this producer (KIP-98).
        public static let fencedCoordinator = Code(.fencedCoordinator)
        /// The log remembers as many idempotent producers as it may.
        public static let tooManyProducers = Code(.tooManyProducers)

        /// The process may open or map no more files; nothing was changed, and it will work again once there is room.
        public static let tooManyOpenFiles = Code(.tooManyOpenFiles)

        /// The value as text, for logs and messages.
        public var description: String { value.rawValue }
    }

    /// One record for which a batch was refused.
    public struct RecordFault: Hashable, Sendable {
        /// The record's place in its batch, counted from 0.
        public var index: Int
        /// What is wrong with it, for a person.
        public var message: String

        /// Creates the fault of a record.
        public init(index: Int, message: String) {
            self.index = index
            self.message = message
        }
    }

    /// The kind of fault.
    public var code: Code
    /// What was found and what to do, for a person.
    public var message: String
    /// The error beneath, as text, if there was one.
    public var cause: String?
    /// The records for which a batch was refused, in order; the first of them if they are many, none if it is the
    /// batch itself that was refused (KIP-467).
    public var records: [RecordFault] = []
    /// Where in this code the error was made.
    public var location: String

    /// Creates an error.
    public init(
        _ code: Code, _ message: String, cause: String? = nil, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        location = "\(file):\(line)"
    }

    /// Whether the same call can succeed later without anyone reopening the log.
    public var isRetriable: Bool { code == .storageFull || code == .tooManyOpenFiles }
    /// Whether only opening the log again brings it back.
    public var requiresReopen: Bool { code == .readOnly || code == .io || code == .closed }

    /// The value as text, for logs and messages.
    public var description: String { "\(code): \(message)" + (cause.map { " (\($0))" } ?? "") }
}
