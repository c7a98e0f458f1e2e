/// A part of a regular expression, as it was written.
indirect enum TopicPatternNode: Hashable, Sendable {
    /// One character out of a set.
    case character(ASCIISet)
    /// A place between two characters.
    case assertion(Assertion)
    /// One after the other; none at all is the empty text.
    case sequence([TopicPatternNode])
    /// One out of several, of which there is at least one.
    case alternatives([TopicPatternNode])
    /// A part again and again; `nil` is without end.
    case repetition(TopicPatternNode, least: Int, most: Int?)

    /// What must hold at a place between two characters.
    enum Assertion: Hashable, Sendable {
        case start
        case end
        case wordBoundary
        case noWordBoundary
    }
}

/// Why a regular expression was refused.
package struct TopicPatternError: Error, Hashable {
    /// The reason, in words for the user who wrote it.
    package let message: String
}
