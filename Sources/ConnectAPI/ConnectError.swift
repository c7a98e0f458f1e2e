/// What went wrong in a connector, a converter or the runtime around them.
public struct ConnectError: Error, Sendable {
    /// The kind of failure; more kinds may come, so a `switch` needs a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case failed, invalidData, invalidConfiguration, notFound, alreadyExists, conflict, unavailable
        }

        private let value: Value

        /// A connector or task could not go on.
        public static let failed = Code(value: .failed)
        /// A value does not fit its schema or its encoding.
        public static let invalidData = Code(value: .invalidData)
        /// A configuration value is missing or wrong.
        public static let invalidConfiguration = Code(value: .invalidConfiguration)
        /// There is no such connector, task or plug-in.
        public static let notFound = Code(value: .notFound)
        /// There is one of that name already.
        public static let alreadyExists = Code(value: .alreadyExists)
        /// The request and the present state exclude each other; later it may work.
        public static let conflict = Code(value: .conflict)
        /// Something that is needed does not answer.
        public static let unavailable = Code(value: .unavailable)

        /// The value as text, for logs and messages.
        public var description: String { value.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in a sentence that a user can act on.
    public let message: String
    /// Whether the same call may succeed later; the runtime then tries it again instead of failing the task.
    public let isRetriable: Bool
    /// The error underneath.
    public let cause: (any Error)?
    /// The source file that made the error.
    public let file: String
    /// The line in ``file``.
    public let line: Int

    /// Creates an error.
    public init(
        _ code: Code, _ message: String, isRetriable: Bool = false, cause: (any Error)? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.isRetriable = isRetriable
        self.cause = cause
        self.file = file
        self.line = line
    }
}

extension ConnectError: CustomStringConvertible {
    /// The value as text, for logs and messages.
    public var description: String {
        "\(message) [\(code), \(file):\(line)]" + (cause.map { "\ncaused by: \($0)" } ?? "")
    }
}
