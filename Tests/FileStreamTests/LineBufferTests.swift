import Testing

@testable import FileStream

@Suite struct LineBufferTests {
    private func append(_ text: String, to buffer: inout LineBuffer) {
        let bytes = Array(text.utf8)
        let count = buffer.append(limit: bytes.count + 7) { room in
            room.copyBytes(from: bytes)
            return bytes.count
        }
        #expect(count == bytes.count)
    }

    private func lines(_ buffer: inout LineBuffer) -> [String] {
        var lines: [String] = []
        while let line = buffer.next() { lines.append("\(line.text)|\(line.byteCount)") }
        return lines
    }

    @Test func everyKindOfEndEndsALine() {
        var buffer = LineBuffer()
        append("a\nbc\r\n\n\rd\rü\n", to: &buffer)
        #expect(lines(&buffer) == ["a|2", "bc|4", "|1", "|1", "d|2", "ü|3"])
        #expect(buffer.count == 0)
    }

    @Test func anIncompleteLineWaits() {
        var buffer = LineBuffer()
        append("one\ntw", to: &buffer)
        #expect(lines(&buffer) == ["one|4"])
        append("o", to: &buffer)
        #expect(lines(&buffer).isEmpty)
        append("\r", to: &buffer)
        #expect(lines(&buffer).isEmpty, "the newline of \\r\\n may still come")
        append("\nx\r", to: &buffer)
        #expect(lines(&buffer) == ["two|5"])
        append("y", to: &buffer)
        #expect(lines(&buffer) == ["x|2"])
        #expect(buffer.takeRest() == "y")
    }

    @Test func piecesOfAnySizeGiveTheSameLines() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix(state: seed)
        let alphabet = ["a", "b", "\n", "\r", "é", "漢"]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }.joined()
            var whole = LineBuffer(), pieces = LineBuffer()
            append(text + "$\n", to: &whole)
            let expected = lines(&whole)
            var found: [String] = []
            var rest = Array((text + "$\n").utf8)[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...5, using: &generator)))
                rest = rest.dropFirst(piece.count)
                _ = pieces.append(limit: 5) { room in
                    room.copyBytes(from: piece)
                    return piece.count
                }
                found += lines(&pieces)
            }
            #expect(found == expected, "seed \(seed)")
        }
    }
}

/// A small generator whose whole state is the printed seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
