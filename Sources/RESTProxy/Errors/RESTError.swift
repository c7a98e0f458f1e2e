import HTTPService
import HTTPTypes
import JSON

/// An error as the REST Proxy answers it: `{"error_code":…,"message":…}` with the code's status.
///
/// Codes and messages are those of the field; each has one maker here, so that no route writes a code by itself.
struct RESTError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the body gives as `error_code`: a status, or a status with two digits more.
    let code: Int
    /// What happened.
    let message: String
    /// How long to wait before trying again, where the broker says so.
    var retryAfter: Duration?

    /// Creates an error.
    init(_ code: Int, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The status that goes with the code.
    var status: HTTPResponse.Status { HTTPResponse.Status(code: code >= 1000 ? code / 100 : code) }

    /// The error as the HTTP layer knows it.
    var serviceError: ServiceError { ServiceError(status, message, errorCode: code) }

    /// The answer.
    ///
    /// - Parameter type: The media type that was agreed on for the answer.
    func response(type: String) -> ServiceResponse {
        var response = serviceError.response
        response.headers[.contentType] = type
        if let retryAfter {
            // Whole seconds; less than one is one, as 0 would mean at once.
            let (seconds, attoseconds) = retryAfter.components
            response.headers[.retryAfter] = String(max(1, seconds + (attoseconds > 0 ? 1 : 0)))
        }
        return response
    }

    /// The value as text, for logs and messages.
    var description: String { "\(code): \(message)" }
}

// MARK: - Codes

extension RESTError {
    /// 404, "Topic not found."
    static let topicNotFound = RESTError(40401, "Topic not found.")
    /// 404, "Partition not found."
    static let partitionNotFound = RESTError(40402, "Partition not found.")
    /// 404, "Consumer instance not found."
    static let consumerInstanceNotFound = RESTError(40403, "Consumer instance not found.")
    /// 404, "Leader not available."
    static let leaderNotAvailable = RESTError(40404, "Leader not available.")
    /// 404, "Consumer group id not found."
    static let consumerGroupNotFound = RESTError(40405, "Consumer group id not found.")
    /// 406: a read asks for another format than the instance has.
    static let consumerFormatMismatch = RESTError(
        40601, "The requested embedded data format does not match the deserializer for this consumer instance")
    /// 409: the instance is subscribed to something else.
    static let consumerAlreadySubscribed = RESTError(
        40901, "Consumer cannot subscribe the the specified target because it has already subscribed to other topics.")
    /// 409: the group has an instance with that id.
    static let consumerAlreadyExists = RESTError(
        40902, "Consumer with specified consumer ID already exists in the specified consumer group.")
    /// 422: there are keys and no schema for them.
    static let keySchemaMissing = RESTError(
        42201, "Request includes keys but does not include key schema")
    /// 422: there are values and no schema for them.
    static let valueSchemaMissing = RESTError(
        42202, "Request includes values but does not include value schema")

    /// 409: what is asked for does not fit the instance's state.
    static func illegalState(_ what: String) -> RESTError { RESTError(40903, "Illegal state: " + what) }
    /// 408: a schema could not be had or registered.
    static func serialization(_ what: String) -> RESTError { RESTError(40801, what) }
    /// 422: a value does not fit its schema.
    static func jsonConversion(_ what: String) -> RESTError {
        RESTError(42203, "Conversion of JSON to Object failed: " + what)
    }
    /// 422: a setting of an instance that there is not, or with a value that it cannot have.
    static func invalidConsumerConfiguration(_ what: String) -> RESTError {
        RESTError(42204, "Invalid consumer configuration: " + what)
    }
    /// 400: settings of an instance that contradict the bounds of the server.
    static func invalidConsumerConfigurationConstraint(_ what: String) -> RESTError {
        RESTError(40001, "Invalid consumer configuration. It does not abide by the constraints: " + what)
    }
    /// 422: a text that is no schema.
    static func invalidSchema(_ what: String) -> RESTError { RESTError(42205, "Invalid schema: " + what) }
    /// 422: a body that lacks what it must have.
    static func invalidPayload(_ what: String) -> RESTError { RESTError(42206, "Payload error. " + what) }
    /// 422: data that cannot be turned into bytes.
    static func messageSerialization(_ what: String) -> RESTError {
        RESTError(42207, "Error serializing message. " + what)
    }
    /// 422: a batch that cannot be taken as a whole.
    static func produceBatch(_ what: String) -> RESTError { RESTError(42208, what) }
    /// 422: a member of the body breaks a rule.
    static func validation(_ what: String) -> RESTError { RESTError(422, what) }
    /// 400: the cluster refuses what was asked for.
    static func kafkaBadRequest(_ what: String) -> RESTError { RESTError(40002, what) }
    /// 401: the cluster does not know who asks.
    static func kafkaAuthentication(_ what: String) -> RESTError { RESTError(40101, what) }
    /// 403: the cluster does not allow it.
    static func kafkaAuthorization(_ what: String) -> RESTError { RESTError(40301, what) }
    /// 429: the broker throttles.
    static func throttled(for time: Duration) -> RESTError {
        var error = RESTError(42901, "The throttling quota has been exceeded.")
        error.retryAfter = time
        return error
    }
    /// 500: any other error of the cluster.
    static func kafka(_ what: String) -> RESTError { RESTError(50002, "Kafka error: " + what) }
    /// 500: an error of the cluster that may be over soon.
    static func kafkaRetriable(_ what: String) -> RESTError { RESTError(50003, "Kafka error: " + what) }
    /// 503: no broker answers.
    static func brokerNotAvailable(_ what: String) -> RESTError {
        RESTError(50302, "Broker not available: " + what)
    }
    /// 413: more than may be sent at once.
    static func tooLarge(_ what: String) -> RESTError { RESTError(413, what) }
    /// 415.
    static let unsupportedMediaType = RESTError(415, "HTTP 415 Unsupported Media Type")
    /// 406.
    static let notAcceptable = RESTError(406, "HTTP 406 Not Acceptable")
    /// 404 of a path that is not there.
    static let notFound = RESTError(404, "HTTP 404 Not Found")
}
