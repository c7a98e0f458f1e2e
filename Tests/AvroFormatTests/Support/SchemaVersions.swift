import SchemaFormat

/// Versions of a subject, and which levels let the next one follow them.
///
/// The table of a language is a list of these; ``mistakes(in:)`` says where a language sees it otherwise.
struct SchemaVersions: Sendable, CustomStringConvertible {
    /// What is special about them.
    let description: String
    /// The versions there are, the oldest first.
    let earlier: [String]
    /// The version to follow them.
    let next: String
    /// The levels that let it.
    let allowed: Set<CompatibilityLevel>

    /// Creates them.
    ///
    /// - Parameter verdicts: A `+` or a `-` for each level, in the order NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD,
    ///   FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE; spaces are for the eye.
    init(_ description: String, _ verdicts: String, _ earlier: [String], then next: String) {
        self.description = description
        self.earlier = earlier
        self.next = next
        let signs = verdicts.filter { $0 != " " }
        precondition(signs.count == CompatibilityLevel.allCases.count, "seven verdicts for \(description)")
        allowed = Set(zip(CompatibilityLevel.allCases, signs).filter { $0.1 == "+" }.map(\.0))
    }

    /// What a language says otherwise: the level, and the obstacles that it sees.
    func mistakes(in language: some SchemaLanguage) throws -> [String] {
        let versions = try earlier.enumerated().map {
            EarlierSchema(version: $0 + 1, try language.parse($1, dependencies: [], isNew: true))
        }
        let new = try language.parse(next, dependencies: [], isNew: true)
        return CompatibilityLevel.allCases.compactMap { level in
            let obstacles = level.obstacles(to: new, after: versions)
            guard obstacles.isEmpty != allowed.contains(level) else { return nil }
            return "\(level.rawValue): \(obstacles.isEmpty ? "allowed" : obstacles.joined(separator: "; "))"
        }
    }
}
