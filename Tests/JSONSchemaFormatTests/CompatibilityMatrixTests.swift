import SchemaFormat
import Testing

/// Pairs of versions, and which levels let the second follow the first.
@Suite struct CompatibilityMatrixTests {
    enum Verdict: Sendable {
        /// Each reads the other's data.
        case both
        /// The new one reads the old one's data only.
        case backward
        /// The old one reads the new one's data only.
        case forward
        case neither

        func allows(_ level: CompatibilityLevel) -> Bool {
            switch level {
            case .none: true
            case .backward, .backwardTransitive: self == .both || self == .backward
            case .forward, .forwardTransitive: self == .both || self == .forward
            case .full, .fullTransitive: self == .both
            }
        }
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let verdict: Verdict
        let drafts: [Draft]

        init(_ old: String, _ new: String, _ verdict: Verdict, _ drafts: [Draft] = Draft.allCases) {
            self.old = old
            self.new = new
            self.verdict = verdict
            self.drafts = drafts
        }

        var testDescription: String { "\(old) → \(new)" }
    }

    private static let values: [Pair] = [
        Pair(#"{"type":"string"}"#, #"{"type":"string"}"#, .both),
        Pair(#"{"type":"string","title":"a","description":"b"}"#, #"{"type":"string","default":"c"}"#, .both),
        Pair(#"{"type":"string"}"#, #"{"type":"integer"}"#, .neither),
        Pair(#"{"type":"integer"}"#, #"{"type":"number"}"#, .backward),
        Pair(#"{"type":"null"}"#, #"{"type":"boolean"}"#, .neither),
        Pair(#"{"type":"string"}"#, #"{"type":["string","null"]}"#, .backward),
        Pair(#"{"type":["string","integer"]}"#, #"{"type":["string","integer","null"]}"#, .backward),
        Pair(#"{"type":["string","integer"]}"#, #"{"type":["integer","string"]}"#, .both),
        Pair(#"{"type":"string"}"#, "{}", .backward),
        Pair("{}", "true", .both, [.draft7]),
        Pair("false", #"{"type":"string"}"#, .backward, [.draft7]),
        Pair(#"{"type":"string","maxLength":10}"#, #"{"type":"string","maxLength":20}"#, .backward),
        Pair(#"{"type":"string"}"#, #"{"type":"string","maxLength":20}"#, .forward),
        Pair(#"{"type":"string","minLength":1}"#, #"{"type":"string","minLength":2}"#, .forward),
        Pair(
            #"{"type":"string","minLength":1,"maxLength":5}"#, #"{"type":"string","minLength":2,"maxLength":6}"#,
            .neither),
        Pair(#"{"type":"string","pattern":"a"}"#, #"{"type":"string"}"#, .backward),
        Pair(#"{"type":"string","pattern":"a"}"#, #"{"type":"string","pattern":"b"}"#, .neither),
        Pair(#"{"type":"number","minimum":1}"#, #"{"type":"number","minimum":1.0}"#, .both),
        Pair(#"{"type":"number","maximum":1}"#, #"{"type":"number","maximum":1.5}"#, .backward),
        Pair(#"{"type":"number","exclusiveMinimum":0}"#, #"{"type":"number"}"#, .backward, Draft.from6),
        Pair(
            #"{"type":"number","exclusiveMaximum":9}"#, #"{"type":"number","exclusiveMaximum":8}"#, .forward,
            Draft.from6),
        Pair(#"{"type":"number","multipleOf":10}"#, #"{"type":"number","multipleOf":5}"#, .backward),
        Pair(#"{"type":"number","multipleOf":0.5}"#, #"{"type":"number","multipleOf":0.50}"#, .both),
        Pair(#"{"type":"number","multipleOf":10}"#, #"{"type":"number","multipleOf":7}"#, .neither),
        Pair(#"{"enum":["a","b"]}"#, #"{"enum":["b","a","c"]}"#, .backward),
        Pair(#"{"enum":["a","b"]}"#, #"{"enum":["a","c"]}"#, .neither),
        Pair(#"{"const":1}"#, #"{"const":1.0}"#, .both, Draft.from6),
        Pair(#"{"const":1}"#, #"{"const":2}"#, .neither, Draft.from6),
        Pair(#"{"not":{"type":"string"}}"#, #"{"not":{"type":["string","null"]}}"#, .forward),
        Pair(#"{"type":"string","format":"date"}"#, #"{"type":"string","format":"time"}"#, .both),
        Pair(#"{"type":"string","connect.type":"bytes"}"#, #"{"type":"number","connect.type":"bytes"}"#, .both),
    ]

    private static let objects: [Pair] = [
        // Open content: a reader knows nothing of what was in a property's place before.
        Pair(
            #"{"type":"object","properties":{"a":{"type":"string"}}}"#,
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#, .forward),
        Pair(#"{"type":"object","properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{},"b":{}}}"#, .both),
        Pair(
            #"{"type":"object"}"#,
            #"{"type":"object","properties":{"b":{"type":"string","default":""}},"required":["b"]}"#, .forward),
        // Closed content: what is new was not there before.
        Pair(
            #"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#,
            #"{"type":"object","properties":{"a":{},"b":{"type":"string"}},"additionalProperties":false}"#, .backward),
        Pair(
            #"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#,
            #"{"type":"object","properties":{"a":{},"b":{"type":"string","default":"x"}},"#
                + #""required":["b"],"additionalProperties":false}"#,
            .backward),
        Pair(
            #"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#,
            #"{"type":"object","properties":{"a":{},"b":{"type":"string"}},"required":["b"],"#
                + #""additionalProperties":false}"#,
            .neither),
        Pair(
            #"{"type":"object","properties":{"a":false},"additionalProperties":false}"#,
            #"{"type":"object","additionalProperties":false}"#, .both, Draft.from6),
        Pair(#"{"type":"object","additionalProperties":false}"#, #"{"type":"object"}"#, .backward),
        Pair(#"{"type":"object","additionalProperties":{"type":"string"}}"#, #"{"type":"object"}"#, .backward),
        Pair(
            #"{"type":"object","additionalProperties":{"type":"integer"}}"#,
            #"{"type":"object","additionalProperties":{"type":"number"}}"#, .backward),
        // Partially open content.
        Pair(
            #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            #"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}"#, .both),
        Pair(
            #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            #"{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}"#,
            .neither),
        Pair(
            #"{"type":"object","patternProperties":{"^s_":{"type":"string"}},"additionalProperties":false}"#,
            #"{"type":"object","properties":{"s_a":{"type":"string"}},"#
                + #""patternProperties":{"^s_":{"type":"string"}},"additionalProperties":false}"#,
            .both),
        Pair(
            #"{"type":"object","patternProperties":{"^s_":{"type":"string"}},"additionalProperties":false}"#,
            #"{"type":"object","properties":{"s_a":{"type":"null"}},"#
                + #""patternProperties":{"^s_":{"type":"string"}},"additionalProperties":false}"#,
            .neither),
        Pair(
            #"{"type":"object","properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
            .forward),
        Pair(
            #"{"type":"object","properties":{"a":{"default":1}}}"#,
            #"{"type":"object","properties":{"a":{"default":1}},"required":["a"]}"#, .both),
        Pair(
            #"{"type":"object","properties":{"a":{"type":"string"}}}"#,
            #"{"type":"object","properties":{"a":{"type":"integer"}}}"#, .neither),
        Pair(#"{"type":"object","minProperties":1}"#, #"{"type":"object","minProperties":2}"#, .forward),
        Pair(#"{"type":"object","maxProperties":1}"#, #"{"type":"object"}"#, .backward),
        Pair(
            #"{"type":"object","dependencies":{"a":["b"]}}"#, #"{"type":"object","dependencies":{"a":["b","c"]}}"#,
            .forward, Draft.upTo7),
        Pair(
            #"{"type":"object","dependencies":{"a":["b"]}}"#, #"{"type":"object","dependencies":{"a":["c"]}}"#,
            .neither, Draft.upTo7),
        Pair(#"{"type":"object","dependentRequired":{"a":["b"]}}"#, #"{"type":"object"}"#, .backward, Draft.from2019),
        Pair(
            #"{"type":"object","dependentSchemas":{"a":{"type":"object"}}}"#, #"{"type":"object"}"#, .backward,
            Draft.from2019),
        Pair(#"{"type":"object","unevaluatedProperties":false}"#, #"{"type":"object"}"#, .backward, Draft.from2019),
        Pair(
            #"{"type":"object","unevaluatedProperties":{"type":"string"}}"#,
            #"{"type":"object","unevaluatedProperties":{"type":"integer"}}"#, .neither, Draft.from2019),
    ]

    private static let arrays: [Pair] = [
        Pair(
            #"{"type":"array","items":{"type":"integer"}}"#, #"{"type":"array","items":{"type":"number"}}"#, .backward),
        Pair(#"{"type":"array","items":{"type":"integer"}}"#, #"{"type":"array"}"#, .backward),
        Pair(#"{"type":"array","minItems":1}"#, #"{"type":"array","maxItems":5}"#, .neither),
        Pair(#"{"type":"array","maxItems":5}"#, #"{"type":"array","maxItems":6}"#, .backward),
        Pair(#"{"type":"array"}"#, #"{"type":"array","uniqueItems":true}"#, .forward),
        Pair(
            #"{"type":"array","items":[{"type":"string"}]}"#,
            #"{"type":"array","items":[{"type":"string"},{"type":"string"}]}"#, .forward, Draft.upTo7),
        Pair(
            #"{"type":"array","items":[{}],"additionalItems":false}"#,
            #"{"type":"array","items":[{},{"type":"string"}],"additionalItems":false}"#, .backward, Draft.upTo7),
        Pair(
            #"{"type":"array","items":[{}],"additionalItems":{"type":"string"}}"#,
            #"{"type":"array","items":[{},{"type":"string"}],"#
                + #""additionalItems":{"type":"string"}}"#, .both, Draft.upTo7),
        Pair(
            #"{"type":"array","items":[{}],"additionalItems":false}"#,
            #"{"type":"array","items":[{}],"additionalItems":{"type":"string"}}"#, .backward, Draft.upTo7),
        Pair(
            #"{"type":"array","prefixItems":[{"type":"string"}]}"#,
            #"{"type":"array","prefixItems":[{"type":"string"},{}]}"#, .both, [.draft2020]),
        Pair(
            #"{"type":"array","prefixItems":[{}],"items":false}"#,
            #"{"type":"array","prefixItems":[{},{"type":"string"}],"items":false}"#, .backward, [.draft2020]),
        Pair(
            #"{"type":"array","contains":{},"maxContains":3}"#, #"{"type":"array","contains":{},"maxContains":4}"#,
            .backward, Draft.from2019),
        Pair(#"{"type":"array"}"#, #"{"type":"array","contains":{}}"#, .forward, Draft.from2019),
        Pair(
            #"{"type":"array","contains":{"type":"string"}}"#, #"{"type":"array","contains":{"type":"null"}}"#, .both,
            [.draft6, .draft7]),
        Pair(
            #"{"type":"array","unevaluatedItems":false}"#, #"{"type":"array","unevaluatedItems":{"type":"string"}}"#,
            .backward, Draft.from2019),
    ]

    private static let combined: [Pair] = [
        Pair(
            #"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#,
            #"{"oneOf":[{"type":"integer"},{"type":"string"},{"type":"null"}]}"#, .backward),
        Pair(
            #"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, #"{"oneOf":[{"type":"null"},{"type":"integer"}]}"#,
            .neither),
        Pair(
            #"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
            .backward),
        Pair(
            #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, #"{"allOf":[{"type":"string"},{"type":"integer"}]}"#,
            .forward),
        Pair(#"{"type":"string"}"#, #"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, .backward),
        Pair(#"{"type":"string"}"#, #"{"allOf":[{"type":"string"}]}"#, .both),
        Pair(
            #"{"allOf":[{"type":"string","maxLength":3},{"type":"string","minLength":1}]}"#,
            #"{"type":"string","maxLength":5}"#, .backward, Draft.upTo7),
        Pair(#"{"anyOf":[{"type":"string"},{"type":"string"}]}"#, #"{"anyOf":[{"type":"string"}]}"#, .both),
        Pair(#"{"allOf":[{"type":"string"},{"maxLength":3}]}"#, #"{"allOf":[{"type":"string"}]}"#, .backward),
        Pair(
            #"{"oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"null"}]}"#,
            #"{"oneOf":[{"type":"object","properties":{"a":{"type":"integer"}}},{"type":"null"}]}"#, .neither),
        Pair(
            #"{"if":{"type":"string"},"then":{"minLength":1}}"#, #"{"if":{"type":"string"},"then":{"minLength":9}}"#,
            .both, Draft.from7),
        // A type beside keywords for others is an `allOf` of both.
        Pair(#"{"type":"integer"}"#, #"{"type":"integer","maxLength":3}"#, .forward),
    ]

    private static let references: [Pair] = [
        Pair(
            ##"{"type":"object","properties":{"a":{"$ref":"#/definitions/n"}},"##
                + ##""definitions":{"n":{"type":"integer"}}}"##,
            #"{"type":"object","properties":{"a":{"type":"integer"}}}"#, .both),
        Pair(
            ##"{"type":"object","properties":{"a":{"$ref":"#/definitions/n"}},"##
                + ##""definitions":{"n":{"type":"integer"}}}"##,
            ##"{"type":"object","properties":{"a":{"$ref":"#/definitions/m"}},"definitions":{"m":{"type":"number"}}}"##,
            .backward),
        // Trees.
        Pair(
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"v":{"type":"integer"}}}"##,
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"v":{"type":"number"}}}"##, .backward),
        Pair(
            ##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##,
            ##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##, .both),
        Pair(
            ##"{"oneOf":[{"type":"null"},{"type":"object","properties":{"kids":{"type":"array","##
                + ##""items":{"$ref":"#"}},"v":{"type":"string"}}}]}"##,
            ##"{"oneOf":[{"type":"null"},{"type":"object","properties":{"kids":{"type":"array","##
                + ##""items":{"$ref":"#"}},"v":{"type":"null"}}}]}"##,
            .neither),
    ]

    private static let all = values + objects + arrays + combined + references

    @Test func thereAreEnough() { #expect(Self.all.count >= 45) }

    @Test(arguments: all)
    func everyLevelHasItsVerdict(_ pair: Pair) throws {
        for draft in pair.drafts {
            let old = try schema(draft.declared(pair.old))
            let new = try schema(draft.declared(pair.new))
            for level in CompatibilityLevel.allCases {
                let obstacles = level.obstacles(to: new, after: [EarlierSchema(version: 1, old)])
                #expect(obstacles.isEmpty == pair.verdict.allows(level), "\(level) in \(draft): \(obstacles)")
            }
        }
    }

    @Test func onlyTransitiveLevelsLookBeyondTheLastVersion() throws {
        let versions = [#"{"type":"string"}"#, #"{"type":["string","null"]}"#, "{}"].map { try? schema($0) }
        let earlier = versions.compactMap { $0 }.dropLast().map { EarlierSchema($0) }
        let next = try schema(#"{"type":["string","null","integer"]}"#)
        for level in CompatibilityLevel.allCases {
            let isAllowed = level == .none || level == .backward || level == .backwardTransitive
            #expect(level.obstacles(to: next, after: earlier).isEmpty == isAllowed, "\(level)")
        }
        let number = try schema(#"{"type":["null","integer"]}"#)
        let after = [EarlierSchema(try schema(#"{"type":"string"}"#)), EarlierSchema(try schema(#"{"type":"null"}"#))]
        #expect(CompatibilityLevel.backward.obstacles(to: number, after: after).isEmpty)
        #expect(!CompatibilityLevel.backwardTransitive.obstacles(to: number, after: after).isEmpty)
    }
}
