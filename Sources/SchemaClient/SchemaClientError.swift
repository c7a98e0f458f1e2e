/// Why a Schema Registry did not give what it was asked for.
public struct SchemaClientError: Error, Sendable, CustomStringConvertible {
    /// The registry's `error_code`, such as 40403; `nil` when there was no answer, or one without a code.
    public let errorCode: Int?
    /// HTTP's status; `nil` when there was no answer.
    public let status: Int?
    /// The registry's message, or why there was no answer.
    public let message: String
    /// What made it fail.
    public let cause: (any Error)?
    /// Whether no registry could be reached.
    private let isUnanswered: Bool

    /// Creates an error of an answer, or of what was to be asked.
    public init(_ message: String, status: Int? = nil, errorCode: Int? = nil, cause: (any Error)? = nil) {
        self.message = message
        self.status = status
        self.errorCode = errorCode
        self.cause = cause
        isUnanswered = false
    }

    /// Creates the error of a request without an answer.
    public init(unanswered message: String, cause: (any Error)? = nil) {
        self.message = message
        self.cause = cause
        (status, errorCode) = (nil, nil)
        isUnanswered = true
    }

    /// Whether asking again may help: there was no answer, or the registry's trouble was its own.
    public var isRetriable: Bool {
        guard let status else { return isUnanswered }
        return status == 408 || status == 429 || status >= 500
    }

    /// The value as text, for logs and messages.
    public var description: String {
        let code = errorCode.map { "; error code: \($0)" } ?? status.map { "; status: \($0)" } ?? ""
        return message + code
    }
}
