import HTTPService
import HTTPTypes
import JSON

/// Answers in the media types that the registry speaks.
enum RegistryAnswer {
    /// What is answered unless the client takes another one only.
    static let mediaType = "application/vnd.schemaregistry.v1+json"
    /// The types of bodies and answers, the best first; a body may be said to be nothing in particular too.
    static let mediaTypes = [
        mediaType, "application/vnd.schemaregistry+json", "application/json", "application/octet-stream",
    ]

    /// What answers may be: all of them but the one that says nothing.
    static let answerTypes = Array(mediaTypes.dropLast())

    /// An answer with JSON.
    static func json(_ json: JSONValue, _ status: HTTPResponse.Status = .ok) -> ServiceResponse {
        ServiceResponse(status, json: json)
    }

    /// An answer with a text that is the body itself.
    static func text(_ text: String) -> ServiceResponse {
        ServiceResponse(.ok, type: mediaType, body: Array(text.utf8))
    }

    /// The answer as the client takes it.
    static func typed(_ response: ServiceResponse, for request: ServiceRequest) -> ServiceResponse {
        guard !response.body.isEmpty else { return response }
        var response = response
        response.headers[.contentType] = type(for: request.headers[.accept])
        return response
    }

    /// The best of the types that a client takes.
    private static func type(for accept: String?) -> String {
        guard let accept, !accept.isEmpty else { return mediaType }
        let ranges = accept.lowercased().split(separator: ",").map { range in
            String(range.prefix { $0 != ";" }.filter { $0 != " " })
        }
        let isAny = ranges.contains { $0 == "*/*" || $0 == "application/*" }
        return isAny ? mediaType : answerTypes.first(where: ranges.contains) ?? mediaType
    }

    /// The error that clients see.
    static let translate: @Sendable (any Error) -> ServiceError = { error in
        guard let error = error as? RegistryError else { return RouteTable.internalError(error) }
        return ServiceError(HTTPResponse.Status(code: error.code / 100), error.message, errorCode: error.code)
    }
}
