/// Which routes are served, by their names: `api.endpoints.allowlist` and `api.endpoints.blocklist`.
struct EndpointFilter: Sendable, Hashable {
    private let allowed: [String]
    private let blocked: [String]

    /// Creates a filter.
    ///
    /// - Parameters:
    ///   - allowed: Names, or beginnings of names with `*` after them; empty for all.
    ///   - blocked: What is left out of those.
    init(allowed: [String] = [], blocked: [String] = []) {
        self.allowed = allowed
        self.blocked = blocked
    }

    /// Whether a route is served.
    func allows(_ name: String) -> Bool {
        (allowed.isEmpty || allowed.contains { Self.matches(name, $0) })
            && !blocked.contains { Self.matches(name, $0) }
    }

    /// Whether every route is served.
    var isOpen: Bool { allowed.isEmpty && blocked.isEmpty }

    /// Whether any of the routes is served whose names begin as `pattern` says, which ends with `*`.
    func allowsSome(of pattern: String) -> Bool {
        let beginning = pattern.dropLast()
        return !blocked.contains(pattern) && (allowed.isEmpty || allowed.contains { $0.hasPrefix(beginning) })
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        guard pattern.hasSuffix("*") else { return name == pattern }
        return name.hasPrefix(pattern.dropLast())
    }
}
