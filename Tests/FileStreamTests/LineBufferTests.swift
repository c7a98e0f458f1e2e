import ConnectAPI
import RecordFormat
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

    @Test(arguments: 1...7) func linesTakenTogetherAreThoseTakenOneByOne(limit: Int) throws {
        let text = "a\nbc\r\n\n\rd\rü\nlong line of its own\nrest"
        var single = LineBuffer(), together = LineBuffer()
        append(text, to: &single)
        append(text, to: &together)
        var found: [String] = []
        while let (bytes, lines, byteCount) = together.takeLines(limit: limit) {
            #expect(lines.count <= limit && Int(lines[lines.count - 1].next) == byteCount)
            for line in lines {
                found.append("\(bytes[Int(line.start)..<Int(line.end)].string)|\(line.next - line.start)")
            }
        }
        #expect(found == lines(&single))
        #expect(together.takeRest() == "rest")
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
