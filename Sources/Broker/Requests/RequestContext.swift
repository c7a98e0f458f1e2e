import KafkaProtocol
import LogCore
import NIOCore

/// What a handler knows of a request beside its content.
struct RequestContext: Sendable {
    /// Who sends it.
    var principal: Principal
    /// The listener that it came in by.
    var listener: String
    /// The name that the client gives itself.
    var clientID: String?
    /// The address that it comes from.
    var clientHost: String
    /// The port that it comes from.
    var clientPort = 0
    /// What the client says that it is (KIP-511).
    var software = ClientSoftware.unknown
    /// The version of the message.
    var version: Int16
    /// The event loop on which an answer that has to wait is finished.
    var loop: any EventLoop
    /// The connection that it came by; `nil` for a request of this process.
    var connection: ConnectionInfo.ID?
    /// Where the answer goes; `nil` for a request of this process.
    var answer: ConnectionHandler.Answer?

    /// Has `waiter` told when the client goes away before it has its answer.
    func hold(_ waiter: any Abandonable) { answer?.hold(waiter) }

    /// Has the request's memory counted until it is answered: its records wait to be appended.
    func keepRequest() { answer?.keepRequest() }

    /// Has the session that the request may open end with its connection; called on the loop.
    func noteSession() { answer?.noteSession() }

    /// Notes what the client says that it is, for the requests that follow on its connection.
    func note(_ software: ClientSoftware) { answer?.note(software) }

    /// Whose quotas count.
    var quotaClient: ClientQuotas.Client { ClientQuotas.Client(user: principal.name, clientID: clientID ?? "") }
}

/// Takes a handler's answer, once, from any thread.
typealias Reply<Response> = @Sendable (Response) -> Void

/// A request that the broker serves.
protocol ServedRequest: KafkaRequest where Response: ThrottledResponse {
    /// Whether the protocol wants an answer; produce with acks=0 does not.
    var wantsAnswer: Bool { get }
    /// Whether it may start while only requests of such kinds are unanswered on its connection: they take effect in
    /// order by themselves, and what they wait for is not each other. All others wait for those before them.
    static var isPipelined: Bool { get }
    /// Whether the client of a request without an answer has to be told by the end of its connection that it failed.
    static func isFailure(_ response: Response) -> Bool
    /// Adds to an answer what has to be known when it leaves.
    static func complete(_ response: inout Response, by broker: Broker, _ context: RequestContext)
    /// Serves the request; `reply` is called once, now or later.
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<Response>)
}

extension ServedRequest {
    var wantsAnswer: Bool { true }
    static var isPipelined: Bool { false }
    static func isFailure(_ response: Response) -> Bool { false }
    static func complete(_ response: inout Response, by broker: Broker, _ context: RequestContext) {}
}

extension ErrorCode {
    /// The code for a fault of the storage engine: the one place where log errors become Kafka's.
    init(_ error: LogError) {
        switch error.code {
        case .offsetOutOfRange: self = .offsetOutOfRange
        case .corruptBatch: self = .corruptMessage
        case .recordTooLarge: self = .messageTooLarge
        case .invalidRecord: self = .invalidRecord
        case .invalidTimestamp: self = .invalidTimestamp
        case .fencedProducer: self = .invalidProducerEpoch
        case .outOfOrderSequence: self = .outOfOrderSequenceNumber
        case .invalidTransactionState: self = .invalidTxnState
        case .fencedCoordinator: self = .transactionCoordinatorFenced
        case .tooManyProducers: self = .policyViolation
        // Another leads by now: a client that is told so looks for it.
        case .staleLeaderEpoch: self = .notLeaderOrFollower
        case .unsupportedFormat: self = .unsupportedForMessageFormat
        case .invalidConfiguration: self = .invalidConfig
        case .closed: self = .notLeaderOrFollower
        default: self = .kafkaStorageError
        }
    }
}
