public import HTTPTypes
public import JSON

/// A request with its whole body, as routes get it.
public struct ServiceRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The path's segments, percent-decoded one by one: a `%2F` does not divide.
    public var segments: [String]
    /// The query's names and values in order, percent-decoded.
    public var query: [(name: String, value: String)]
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: [UInt8]
    /// Who asks.
    public var principal = Principal.anonymous
    /// What stood where the route's path has `{name}`.
    public var parameters: [String: String] = [:]

    /// Creates a request.
    public init(method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: [UInt8] = []) {
        let target = RequestTarget(target)
        self.method = method
        segments = target.segments
        query = target.query
        self.headers = headers
        self.body = body
    }

    /// The part of the path that stood where the route has `{name}`.
    ///
    /// - Precondition: The route's path has that part.
    public func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the route has no parameter \(name)") }
        return value
    }

    /// Every value of the query parameter `name`.
    public func queryValues(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// The query parameter `name` as a flag: `true` in any case is true, everything else false, as in JAX-RS.
    public func queryFlag(_ name: String) -> Bool? { queryValues(name).first.map { $0.lowercased() == "true" } }

    /// The body as JSON.
    ///
    /// - Throws: ``ServiceError`` with status 400 when it is none.
    public func json() throws -> JSONValue {
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw ServiceError(.badRequest, "Malformed JSON: \(error)")
        }
    }
}

/// The path and query of a request line, taken apart.
struct RequestTarget {
    let segments: [String]
    let query: [(name: String, value: String)]

    init(_ target: String) {
        var rest = Substring(target)
        if let scheme = rest.range(of: "://") {
            // The absolute form that requests through a proxy have.
            let afterScheme = rest[scheme.upperBound...]
            rest = afterScheme.firstIndex(of: "/").map { afterScheme[$0...] } ?? "/"
        }
        let fragmentless = rest.prefix { $0 != "#" }
        let path = fragmentless.prefix { $0 != "?" }
        // Empty segments do not count, so that a trailing slash makes no difference anywhere.
        segments = path.split(separator: "/").map { Self.decode($0, plusIsSpace: false) }
        query = fragmentless.dropFirst(path.count + 1).split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            return (Self.decode(name, plusIsSpace: true), Self.decode(value, plusIsSpace: true))
        }
    }

    /// Resolves `%XX`; what is not two hexadecimal digits stays as it is.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = digit(bytes[position + 1]), let low = digit(bytes[position + 2])
            {
                output.append(high << 4 | low)
                position += 3
            } else {
                output.append(plusIsSpace && bytes[position] == UInt8(ascii: "+") ? 0x20 : bytes[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Substring {
    /// The first place of `text`.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            // A scheme has neither of these, so what comes later is no scheme's end.
            if self[start] == "/" || self[start] == "?" { return nil }
            start = index(after: start)
        }
        return nil
    }
}
