/// Measures several things in turns and keeps the median of each: what else the machine does meanwhile falls on all of
/// them alike.
struct Interleaved {
    /// How often each is measured.
    var rounds = 5

    /// Calls each of `bodies` once a round; what one returns is its figure of the round.
    ///
    /// - Returns: The median figure of each, in the order of `bodies`.
    func medians(_ bodies: [() async throws -> Double]) async throws -> [Double] {
        try await medians(by: { $0 }, bodies)
    }

    /// The same for bodies that tell more than one figure.
    ///
    /// - Parameter figure: What the rounds of a body are ordered by.
    /// - Returns: What each told in the round of its median.
    func medians<Run>(by figure: (Run) -> Double, _ bodies: [() async throws -> Run]) async throws -> [Run] {
        var runs = bodies.map { _ in [Run]() }
        for _ in 0..<rounds {
            for (index, body) in bodies.enumerated() { runs[index].append(try await body()) }
        }
        return runs.map { $0.sorted { figure($0) < figure($1) }[$0.count / 2] }
    }
}
