import HTTPService

/// The addresses and names by which answers of API v3 refer to resources.
struct ResourceNames: Sendable, Hashable {
    /// Scheme, host and port of the proxy as its clients know it.
    let base: String
    /// What stands after `crn://` (`confluent.resource.name.authority`).
    let authority: String

    /// Names resources.
    init(base: String, authority: String = "") {
        self.base = base
        self.authority = Self.trimmed(authority)
    }

    /// The address of the resource whose path has these segments.
    func url(_ segments: [String]) -> String {
        base + PercentEncoding.path(segments)
    }

    /// The address of the resource whose path has these segments, with a query.
    func url(_ segments: [String], query: KeyValuePairs<String, String>) -> String {
        url(segments) + PercentEncoding.query(query.map { (name: $0.key, value: $0.value) })
    }

    /// The name of a resource: its type and its own name, after those of what it belongs to.
    ///
    /// - Parameter parts: Type and name of each; no name where there is only one of the type.
    func name(_ parts: KeyValuePairs<String, String?>) -> String {
        parts.reduce(into: "crn://" + authority) { name, part in
            name += "/" + Self.trimmed(part.key)
            if let value = part.value { name += "=" + Self.trimmed(value) }
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first == "/" { text.removeFirst() }
        while text.last == "/" { text.removeLast() }
        return String(text)
    }
}
