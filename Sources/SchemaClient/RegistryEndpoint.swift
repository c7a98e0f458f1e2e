import HTTPService

/// The address of a registry, and who asks it where the address says so (`http://user:password@host:8081`).
struct RegistryEndpoint: Sendable {
    /// The address without credentials and without a slash at its end.
    let url: String
    /// User and password with a colon between them.
    let credentials: String?

    init(_ text: String) throws(SchemaClientError) {
        guard let schemeEnd = text.firstRange(of: "://"), ["http", "https"].contains(text[..<schemeEnd.lowerBound]),
            !text[schemeEnd.upperBound...].isEmpty
        else {
            throw SchemaClientError(
                "a Schema Registry's address begins with http:// or https://, as http://127.0.0.1:8081")
        }
        let rest = text[schemeEnd.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        var place = rest
        if let at = authority.lastIndex(of: "@") {
            credentials = PercentEncoding.decoded(String(authority[..<at]))
            place = rest[rest.index(after: at)...]
        } else {
            credentials = nil
        }
        while place.hasSuffix("/") { place.removeLast() }
        url = String(text[..<schemeEnd.upperBound] + place)
    }

    /// The whole address of a request.
    func url(of request: RegistryRequest) -> String {
        url + request.target
    }
}
