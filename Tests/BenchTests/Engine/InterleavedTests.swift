import Testing

@testable import millrace_bench

@Suite struct InterleavedTests {
    @Test func theMedianRoundIsToldOfEach() async throws {
        var ours = [3.0, 1, 2, 5, 4].makeIterator()
        var order: [String] = []
        let runs = try await Interleaved(rounds: 5).medians(
            by: \.figure,
            [
                {
                    order.append("ours")
                    let figure = ours.next() ?? 0
                    return (figure: figure, note: "round of \(figure)")
                },
                {
                    order.append("bare")
                    return (figure: 7, note: "always the same")
                },
            ])
        #expect(runs.map(\.figure) == [3, 7])
        #expect(runs.map(\.note) == ["round of 3.0", "always the same"])
        #expect(order == Array(repeating: ["ours", "bare"], count: 5).flatMap(\.self))
    }
}
