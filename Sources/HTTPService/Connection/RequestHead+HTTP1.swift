import HTTPTypes
import NIOHTTP1

/// What a request of HTTP/1.1 must not be, beyond what the parser refuses by itself.
///
/// The parser (llhttp in its strict mode) refuses two lengths, a length beside chunks, sizes of chunks that are no numbers,
/// folded lines, spaces before colons, single CR or LF and bytes that no field may have; its limits are set in
/// ``HTTPLimits``. What it lets through, and what two servers in a row could read in two ways, is refused here.
extension RequestHead {
    /// Takes a head from the parser.
    ///
    /// - Throws: ``ServiceError`` with what is wrong with it; the connection is of no more use then.
    init(_ head: HTTPRequestHead, limits: HTTPLimits) throws(ServiceError) {
        guard head.version.minor <= 1 else {
            throw ServiceError(.httpVersionNotSupported, "This server speaks HTTP/1.0, 1.1 and 2")
        }
        guard let method = Self.method(head.method) else {
            throw ServiceError(.badRequest, "The method of the request is none")
        }
        var framing = HTTP1Framing()
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        for (name, value) in head.headers {
            guard let name = HTTPField.Name(name) else {
                throw ServiceError(.badRequest, "A header field has a name with characters that none may have")
            }
            if try framing.takes(name, value) { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        try framing.check(head.version)
        try Self.check(target: head.uri, of: method, limit: limits.targetSize)
        self.init(
            method: method, target: head.uri, authority: framing.hosts.first, fields: fields,
            contentLength: framing.isChunked ? nil : framing.length ?? 0,
            hasBody: framing.isChunked || framing.length ?? 0 > 0,
            // What is said to become another protocol is not parsed any further.
            keepsAlive: head.isKeepAlive && !framing.isUpgrade, isUpgrade: framing.isUpgrade && head.version.minor == 1)
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method? {
        switch method {
        case .GET: .get
        case .POST: .post
        case .PUT: .put
        case .DELETE: .delete
        default: HTTPRequest.Method(method.rawValue)
        }
    }

    /// Looks at where a request goes.
    ///
    /// - Throws: ``ServiceError`` for a target that is too long, or of no form that a server here is asked with.
    static func check(target: String, of method: HTTPRequest.Method, limit: Int) throws(ServiceError) {
        guard target.utf8.count <= limit else {
            throw ServiceError(.uriTooLong, "The request's target is longer than \(limit) bytes")
        }
        // CONNECT names no path but another host: this is no proxy.
        guard method != .connect else {
            throw ServiceError(.methodNotAllowed, "HTTP 405 Method Not Allowed: this server is no proxy")
        }
        let isPath = target.utf8.first == UInt8(ascii: "/")
        let isServer = target == "*" && method == .options
        guard isPath || isServer || RequestTarget.isAbsolute(target) else {
            throw ServiceError(
                .badRequest, "The request's target is neither a path that begins with / nor an address with http://")
        }
    }
}

/// What the fields say about where a request ends and what becomes of the connection.
private struct HTTP1Framing {
    var hosts: [String] = []
    var length: Int?
    var isChunked = false
    private var codings: [String] = []
    private var namesUpgrade = false
    private var hasUpgrade = false

    var isUpgrade: Bool { namesUpgrade && hasUpgrade }

    /// Looks at a field.
    ///
    /// - Returns: Whether it goes no further: the host is kept apart from the others.
    mutating func takes(_ name: HTTPField.Name, _ value: String) throws(ServiceError) -> Bool {
        switch name.canonicalName {
        case "host":
            hosts.append(value)
            return true
        case "content-length":
            // A sign or a list would pass for a number elsewhere.
            guard !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(value) else {
                throw ServiceError(.badRequest, "Content-Length is no number")
            }
            guard self.length == nil else { throw ServiceError(.badRequest, "The request has two of Content-Length") }
            self.length = length
        case "transfer-encoding":
            codings.append(value)
        case "upgrade":
            hasUpgrade = true
        case "connection":
            let names = value.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            if names.contains("upgrade") { namesUpgrade = true }
        default: break
        }
        return false
    }

    mutating func check(_ version: HTTPVersion) throws(ServiceError) {
        guard hosts.count == 1 || (hosts.isEmpty && version.minor == 0) else {
            throw ServiceError(.badRequest, hosts.isEmpty ? "The request has no Host" : "The request has two of Host")
        }
        guard hosts.first?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.notInHost.contains($0) }) ?? true else {
            throw ServiceError(.badRequest, "Host has characters that no host has")
        }
        guard !codings.isEmpty else { return }
        guard length == nil else {
            throw ServiceError(.badRequest, "The request has Content-Length and Transfer-Encoding")
        }
        guard version.minor == 1 else {
            throw ServiceError(.badRequest, "Transfer-Encoding is no part of HTTP/1.0")
        }
        guard codings.count == 1, codings[0].lowercased() == "chunked" else {
            throw ServiceError(.badRequest, "Transfer-Encoding may be chunked and nothing else")
        }
        isChunked = true
    }

    private static let notInHost = Set("/\\@?#\"<>{}|^`, ".utf8)
}
