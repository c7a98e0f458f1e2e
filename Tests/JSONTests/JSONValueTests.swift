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

    @Test(arguments: [
        (1.0, "1.0"), (100.0, "100.0"), (1_234_567.5, "1234567.5"), (1e7, "1.0E7"), (1.5e10, "1.5E10"), (0.001, "0.001"),
        (0.00012, "1.2E-4"), (-0.0, "-0.0"), (1e-300, "1.0E-300"), (123456789.125, "1.23456789125E8"), (0.1, "0.1"),
        (-2.5e22, "-2.5E22"), (.infinity, "Infinity"), (.nan, "NaN"),
    ])
    func floatingPointIsWrittenAsJavaDoes(value: Double, text: String) {
        #expect(value.javaDescription == text)
    }
}
