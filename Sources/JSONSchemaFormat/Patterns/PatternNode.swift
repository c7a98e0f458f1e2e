/// A part of a regular expression, as it was written.
indirect enum PatternNode: Sendable, Hashable {
    /// One character out of a set.
    case character(ScalarSet)
    /// A place between two characters.
    case assertion(Assertion)
    /// One after the other; none at all is the empty text.
    case sequence([PatternNode])
    /// One out of several, of which there is at least one.
    case alternatives([PatternNode])
    /// A part again and again; `nil` is without end.
    case repetition(PatternNode, least: Int, most: Int?)
    /// What has to follow, or must not, without being taken.
    case lookahead(PatternNode, isNegative: Bool)
    /// What has to stand before, or must not.
    case lookbehind(PatternNode, isNegative: Bool)

    /// What must hold at a place between two characters.
    enum Assertion: Sendable, Hashable {
        case start
        case end
        case wordBoundary
        case noWordBoundary
    }
}

/// Why a regular expression was refused.
struct PatternError: Error, Hashable {
    /// The reason, in words for the user who wrote it.
    let message: String
}
