/// Why a hot path cannot be taken.
public struct HotPathFailure: Error, CustomStringConvertible {
    /// What happened, in a sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
