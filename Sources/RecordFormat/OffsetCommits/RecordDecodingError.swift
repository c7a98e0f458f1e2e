/// Why a record of `__consumer_offsets` could not be read.
public struct RecordDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it was; open, so that kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String { case truncated, malformed, unsupportedVersion }
        private let kind: Kind

        /// The bytes end inside a field.
        public static let truncated = Code(kind: .truncated)
        /// A field has a value that its type does not allow.
        public static let malformed = Code(kind: .malformed)
        /// The version prefix is one that no Kafka up to 4.x writes.
        public static let unsupportedVersion = Code(kind: .unsupportedVersion)

        /// The value as text, for logs and messages.
        public var description: String { kind.rawValue }
    }

    /// What kind of failure it was.
    public var code: Code
    /// The field and what is wrong with it.
    public var message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(code): \(message)" }
}
