import HTTPTypes

/// How a body is compressed, as `Content-Encoding` says it (RFC 9110 section 8.4).
enum ContentEncoding: Sendable, Hashable {
    case gzip
    /// What zlib writes; what some clients send without zlib's frame is understood as well.
    case deflate

    /// What a request says about its body.
    ///
    /// - Returns: `nil` when it is as it is.
    /// - Throws: ``ServiceError`` with status 415 for what is not known here, and for several one over the other.
    static func of(_ headers: HTTPFields) throws(ServiceError) -> ContentEncoding? {
        guard let field = headers.value(of: .contentEncoding) else { return nil }
        var found: [ContentEncoding] = []
        for part in field.split(separator: ",") {
            switch part.filter({ $0 != " " && $0 != "\t" }).lowercased() {
            case "identity", "": continue
            case "gzip", "x-gzip": found.append(.gzip)
            case "deflate": found.append(.deflate)
            case let other:
                throw ServiceError(
                    .unsupportedMediaType,
                    "HTTP 415 Unsupported Media Type: the encoding \(other) is not known here; send gzip or deflate, or none"
                )
            }
        }
        guard found.count < 2 else {
            throw ServiceError(
                .unsupportedMediaType,
                "HTTP 415 Unsupported Media Type: a body may be encoded once, not \(found.count) times")
        }
        return found.first
    }

    /// Whether a client takes answers in gzip.
    static func acceptsGzip(_ headers: HTTPFields) -> Bool {
        guard let field = headers.value(of: .acceptEncoding) else { return false }
        var star = false
        for part in field.split(separator: ",") {
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = words.first else { continue }
            let isWanted = !words.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
            if name == "gzip" || name == "x-gzip" { return isWanted }
            if name == "*" { star = isWanted }
        }
        return star
    }
}
