import JSON
import SchemaFormat
import Testing

/// What was made to exhaust time, memory or the stack.
@Suite struct HostileInputTests {
    private func nested(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }

    @Test(arguments: [#"{"not":"#, #"{"items":"#, #"{"properties":{"a":"#, #"{"allOf":["#])
    func deepSchemasAreReadOrRefused(_ open: String) throws {
        let close = String(open.reversed().compactMap { ["{": "}", "[": "]"][$0] as Character? })
        for depth in [100, 450, 10_000, 100_000] {
            let text = nested(open, "{}", close, depth)
            let error = problem(ofSchema: text)
            // The limit is that of the JSON parser.
            #expect((error == nil) == (depth * close.count < 1000), "\(depth)")
            if error == nil { _ = try schema(text).obstacles(readingDataOf: schema(text), roles: .newReader) }
        }
    }

    @Test func aValueGoesThroughABoundedNumberOfSchemas() throws {
        let tree = try schema(##"{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##)
        #expect(try problem(nested(#"{"a":"#, "{}", "}", 200), in: tree) == nil)
        let error = try problem(nested(#"{"a":"#, "{}", "}", 990), in: tree)
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("schemas within each other") == true)
    }

    @Test(arguments: [
        ##"{"$ref":"#"}"##,
        ##"{"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}"##,
        ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##, ##"{"not":{"$ref":"#"}}"##,
        ##"{"if":{"$ref":"#"},"then":{"$ref":"#"},"else":{"$ref":"#"}}"##,
        ##"{"oneOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}"##,
    ])
    func aSchemaThatLeadsToItselfEnds(_ text: String) throws {
        for draft in Draft.from7 {
            let parsed = try schema(draft.declared(text))
            #expect(try problem("1", in: parsed)?.code == .limitExceeded)
            #expect(parsed.obstacles(readingDataOf: parsed, roles: .newReader).isEmpty)
        }
    }

    @Test func branchesThatMultiplyAreStopped() throws {
        let definitions = (0..<60).map {
            ##""d\##($0)":{"anyOf":[{"$ref":"#/definitions/d\##($0 + 1)"},{"$ref":"#/definitions/d\##($0 + 1)"}]}"##
        }
        let text =
            ##"{"$ref":"#/definitions/d0","definitions":{"## + definitions.joined(separator: ",")
            + #","d60":{"type":"null"}}}"#
        let parsed = try schema(text)
        #expect(try problem("null", in: parsed) == nil)
        let error = try problem("1", in: parsed)
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("anyOf") == true)
        #expect(parsed.obstacles(readingDataOf: parsed, roles: .newReader).isEmpty)
    }

    @Test func manyBranchesAtEveryLevelAreStopped() throws {
        // Each level of the value is gone into in two ways before either turns out not to fit.
        func branch(_ name: String) -> String {
            ##"{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"required":["\##(name)"]}]}"##
        }
        let parsed = try schema("{\"anyOf\":[\(branch("b")),\(branch("c"))]}")
        #expect(try problem(nested(#"{"a":"#, "1", "}", 60), in: parsed)?.code == .limitExceeded)
    }

    @Test func patternsTakeStepsOfTheBudget() throws {
        let text = #"{"items":{"pattern":"^(a|a|a|a|a|a|a|a)*(?=.*b)$"}}"#
        let value =
            "[" + (0..<50).map { _ in "\"" + String(repeating: "a", count: 100_000) + "\"" }.joined(separator: ",")
            + "]"
        #expect(try problem(value, in: schema(text)) != nil)
        let quick = try schema(#"{"patternProperties":{"^(a+)+$":false}}"#)
        #expect(try problem(#"{"\#(String(repeating: "a", count: 5_000))!":1}"#, in: quick) == nil)
    }

    @Test func hugeNumbersAreComparedWithoutMakingThem() throws {
        let parsed = try schema(#"{"multipleOf":1e-308,"maximum":1e1000000000,"minimum":-1e99999999999999999999}"#)
        for value in ["1e999999999", "-1e999999999", "1e-308", "123456789.5", "0e99999999999999999999"] {
            #expect(try problem(value, in: parsed) == nil, "\(value)")
        }
        for value in ["1e1000000001", "1e-309", "1e-99999999999999999999"] {
            #expect(try problem(value, in: parsed)?.code == .invalidValue, "\(value)")
        }
        let digits = String(repeating: "7", count: 200_000)
        #expect(try problem(digits, in: schema(#"{"multipleOf":7}"#)) == nil)
        #expect(try problem(digits, in: schema(#"{"multipleOf":\#(digits.prefix(1000))}"#)) != nil)
        #expect(problem(ofSchema: #"{"multipleOf":\#(digits)}"#)?.code == .invalidSchema)
        #expect(problem(ofSchema: #"{"maxLength":1e400,"minItems":-1e400}"#) == nil)
    }

    @Test func largeValuesAreChecked() throws {
        let parsed = try schema(
            #"{"items":{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},"#
                + #"{"type":"integer"}]}},"required":["a"]}}"#
        )
        let value = "[" + (0..<20_000).map { #"{"a":\#($0)}"# }.joined(separator: ",") + "]"
        #expect(try problem(value, in: parsed) == nil)
        let unique = "[" + (0..<20_000).map(String.init).joined(separator: ",") + "]"
        #expect(try problem(unique, in: schema(#"{"uniqueItems":true}"#)) == nil)
    }

    @Test func aSchemaThatIsTooLargeIsRefused() {
        let text = #"{"description":""# + String(repeating: "x", count: 16 << 20) + "\"}"
        #expect(problem(ofSchema: text)?.code == .limitExceeded)
        let many = #"{"allOf":["# + Array(repeating: "{}", count: 500_001).joined(separator: ",") + "]}"
        #expect(problem(ofSchema: many)?.code == .limitExceeded)
    }

    @Test func comparisonsThatMultiplyAreStopped() throws {
        func text(_ keyword: String) -> String {
            let members = (0..<700).map { #"{"type":"object","properties":{"p\#($0)":{"\#(keyword)":\#($0)}}}"# }
            return "{\"anyOf\":[" + members.joined(separator: ",") + "]}"
        }
        let (old, new) = (try schema(text("minLength")), try schema(text("maxLength")))
        let found = new.obstacles(readingDataOf: old, roles: .newReader)
        #expect(found.count == 1 && found[0].contains("SCHEMA_TOO_COMPLEX"))
    }

    @Test func chainsOfReferencesAreFollowed() throws {
        let definitions = (0..<5_000).map { ##""d\##($0)":{"$ref":"#/definitions/d\##($0 + 1)"}"## }
        let text =
            ##"{"$ref":"#/definitions/d4990","definitions":{"## + definitions.joined(separator: ",")
            + #","d5000":{"type":"null"}}}"#
        #expect(try problem("null", in: schema(text)) == nil)
        let long = text.replacing("d4990", with: "d0", maxReplacements: 1)
        #expect(try problem("null", in: schema(long))?.code == .limitExceeded)
    }
}
