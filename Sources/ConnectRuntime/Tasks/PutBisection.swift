import ConnectAPI

/// The search for the records that keep a batch from being put: halves of what failed are put, and halves of those.
///
/// A value without I/O. Records are put in their order, and those before a record that fails have all been put, or have
/// failed, when it is its turn. A batch of *n* records of which *k* fail takes at most 2 *k* log₂ *n* calls.
struct PutBisection: Sendable {
    /// What is not settled yet, the next part last.
    private var parts: [Range<Int>] = []

    /// Begins with a batch that failed as a whole.
    ///
    /// - Parameter count: How many records it has, at least 1.
    init(count: Int) {
        precondition(count > 0, "nothing cannot fail")
        divide(0..<count)
    }

    /// The records to put next; `nil` when all are settled.
    var next: Range<Int>? { parts.last }

    /// Takes note that the next part was put.
    mutating func succeed() { parts.removeLast() }

    /// Takes note that the next part failed.
    ///
    /// - Returns: The record that is to blame, once it is the only one of its part.
    mutating func fail() -> Int? {
        let part = parts.removeLast()
        guard part.count > 1 else { return part.lowerBound }
        divide(part)
        return nil
    }

    /// The first record that is not settled; `nil` when all are.
    var firstUnsettled: Int? { parts.last?.lowerBound }

    private mutating func divide(_ part: Range<Int>) {
        // One by itself goes as it is: it failed together with nothing else.
        guard part.count > 1 else { return parts.append(part) }
        let middle = part.lowerBound + part.count / 2
        parts.append(middle..<part.upperBound)
        parts.append(part.lowerBound..<middle)
    }

    /// The key that asks for it.
    static let key = ConfigKey(
        "errors.put.bisect", .boolean, default: .value("false"), importance: .medium,
        documentation:
            "Whether a batch that the task cannot put is put again in halves, to find the records that are to blame:"
            + " those are treated as errors.tolerance says, and the others arrive.", group: "Error Handling", order: 9,
        width: .short, displayName: "Bisect Batches That Cannot Be Put")

    /// Whether a connector's configuration asks for it.
    static func isWanted(by configuration: [String: String]) -> Bool {
        configuration[key.name]?.trimmingSpace.lowercased() == "true"
    }
}
