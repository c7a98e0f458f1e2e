import JSON
import SchemaFormat
import Testing

@Suite struct SchemaParsingTests {
    @Test(arguments: [
        (#"{"type":"strin"}"#, "'type' is 'strin'"), (#"{"type":1}"#, "'type'"), (#"{"type":["string",1]}"#, "'type'"),
        (#"{"enum":1}"#, "'enum'"), (#"{"minLength":"1"}"#, "'minLength'"), (#"{"minLength":1.5}"#, "'minLength'"),
        (#"{"maximum":"1"}"#, "'maximum'"), (#"{"multipleOf":0}"#, "'multipleOf'"),
        (#"{"uniqueItems":1}"#, "'uniqueItems'"),
        (#"{"pattern":1}"#, "'pattern'"), (#"{"pattern":"a("}"#, "'a('"), (#"{"patternProperties":{"[":{}}}"#, "'['"),
        (#"{"properties":[]}"#, "'properties'"), (#"{"properties":{"a":1}}"#, "#/properties/a"),
        (#"{"required":"a"}"#, "'required'"), (#"{"required":[1]}"#, "'required'"), (#"{"items":1}"#, "#/items"),
        (#"{"additionalProperties":1}"#, "#/additionalProperties"), (#"{"allOf":{}}"#, "'allOf'"),
        (#"{"anyOf":[1]}"#, "#/anyOf/0"), (#"{"oneOf":null}"#, "'oneOf'"), (#"{"not":"a"}"#, "#/not"),
        (#"{"title":1}"#, "'title'"), (#"{"description":[]}"#, "'description'"), (#"{"$ref":1}"#, "'$ref'"),
        (#"{"format":1}"#, "'format'"), (#"{"properties":{"a":{"items":{"type":"x"}}}}"#, "#/properties/a/items"),
    ])
    func aKeywordOfTheWrongKindIsRefused(_ text: String, _ named: String) {
        for draft in Draft.allCases {
            let error = problem(ofSchema: draft.declared(text))
            #expect(error?.code == .invalidSchema)
            #expect(error?.message.contains(named) == true, "\(error?.message ?? "accepted") in \(draft)")
        }
    }

    @Test(arguments: [
        (#"{"exclusiveMinimum":1}"#, [Draft.draft4]), (#"{"exclusiveMaximum":true}"#, Draft.from6),
        (#"{"dependencies":{"a":1}}"#, Draft.upTo7), (#"{"dependencies":{"a":[1]}}"#, Draft.upTo7),
        (#"{"dependentRequired":{"a":"b"}}"#, Draft.from2019), (#"{"dependentSchemas":[]}"#, Draft.from2019),
        (#"{"if":1}"#, Draft.from7), (#"{"contains":1}"#, Draft.from6), (#"{"propertyNames":"a"}"#, Draft.from6),
        (#"{"prefixItems":{}}"#, [.draft2020]), (#"{"items":[{}]}"#, [.draft2020]), (#"{"readOnly":1}"#, [.draft7]),
        (#"{"contains":{},"minContains":"1"}"#, Draft.from2019), (#"{"$defs":{"a":1}}"#, Draft.from2019),
        (#"{"unevaluatedProperties":1}"#, Draft.from2019),
    ])
    func eachDraftHasItsOwnKeywords(_ text: String, _ drafts: [Draft]) {
        for draft in Draft.allCases {
            let error = problem(ofSchema: draft.declared(text))
            #expect((error != nil) == drafts.contains(draft), "\(error?.message ?? "accepted") in \(draft)")
        }
    }

    @Test(arguments: ["", " ", "1", "null", #""a""#, "[]", "{", #"{"type":"string"} x"#, "{'a':1}"])
    func whatIsNoSchemaIsRefused(_ text: String) {
        #expect(problem(ofSchema: text)?.code == .invalidSchema)
    }

    @Test func aSchemaWithoutDraftIsDraft7() throws {
        for text in [
            #"{"if":{"const":1},"then":false}"#,
            #"{"$schema":"http://example.org/mine","if":{"const":1},"then":false}"#,
        ] {
            #expect(try problem("1", in: schema(text)) != nil)
            #expect(try problem("2", in: schema(text)) == nil)
        }
        #expect(problem(ofSchema: #"{"exclusiveMinimum":true}"#) != nil)
    }

    @Test(arguments: [
        "http://json-schema.org/draft-04/schema", "https://json-schema.org/draft-04/schema#",
        "http://json-schema.org/schema#",
    ])
    func draftsAreKnownByTheirNames(_ name: String) {
        #expect(problem(ofSchema: #"{"$schema":"\#(name)","minimum":1,"exclusiveMinimum":true}"#) == nil)
    }

    // MARK: - Text

    @Test(arguments: [
        (#" { "type" : "string" , "a" : [ 1 , 2 ] } "#, #"{"type":"string","a":[1,2]}"#),
        (#"{"b":1,"a":2,"b":3}"#, #"{"b":3,"a":2}"#),
        (#"{"default":"\u00e9\/\n"}"#, #"{"default":"é/\n"}"#),
        (
            #"{"x":[1.0,1.50,1e3,1.5E3,12e-1,0.0000001,1e-10,0.0,-0.0,-0,0e3,100,1E0,-1.5e-7,123e5]}"#,
            #"{"x":[1.0,1.50,1E+3,1.5E+3,1.2,1E-7,1E-10,0.0,0.0,0,0E+3,100,1,-1.5E-7,1.23E+7]}"#
        ),
        ("true", "true"), (" false ", "false"), ("{}", "{}"),
        (
            #"{"x":12345678901234567890123456789012345678901234567890}"#,
            #"{"x":12345678901234567890123456789012345678901234567890}"#
        ),
    ])
    func theTextIsAsJacksonWritesIt(_ text: String, _ expected: String) throws {
        let parsed = try schema(text)
        #expect(parsed.canonicalText == expected)
        #expect(try schema(expected).canonicalText == expected)
        #expect(try parsed.text(in: "resolved") == expected)
        #expect(parsed.type == .json)
    }

    @Test func normalizingSortsTheMembers() throws {
        let parsed = try schema(
            #"{"type":"object","properties":{"b":{"title":"x","$id":"y"},"a":{},"é":{},"B":{}},"required":["b","a"]}"#)
        let normalized = try parsed.normalized()
        #expect(
            normalized.canonicalText
                == #"{"properties":{"B":{},"a":{},"b":{"$id":"y","title":"x"},"é":{}},"#
                + #""required":["b","a"],"type":"object"}"#
        )
        #expect(try normalized.normalized().canonicalText == normalized.canonicalText)
        #expect(try problem("1", in: normalized) != nil)
    }

    @Test func normalizingKeepsWhatIsReferredTo() throws {
        let parsed = try schema(#"{"$ref":"other.json"}"#, [("other.json", #"{"type":"integer"}"#)]).normalized()
        #expect(try problem("1", in: parsed) == nil)
        #expect(try problem("null", in: parsed) != nil)
    }

    @Test func theNameIsTheTitle() throws {
        #expect(try schema(#"{"title":"Person","type":"object"}"#).name == "Person")
        #expect(try schema(#"{"type":"object"}"#).name == nil)
        #expect(try schema("true").name == nil)
    }

    @Test func fieldsOfTheTopLevelAreProperties() throws {
        let parsed = try schema(#"{"properties":{"a":{"properties":{"b":{}}}},"required":["c"]}"#)
        #expect(parsed.hasTopLevelField("a"))
        #expect(!parsed.hasTopLevelField("b"))
        #expect(!parsed.hasTopLevelField("c"))
        #expect(try !schema("true").hasTopLevelField("a"))
    }

    // MARK: - Values

    @Test func aValueIsItsText() throws {
        let parsed = try schema(#"{"properties":{"a":{"type":"number"}}}"#)
        let bytes = try parsed.encode(try JSONValue(parsing: #" { "a" : 1.50, "b":"é" } "#))
        #expect(bytes == Array(#"{"a":1.50,"b":"é"}"#.utf8))
        #expect(try parsed.decode(bytes.span.bytes) == JSONValue(parsing: bytes))
    }

    @Test(arguments: ["", "{", "nul", "1 2", "\u{0}"])
    func bytesThatAreNoJSONAreRefused(_ text: String) throws {
        let bytes = Array(text.utf8)
        let parsed = try schema("{}")
        do {
            _ = try parsed.decode(bytes.span.bytes)
            Issue.record("they were read")
        } catch { #expect(error.code == .invalidBytes) }
    }

    @Test(arguments: [
        (#"{"type":"string"}"#, "1", "'#'", "'type'"),
        (#"{"properties":{"a/b":{"items":{"minimum":3}}}}"#, #"{"a/b":[3,2]}"#, "'#/a~1b/1'", "'minimum'"),
        (#"{"required":["a"]}"#, "{}", "'#'", "'required'"),
        (#"{"additionalProperties":false}"#, #"{"x":1}"#, "'#/x'", "'additionalProperties'"),
        (#"{"properties":{"a":{"anyOf":[{"type":"null"},{"minimum":5}]}}}"#, #"{"a":1}"#, "'#/a'", "'anyOf'"),
        (#"{"allOf":[{"items":{"maxLength":1}}]}"#, #"["a","bc"]"#, "'#/1'", "'maxLength'"),
        (#"{"items":[{}],"additionalItems":false}"#, "[1,2]", "'#/1'", "'additionalItems'"),
    ])
    func anErrorNamesTheValueAndTheKeyword(_ text: String, _ value: String, _ path: String, _ keyword: String) throws {
        let message = try problem(value, in: schema(text))?.message ?? ""
        #expect(message.hasPrefix("The value at \(path) breaks \(keyword)"), "\(message)")
    }
}
