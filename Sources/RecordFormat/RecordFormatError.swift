/// What is wrong with bytes that should have been a record batch, or with a codec's input.
///
/// Sendable because it holds values only.
public struct RecordFormatError: Error, Sendable, CustomStringConvertible {
    /// The kind of fault.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case truncated, invalidSize, unsupportedMagic, checksumMismatch, invalidRecord, unsupportedCompression
            case limitExceeded, codecFailed, batchFull
        }

        private let value: Value
        private init(_ value: Value) { self.value = value }

        /// The bytes end before the batch or record does.
        public static let truncated = Code(.truncated)
        /// A length field is negative, too small for its content, or contradicts another.
        public static let invalidSize = Code(.invalidSize)
        /// The batch is not of format version 2, the only one since Kafka 4.0.
        public static let unsupportedMagic = Code(.unsupportedMagic)
        /// The CRC-32C in the header is not that of the bytes.
        public static let checksumMismatch = Code(.checksumMismatch)
        /// A record inside of a valid batch does not parse.
        public static let invalidRecord = Code(.invalidRecord)
        /// The attributes name a codec that does not exist.
        public static let unsupportedCompression = Code(.unsupportedCompression)
        /// Decompressed data would exceed the limit that the caller gave.
        public static let limitExceeded = Code(.limitExceeded)
        /// A codec library refused its input.
        public static let codecFailed = Code(.codecFailed)
        /// One batch cannot hold more: 2^31 - 1 records or bytes.
        public static let batchFull = Code(.batchFull)

        /// The value as text, for logs and messages.
        public var description: String { value.rawValue }
    }

    /// The kind of fault.
    public var code: Code
    /// What was found, with the numbers, for a person.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(code): \(message)" }
}
