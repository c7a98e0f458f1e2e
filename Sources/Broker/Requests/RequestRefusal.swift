import KafkaProtocol

/// Why a request, or a part of it, is not done: what the client is told.
struct RequestRefusal: Error, Sendable, Hashable {
    var code: ErrorCode
    /// In words; `nil` where the code says it all.
    var message: String?

    init(_ code: ErrorCode, _ message: String?) {
        self.code = code
        self.message = message
    }

    init(code: ErrorCode, message: String) { self.init(code, message) }

    /// A refusal that says no more than its code does.
    init(_ code: ErrorCode) {
        self.code = code
        switch code {
        case .topicAuthorizationFailed, .clusterAuthorizationFailed, .groupAuthorizationFailed:
            message = "Authorization failed."
        default: message = nil
        }
    }

    /// The refusal of a setting.
    init(_ error: ConfigurationError) { self.init(.invalidConfig, error.message) }
}
