import HTTPTypes
import NIOCore

/// The head of a request, from either version of HTTP, once it is known to be a sound one.
struct RequestHead: Sendable {
    var method: HTTPRequest.Method
    /// The path with the query, or an absolute address.
    var target: String
    /// `Host`, or `:authority`.
    var authority: String?
    /// The other header fields.
    var fields: HTTPFields
    /// What is announced; `nil` for a body of unknown length.
    var contentLength: Int?
    /// Whether a body comes, which may be an empty one.
    var hasBody: Bool
    /// Whether the connection outlives the request.
    var keepsAlive: Bool
    /// Whether the connection may be used for another protocol from here on.
    var isUpgrade = false

    /// Whether the client waits for a word before it sends the body.
    var expectsContinue: Bool { hasBody && fields.value(of: .expect)?.lowercased() == "100-continue" }
}

/// What a connection or a stream hands to its ``ExchangeHandler``.
enum RequestPart: Sendable {
    case head(RequestHead)
    case body(ByteBuffer)
    case end
    /// What comes is no request, or no more of one; nothing follows.
    case failed(ServiceError)
}

/// What an ``ExchangeHandler`` has its connection or stream send.
enum ResponsePart: Sendable {
    /// `100 Continue`.
    case goOn
    /// `101 Switching Protocols`, with these fields; what follows is no HTTP.
    case switching(HTTPFields)
    /// A whole answer.
    case whole(ResponseHead, ByteBuffer?)
    /// The beginning of an answer of unknown length.
    case head(ResponseHead)
    case body(ByteBuffer)
    case end
    /// Nothing follows.
    ///
    /// - Parameter lingers: Whether the client may still be sending: it gets time to read the answer first.
    case close(lingers: Bool)
}

/// The head of an answer.
struct ResponseHead: Sendable {
    var status: HTTPResponse.Status
    var fields: HTTPFields
    /// Whether the connection ends with it.
    var closes = false
}
