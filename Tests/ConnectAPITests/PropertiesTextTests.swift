import ConnectAPI
import Testing

@Suite struct PropertiesTextTests {
    private func values(_ text: String) throws -> [String: String] { try PropertiesText(text).values }

    @Test(arguments: ["\n", "\r\n", "\r"]) func linesEndInEveryWay(end: String) throws {
        let lines = ["# a comment", "", "a=1", "  b : 2 ", "! another", "c 3", "d=x\\", "   y", "e"]
        let expected = ["a": "1", "b": "2", "c": "3", "d": "xy", "e": ""]
        #expect(try values(lines.joined(separator: end)) == expected)
        #expect(try values(lines.joined(separator: end) + end) == expected)
    }

    @Test func escapesStandForCharacters() throws {
        #expect(
            try values(#"k\=\:\ y=a\tb\nc\\d\u00fc\uD83D\uDE00\q"#) == ["k=: y": "a\tb\nc\\dü😀q"])
        #expect(try values("path=C:\\\\dir\\\\\nnext=1") == ["path": "C:\\dir\\", "next": "1"])
    }

    @Test func commentsDoNotBeginInAContinuedLine() throws {
        #expect(try values("a=1,\\\n#2\n") == ["a": "1,#2"])
        #expect(try values("a=1\\\n\nb=2") == ["a": "1", "b": "2"])
    }

    @Test func blanksAtTheEndStayWhereTheyAreMeant() throws {
        #expect(try PropertiesText("a=  x \t").values == ["a": "x"])
        #expect(try PropertiesText("a=  x \t", trimsValues: false).values == ["a": "x \t"])
    }

    @Test func theLastOfTwoValuesCounts() throws {
        #expect(try values("a=1\na = 2") == ["a": "2"])
    }

    @Test(arguments: [#"a=\u12"#, #"a=\u12g4"#, #"a=\u"#]) func aBrokenEscapeIsAnError(text: String) {
        #expect(throws: ConnectError.self) { try PropertiesText(text) }
    }
}
