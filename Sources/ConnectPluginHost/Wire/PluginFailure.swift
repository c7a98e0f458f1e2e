import ConnectAPI
import JSON

/// An error as it crosses the boundary between a worker and a plug-in.
struct PluginFailure: Sendable, Hashable {
    var message: String
    var code: String
    var isRetriable: Bool
    /// Where it happened, in the words of the plug-in's language.
    var trace: String?

    /// The most characters that a message or a trace keeps.
    private static let lengthLimit = 32 * 1024

    /// Reads what a plug-in sent; whatever is missing has a value that fits.
    init(_ json: JSONValue) {
        message = String((json["message"]?.string ?? json.string ?? "no message").prefix(Self.lengthLimit))
        code = json["code"]?.string ?? "failed"
        isRetriable = json["retriable"]?.bool ?? false
        trace = json["trace"]?.string.map { String($0.prefix(Self.lengthLimit)) }
    }

    /// Describes an error to a plug-in.
    init(describing error: any Error) {
        let known = error as? ConnectError
        message = known?.message ?? String(describing: error)
        code = known.map { "\($0.code)" } ?? "failed"
        isRetriable = known?.isRetriable ?? false
        trace = nil
    }

    /// The same with other words.
    func mapText(_ transform: (String) -> String) -> PluginFailure {
        var failure = self
        failure.message = transform(message)
        failure.trace = trace.map(transform)
        return failure
    }

    var json: JSONValue {
        var object = JSONObject()
        object["message"] = .string(message)
        object["code"] = .string(code)
        object["retriable"] = .bool(isRetriable)
        if let trace { object["trace"] = .string(trace) }
        return .object(object)
    }

    /// The error as connectors throw it.
    var error: ConnectError {
        let codes: [ConnectError.Code] = [
            .failed, .invalidData, .invalidConfiguration, .notFound, .alreadyExists, .conflict, .unavailable,
        ]
        return ConnectError(
            codes.first { $0.description == code } ?? .failed, message, isRetriable: isRetriable,
            cause: trace.map(PluginTrace.init))
    }
}

/// The trace of an error in a plug-in.
struct PluginTrace: Error, CustomStringConvertible {
    let text: String

    init(_ text: String) { self.text = text }

    var description: String { text }
}
