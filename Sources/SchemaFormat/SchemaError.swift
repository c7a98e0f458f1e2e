/// Why a schema, or a value for one, was refused.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing was refused.
    public struct Code: Sendable, Hashable {
        private let name: String

        /// The text is no schema of its language.
        public static let invalidSchema = Code(name: "invalidSchema")
        /// A JSON value does not fit the schema.
        public static let invalidValue = Code(name: "invalidValue")
        /// The bytes are not what the schema says.
        public static let invalidBytes = Code(name: "invalidBytes")
        /// A bound that protects the process was reached.
        public static let limitExceeded = Code(name: "limitExceeded")
    }

    /// What kind of thing was refused.
    public let code: Code
    /// What was found, where, and what would be right.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { message }
}
