public import KafkaProtocol

/// What went wrong in the client or in the cluster's answer.
public struct KafkaClientError: Error, Sendable {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case broker, connectionFailed, tlsFailed, disconnected, timeout, closed, tooManyRequests
            case malformedResponse, unsupportedVersion, invalidConfiguration, invalidArgument
            case recordTooLarge, deliveryTimeout, bufferExhausted, producerFailed
            case noOffset, notAssigned, fenced, rebalanceNeeded, invalidState, transactionFailed
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The cluster answered with an error, which ``KafkaClientError/errorCode`` names.
        public static let broker = Code(.broker)
        /// No connection to the broker could be made.
        public static let connectionFailed = Code(.connectionFailed)
        /// The broker and the client do not agree on TLS: on a certificate, or on a version.
        public static let tlsFailed = Code(.tlsFailed)
        /// The connection ended before the answer; whether the request took effect is unknown.
        public static let disconnected = Code(.disconnected)
        /// No answer in time; whether the request took effect is unknown.
        public static let timeout = Code(.timeout)
        /// The client, producer, consumer or member was closed.
        public static let closed = Code(.closed)
        /// The connection holds as many unanswered requests as it may.
        public static let tooManyRequests = Code(.tooManyRequests)
        /// The broker's answer could not be read.
        public static let malformedResponse = Code(.malformedResponse)
        /// The broker offers no version of the request that this client speaks.
        public static let unsupportedVersion = Code(.unsupportedVersion)
        /// A setting is out of its range or contradicts another.
        public static let invalidConfiguration = Code(.invalidConfiguration)
        /// An argument of the call cannot be meant.
        public static let invalidArgument = Code(.invalidArgument)
        /// The record is larger than a request may be.
        public static let recordTooLarge = Code(.recordTooLarge)
        /// The record was not acknowledged within the delivery timeout.
        public static let deliveryTimeout = Code(.deliveryTimeout)
        /// The producer's buffer stayed full for the maximum block time.
        public static let bufferExhausted = Code(.bufferExhausted)
        /// The producer cannot go on; make a new one.
        public static let producerFailed = Code(.producerFailed)
        /// No offset is committed, or the one asked for is gone, and the reset policy is `.none`.
        public static let noOffset = Code(.noOffset)
        /// The partition is not assigned to this consumer.
        public static let notAssigned = Code(.notAssigned)
        /// Another member took this one's static identity, or another producer its transactional id.
        public static let fenced = Code(.fenced)
        /// The group is rebalancing: join again first.
        public static let rebalanceNeeded = Code(.rebalanceNeeded)
        /// The call does not fit the state that the producer is in, such as a commit without a transaction.
        public static let invalidState = Code(.invalidState)
        /// The transaction can only be aborted.
        public static let transactionFailed = Code(.transactionFailed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, and what can be done about it.
    public var message: String
    /// Kafka's own code, when the cluster gave one.
    public var errorCode: ErrorCode?
    /// The broker's own words, when it sent any; ``message`` has them too.
    public var detail: String?
    /// The error underneath, if there is one.
    public var cause: (any Error)?
    /// Where in the client's source it arose, as file and line.
    public var location: String

    /// Creates an error.
    public init(
        _ code: Code, _ message: String, errorCode: ErrorCode? = nil, cause: (any Error)? = nil,
        file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.errorCode = errorCode
        self.cause = cause
        location = "\(file):\(line)"
    }

    /// Whether the same call may succeed later without anything being changed.
    public var isRetriable: Bool {
        switch code {
        case .broker: errorCode?.isRetriable ?? false
        case .connectionFailed, .disconnected, .timeout, .tooManyRequests, .rebalanceNeeded: true
        default: false
        }
    }
}

extension KafkaClientError: CustomStringConvertible {
    /// Code, message, Kafka's code and cause in one line.
    public var description: String {
        var text = "\(code): \(message)"
        if let errorCode { text += " [\(errorCode.name) \(errorCode.rawValue)]" }
        if let cause { text += " (cause: \(cause))" }
        return text
    }
}

extension KafkaClientError {
    /// The error for a code in a broker's answer; `nil` when the code says that all is well.
    ///
    /// - Parameters:
    ///   - rawCode: The code as the answer carries it.
    ///   - detail: The broker's own message, if it sent one.
    ///   - subject: What was asked, as in `creating topic logs`.
    package init?(
        rawCode: Int16, detail: String? = nil, while subject: @autoclosure () -> String, file: String = #fileID,
        line: Int = #line
    ) {
        guard rawCode != ErrorCode.none.rawValue else { return nil }
        let code = ErrorCode(rawValue: rawCode)
        self.init(
            .broker, "\(subject()): \(detail ?? code.message)", errorCode: code, file: file, line: line)
        self.detail = detail
    }
}
