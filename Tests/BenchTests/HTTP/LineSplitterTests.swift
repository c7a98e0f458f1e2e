import Testing

@testable import millrace_bench

struct LineSplitterTests {
    private func lines(_ pieces: [String]) throws -> [String] {
        var splitter = LineSplitter()
        var found: [String] = []
        for piece in pieces {
            let bytes = Array(piece.utf8)
            try splitter.add(bytes.span.bytes) { found.append($0.text(0..<$0.byteCount)) }
        }
        try splitter.finish { found.append($0.text(0..<$0.byteCount)) }
        return found
    }

    @Test func linesMayBeCutAnywhere() throws {
        let text = "one\n\ntwo\nthree"
        #expect(try lines([text]) == ["one", "", "two", "three"])
        #expect(try lines(text.map { String($0) }) == ["one", "", "two", "three"])
        #expect(try lines(["on", "e\n", "\ntwo", "\n", "", "three"]) == ["one", "", "two", "three"])
        #expect(try lines(["one\n"]) == ["one"])
        #expect(try lines([]) == [])
    }

    @Test func aLineHasABound() throws {
        let piece = [UInt8](repeating: 0, count: 1 << 20)
        var splitter = LineSplitter()
        for _ in 0..<(LineSplitter.limit / piece.count) { try splitter.add(piece.span.bytes) { _ in } }
        #expect(throws: BenchFailure.self) { try splitter.add(piece.span.bytes) { _ in } }
    }
}
