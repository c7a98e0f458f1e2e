import JSON
import Testing

@testable import RESTProxy

@Suite struct JSONCursorTests {
    /// What a value's text is once it has been walked through; `nil` where it is refused.
    private func compact(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var cursor = JSONCursor(Array(text))
        guard let extent = try? cursor.skipValue(), (try? cursor.finish()) != nil else { return nil }
        return cursor.compact(extent)
    }

    @Test(arguments: [
        ("1", "1"), (" -0.50e+3 ", "-0.50e+3"), ("null", "null"), (#""a b\" c""#, #""a b\" c""#),
        ("{ }", "{}"), ("[ ]", "[]"), (#"{ "a" : [ 1 , {"b":null} ] }"#, #"{"a":[1,{"b":null}]}"#),
        (#"["\\", " \" ", "\u00e9"]"#, #"["\\"," \" ","\u00e9"]"#), ("[[],{},[[]]]", "[[],{},[[]]]"),
    ])
    func valuesBecomeCompact(text: String, expected: String) {
        #expect(compact(text.utf8).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(arguments: ["1", #"{"a":"b c"}"#, #"[1,"x y"]"#])
    func whatIsCompactIsSaidToBe(text: String) throws {
        var cursor = JSONCursor(Array((" " + text + " ").utf8))
        let extent = try cursor.skipValue()
        #expect(extent.isCompact)
        #expect(String(decoding: cursor.bytes[extent.range], as: UTF8.self) == text)
    }

    /// Texts near to JSON, made by changing a byte or two: the cursor takes what the parser takes, and the same value.
    @Test func agreesWithTheParser() throws {
        let seeds = [
            #"{"a":[1,2.5e-3,"x\ny",null,true],"b":{"c":{}}}"#, #"["\ud83d\ude00",-0,[[[]]],{"":""}]"#, "false",
            #"[1,[2,[3]],"é"]"#,
        ]
        let bytes = Array(#"{}[],:"\0159.eE+-utn fals"#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xA9, 0xFF, 0x0A]
        let seed = UInt64.random(in: 1 ... .max)
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var accepted = 0
        for _ in 0..<20_000 {
            var text = Array(seeds[random(seeds.count)].utf8)
            for _ in 0...random(2) {
                let place = random(text.count)
                switch random(3) {
                case 0: text[place] = bytes[random(bytes.count)]
                case 1: text.insert(bytes[random(bytes.count)], at: place)
                default: if text.count > 1 { text.remove(at: place) }
                }
            }
            let parsed = try? JSONValue(parsing: text)
            let found = compact(text)
            #expect((parsed == nil) == (found == nil), "seed \(seed): \(String(decoding: text, as: UTF8.self))")
            if let parsed, let found {
                accepted += 1
                #expect(try JSONValue(parsing: found) == parsed, "seed \(seed): \(text)")
            }
        }
        #expect(accepted > 1000)
    }

    @Test func depthIsBounded() {
        let deepest = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(compact(deepest.utf8) != nil)
        #expect(compact(("[" + deepest + "]").utf8) == nil)
        #expect(compact(String(repeating: "[", count: 100_000).utf8) == nil)
        #expect(compact(String(repeating: #"{"a":"#, count: 100_000).utf8) == nil)
    }

    @Test func membersAreTakenOneByOne() throws {
        var cursor = JSONCursor(Array(#" { "n" : 12 , "s":"a\u0041\ud83d\ude00\/", "x":[1], "z":null } "#.utf8))
        try cursor.beginObject()
        var isFirst = true
        var names: [String] = []
        while let name = try cursor.nextName(isFirst: &isFirst) {
            names.append(String(decoding: cursor.bytes[name], as: UTF8.self))
            if cursor.matches(name, "n") {
                #expect(try cursor.takeInteger() == 12)
            } else if cursor.matches(name, "s") {
                #expect(try cursor.takeString() == "aA😀/")
            } else if cursor.matches(name, "z") {
                #expect(try cursor.takeNull())
            } else {
                #expect(try cursor.takeInteger() == nil)
            }
        }
        try cursor.finish()
        #expect(names == ["n", "s", "x", "z"])
    }

    @Test(
        arguments: [
            ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("1.0", nil),
            ("1e2", nil), ("true", nil), ("-0", 0),
        ] as [(String, Int64?)])
    func wholeNumbersAreOfSixtyFourBits(text: String, expected: Int64?) throws {
        var cursor = JSONCursor(Array(text.utf8))
        #expect(try cursor.takeInteger() == expected)
    }

    @Test func errorsSayWhere() {
        var cursor = JSONCursor(Array("{\n  \"a\": tru }".utf8))
        let error = #expect(throws: RESTError.self) { try cursor.skipValue() }
        #expect(error?.code == 400)
        #expect(error?.message == "Malformed JSON: expected a value at line 2, column 8")
    }
}
