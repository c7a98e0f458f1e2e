import Testing

@testable import ConnectPluginHost

@Suite struct LineSplitterTests {
    @Test func linesEndWhereTheyEnd() {
        var splitter = LineSplitter()
        #expect(splitter.append("a\r\nb\n\nc".utf8) == ["a", "b", ""])
        #expect(splitter.append("d\n".utf8) == ["cd"])
        #expect(splitter.finish() == nil)
        #expect(splitter.append("e".utf8).isEmpty)
        #expect(splitter.finish() == "e")
    }

    @Test func aLineIsBounded() {
        var splitter = LineSplitter()
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3 * LineSplitter.lengthLimit)
        #expect(splitter.append(long).isEmpty)
        let lines = splitter.append("\nnext\n".utf8)
        #expect(lines.map(\.utf8.count) == [LineSplitter.lengthLimit + 3, 4])
        #expect(lines.first?.last == "…")
    }
}
