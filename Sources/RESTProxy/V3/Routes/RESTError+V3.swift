import KafkaClient
import KafkaProtocol

extension RESTError {
    /// The answer of API v3 for whatever a route threw: it gives the broker's own words, and has codes of its own for
    /// some of the cluster's errors.
    init(v3 error: any Error) {
        guard let error = error as? KafkaClientError else {
            self.init(any: error)
            return
        }
        switch error.errorCode {
        case ErrorCode.unknownTopicOrPartition?, ErrorCode.unknownTopicID?:
            self.init(40403, "This server does not host this topic-partition.")
        case ErrorCode.groupIDNotFound?: self = .notFound
        case ErrorCode.topicDeletionDisabled?: self = .kafkaBadRequest(error.words)
        default:
            let general = RESTError(error)
            switch general.code {
            case 40002, 40101, 40301: self.init(general.code, error.words)
            case 50002 where error.code == .unsupportedVersion: self = .kafkaBadRequest(error.message)
            default: self = general
            }
        }
    }

    /// 400: what a request says of itself is wrong.
    static func badRequest(_ what: String) -> RESTError { RESTError(400, "Bad Request: " + what) }

    /// 404 with a sentence of its own.
    static func missing(_ what: String) -> RESTError { RESTError(404, what) }

    /// 429: the proxy itself takes no more.
    static let rateLimited = RESTError(
        429, "Request rate limit exceeded: The rate limit of requests per second has been exceeded.")

    /// 408: a stream that has been open for as long as it may.
    static let streamTooLong = RESTError(
        408, "Streaming connection open for longer than allowed: Connection will be closed.")

    /// The error as an object among others in a stream or a batch, where codes are those of statuses.
    var withinStream: RESTError {
        guard code / 100 == 422 else { return self }
        return RESTError(422, "Error: \(code) : \(message)")
    }
}

extension KafkaClientError {
    /// The broker's own words where it sent some, else what its code means.
    fileprivate var words: String { detail ?? errorCode?.message ?? message }
}
