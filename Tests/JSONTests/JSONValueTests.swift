import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,false,null,"x"],"c":{"d":-0.50,"e":1E+3}}"#,
        #"[]"#, #"{}"#, #""""#, #"12345678901234567890123456789012345678901234567890"#,
        #""a\"\\\b\t\n\f\r\u001F/é漢𝄞""#,
    ])
    func textRoundTripsByteForByte(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func escapesAreResolved() throws {
        #expect(try JSONValue(parsing: #""\u0041\ud834\udd1e\/\ud834""#) == .string("A𝄞/\u{FFFD}"))
    }

    @Test(arguments: [
        (#""\ud834\n""#, "\u{FFFD}\n"), (#""\ud834\u0041""#, "\u{FFFD}A"), (#""\ud834x""#, "\u{FFFD}x"),
        (#""\ud834\ud834\udd1e""#, "\u{FFFD}𝄞"), (#""\udd1e\\u0041""#, "\u{FFFD}\\u0041"),
        (#""\ud834\\""#, "\u{FFFD}\\"),
    ])
    func halfACharacterTakesNothingOfWhatFollows(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text) == .string(expected))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "+1", "nul", "[1 2]", "\"\n\"", "\"\\x\"", "1 2",
        "{\"a\" 1}", "\"\\u12g4\"", "\"abc", "[1,2", "'a'",
    ])
    func malformedTextIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func hostileNestingIsRefused() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func theErrorTellsLineAndColumn() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n  \"a\": x}") }
        #expect(error?.line == 2)
        #expect(error?.column == 8)
    }

    @Test func aRepeatedNameKeepsItsPlaceAndTheLastValue() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).text == #"{"a":3,"b":2}"#)
    }

    @Test func bigObjectsFindEveryMember() throws {
        var object = JSONObject()
        for index in 0..<1000 { object["k\(index)"] = .integer(index) }
        object["k500"] = nil
        #expect(object.count == 999)
        #expect(object["k500"] == nil)
        for index in 501..<1000 { #expect(object["k\(index)"] == .integer(index)) }
    }

    @Test func objectsAreEqualInAnyOrder() throws {
        let left = try JSONValue(parsing: #"{"a":1,"b":2}"#)
        let right = try JSONValue(parsing: #"{"b":2,"a":1}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    @Test(arguments: [0, 40]) func namesThatOnlyLookTheSameAreTwo(_ others: Int) throws {
        // é in one scalar, and as an e with an accent behind it; in objects that are scanned and in those with a table.
        let filling = (0..<others).map { "\"n\($0)\":0," }.joined()
        let object = try #require(try JSONValue(parsing: "{\(filling)\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.count == others + 2)
        #expect(object["\u{E9}"] == 1 && object["e\u{301}"] == 2)
    }
}
