import Testing

/// Keywords for numbers, strings and values of any type.
@Suite struct ValueValidationTests {
    private static let types: [ValidationCase] = [
        ValidationCase(
            #"{"type":"integer"}"#, fits: ["0", "-7", "123456789012345678901234567890"],
            not: [
                "1.5", "\"1\"", "null", "true", "[]", "{}", "1e-1",
            ]),
        ValidationCase(
            #"{"type":"integer"}"#, Draft.from6, fits: ["1.0", "1e3", "12.50e1", "0.0", "-0"], not: ["12.5"]),
        ValidationCase(#"{"type":"integer"}"#, [.draft4], fits: ["1"], not: ["1.0", "1e3"]),
        ValidationCase(#"{"type":"number"}"#, fits: ["1", "1.5", "-2e-5", "1e400"], not: ["\"1\"", "null", "false"]),
        ValidationCase(#"{"type":"string"}"#, fits: [#""""#, #""a""#], not: ["1", "null", "[]", "{}", "true"]),
        ValidationCase(#"{"type":"boolean"}"#, fits: ["true", "false"], not: ["0", "null", #""true""#]),
        ValidationCase(#"{"type":"null"}"#, fits: ["null"], not: ["0", "false", #""""#, "{}", "[]"]),
        ValidationCase(#"{"type":"array"}"#, fits: ["[]", "[1]"], not: ["{}", "1"]),
        ValidationCase(#"{"type":"object"}"#, fits: ["{}", #"{"a":1}"#], not: ["[]", "1", #""a""#]),
        ValidationCase(#"{"type":["string","null"]}"#, fits: ["null", #""a""#], not: ["1", "[]"]),
        ValidationCase(#"{"type":["integer","array"]}"#, fits: ["1", "[]"], not: ["1.5", "{}"]),
        ValidationCase("{}", fits: ["null", "1", "[]", #"{"a":[1]}"#], not: []),
        ValidationCase("true", [.draft7], fits: ["null", "1", "[]"], not: []),
        ValidationCase("false", [.draft7], fits: [], not: ["null", "1", "[]"]),
    ]

    private static let equality: [ValidationCase] = [
        ValidationCase(
            #"{"enum":[1,"a",null,[1,2],{"a":1,"b":2}]}"#,
            fits: [
                "1", "1.0", "10e-1", #""a""#, "null", "[1,2]", "[1.0,2]", #"{"b":2,"a":1}"#,
            ], not: ["2", #""b""#, "false", "[2,1]", #"{"a":1}"#, "[]", "{}", "\"1\""]),
        ValidationCase(#"{"enum":[0,false]}"#, fits: ["0", "false", "0.0", "-0"], not: ["null", #""""#, "[]"]),
        ValidationCase(#"{"enum":[]}"#, fits: [], not: ["1", "null"]),
        ValidationCase(
            #"{"const":{"a":[1,{"b":null}]}}"#, Draft.from6, fits: [#"{"a":[1.0,{"b":null}]}"#],
            not: [
                #"{"a":[1,{"b":0}]}"#, #"{"a":[1]}"#, "null",
            ]),
        ValidationCase(#"{"const":null}"#, Draft.from6, fits: ["null"], not: ["0", "false"]),
        ValidationCase(#"{"const":false}"#, Draft.from6, fits: ["false"], not: ["0", "true", "[false]"]),
        ValidationCase(#"{"const":1e2}"#, Draft.from6, fits: ["100", "100.0", "1E+2"], not: ["10", "\"100\""]),
        ValidationCase(#"{"const":"é"}"#, Draft.from6, fits: [#""\u00e9""#], not: [#""e\u0301""#]),
        // Draft 4 does not know it.
        ValidationCase(#"{"const":1}"#, [.draft4], fits: ["1", "2"], not: []),
    ]

    private static let numbers: [ValidationCase] = [
        ValidationCase(
            #"{"minimum":1.5}"#, fits: ["1.5", "2", "1e1", #""a""#, "null"], not: ["1.4999999999999999999", "-3"]),
        ValidationCase(#"{"maximum":3}"#, fits: ["3", "3.0", "-1e30"], not: ["3.0000000000000000001", "4"]),
        ValidationCase(#"{"minimum":-2}"#, fits: ["-2", "0", "-1.999"], not: ["-2.0001", "-30"]),
        ValidationCase(#"{"minimum":1.1,"exclusiveMinimum":true}"#, [.draft4], fits: ["1.2"], not: ["1.1", "1.0"]),
        ValidationCase(#"{"maximum":3,"exclusiveMaximum":true}"#, [.draft4], fits: ["2.2"], not: ["3.0", "3.5"]),
        ValidationCase(#"{"maximum":3,"exclusiveMaximum":false}"#, [.draft4], fits: ["3"], not: ["3.1"]),
        ValidationCase(
            #"{"exclusiveMinimum":1.1}"#, Draft.from6, fits: ["1.2", "1.1000000000000000001"], not: ["1.1", "0.6"]),
        ValidationCase(#"{"exclusiveMaximum":3}"#, Draft.from6, fits: ["2.2", "-5"], not: ["3.0", "3.5"]),
        ValidationCase(#"{"multipleOf":2}"#, fits: ["10", "0", "-4", "2e3", #""a""#], not: ["7", "1e-1", "3.0"]),
        ValidationCase(
            #"{"multipleOf":0.01}"#, fits: ["0.03", "4.35", "0.0", "17", "0.070"], not: ["0.005", "1.001"]),
        ValidationCase(#"{"multipleOf":0.1}"#, fits: ["0.3", "1.1", "123456789.7"], not: ["0.35"]),
        ValidationCase(#"{"multipleOf":3}"#, fits: ["123456789012345678901234567890", "3e100"], not: ["1e100"]),
        ValidationCase(
            #"{"multipleOf":12345678901234567890123}"#, fits: ["24691357802469135780246"],
            not: ["24691357802469135780247"]),
        ValidationCase(#"{"multipleOf":1e-8}"#, fits: ["12391239123", "0.00000001"], not: ["0.000000005"]),
        ValidationCase(#"{"multipleOf":7e5}"#, fits: ["14e5", "700000"], not: ["7e4", "8e5"]),
    ]

    private static let strings: [ValidationCase] = [
        ValidationCase(#"{"minLength":2}"#, fits: [#""ab""#, #""abc""#, "1", "[]"], not: [#""a""#, #""""#, #""💩""#]),
        ValidationCase(#"{"maxLength":2}"#, fits: [#""ab""#, #""💩💩""#, "1234"], not: [#""abc""#, #""e\u0301x""#]),
        ValidationCase(#"{"minLength":2.0,"maxLength":3e0}"#, fits: [#""ab""#], not: [#""a""#, #""abcd""#]),
        ValidationCase(#"{"pattern":"^a*$"}"#, fits: [#""aaa""#, #""""#, "1", "null"], not: [#""aab""#, #""b""#]),
        ValidationCase(#"{"pattern":"a+"}"#, fits: [#""xxaayy""#], not: [#""xyz""#, #""""#]),
        ValidationCase(
            #"{"pattern":"^\\d{3}-\\d{4}$"}"#, fits: [#""555-1234""#], not: [#""5551234""#, #""555-12345""#]),
        ValidationCase(#"{"pattern":"^\\p{L}+$"}"#, fits: [#""été""#, #""π""#], not: [#""a1""#, #""""#]),
    ]

    private static let formats: [ValidationCase] = [
        ValidationCase(
            #"{"format":"date-time"}"#, Draft.upTo7,
            fits: [
                #""2026-11-22T10:00:00Z""#, #""2024-02-29t01:29:60.25+01:30""#, "1", "null",
            ],
            not: [
                #""2026-11-22""#, #""2023-02-29T00:00:00Z""#, #""2026-13-01T00:00:00Z""#, #""2026-11-22T24:00:00Z""#,
                #""2026-11-22T10:00:00""#, #""2026-11-22T10:00:00.Z""#, #""2026-11-22T10:59:60Z""#,
            ]),
        ValidationCase(
            #"{"format":"email"}"#, Draft.upTo7, fits: [#""a.b@example.org""#, #""a@[127.0.0.1]""#],
            not: [
                #""2962""#, #"".a@example.org""#, #""a..b@example.org""#, #""a@""#, #""@b""#,
            ]),
        ValidationCase(
            #"{"format":"ipv4"}"#, Draft.upTo7, fits: [#""192.168.0.1""#],
            not: [
                #""127.0.0.0.1""#, #""256.1.1.1""#, #""127.0""#, #""0x7f.1.1.1""#, #""01.1.1.1""#, #""1.1.1.""#,
            ]),
        ValidationCase(
            #"{"format":"ipv6"}"#, Draft.upTo7,
            fits: [#""::1""#, #""::""#, #""1:2:3:4:5:6:7:8""#, #""::ffff:1.2.3.4""#],
            not: [
                #""12345::""#, #""1:1:1:1:1:1:1:1:1""#, #""::g""#, #""1::2::3""#, #""1.2.3.4""#, #"":1""#,
            ]),
        ValidationCase(
            #"{"format":"hostname"}"#, Draft.upTo7, fits: [#""www.example.com""#, #""a-b.c""#],
            not: [
                #""-a.b""#, #""a_b""#, #""a..b""#, #""""#,
            ]),
        ValidationCase(
            #"{"format":"uri"}"#, Draft.upTo7, fits: [#""http://a.b/c?d=e#f""#, #""urn:x:y""#],
            not: [
                #""//a.b""#, #""/a""#, #""a b""#, #""http://a b""#, #""\\\\a""#,
            ]),
        ValidationCase(
            #"{"format":"uri-reference"}"#, [.draft6, .draft7], fits: [#""/a""#, ##""#a""##], not: [#""\\\\a""#]),
        ValidationCase(
            #"{"format":"uri-template"}"#, [.draft6, .draft7], fits: [#""http://a/{b}/{?c*}""#], not: [#""a/{b""#]),
        ValidationCase(
            #"{"format":"json-pointer"}"#, [.draft6, .draft7], fits: [#""/a~0~1/b""#, #""""#],
            not: [#""a""#, #""/~2""#]),
        ValidationCase(
            #"{"format":"date"}"#, [.draft7], fits: [#""2026-11-22""#], not: [#""2026-11-31""#, #""22.11.2026""#]),
        ValidationCase(
            #"{"format":"time"}"#, [.draft7], fits: [#""08:30:06Z""#, #""08:30:06.28-08:00""#],
            not: [#""8:30 AM""#, #""08:30:06""#]),
        ValidationCase(#"{"format":"regex"}"#, [.draft7], fits: [#""a(b|c)*""#], not: [#""a(b""#]),
        ValidationCase(
            #"{"format":"relative-json-pointer"}"#, [.draft7], fits: [#""1/a""#, ##""0#""##], not: [#""/a""#]),
        // Where Schema Registry takes it for a description, and what it does not know.
        ValidationCase(#"{"format":"ipv4"}"#, Draft.from2019, fits: [#""no address""#], not: []),
        ValidationCase(#"{"format":"date"}"#, [.draft4, .draft6], fits: [#""no date""#], not: []),
        ValidationCase(#"{"format":"colour"}"#, fits: [#""red""#, "1"], not: []),
    ]

    @Test(arguments: types) func typesAreChecked(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: equality) func valuesAreEqualAsJSONSchemaHasIt(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: numbers) func numbersAreComparedExactly(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: strings) func stringsAreCountedInCharacters(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: formats) func formatsAreCheckedWhereTheRegistryDoes(_ test: ValidationCase) throws {
        try test.check()
    }
}
