/// Measures several things in turns and keeps the median of each: what else the machine does meanwhile falls on all of
/// them alike.
struct Interleaved {
    /// How often each is measured.
    var rounds = 5

    /// Calls each of `bodies` once a round; what one returns is its figure of the round.
    ///
    /// - Returns: The median figure of each, in the order of `bodies`.
    func medians(_ bodies: [() async throws -> Double]) async throws -> [Double] {
        var figures = bodies.map { _ in [Double]() }
        for _ in 0..<rounds {
            for (index, body) in bodies.enumerated() { figures[index].append(try await body()) }
        }
        return figures.map { $0.sorted()[$0.count / 2] }
    }
}
