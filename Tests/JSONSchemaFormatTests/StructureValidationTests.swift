import Testing

/// Keywords for arrays and objects.
@Suite struct StructureValidationTests {
    private static let arrays: [ValidationCase] = [
        ValidationCase(#"{"minItems":1}"#, fits: ["[1]", "[1,2]", #""""#, "{}"], not: ["[]"]),
        ValidationCase(#"{"maxItems":2}"#, fits: ["[]", "[1,2]", #""foobar""#], not: ["[1,2,3]"]),
        ValidationCase(#"{"maxItems":1e400}"#, fits: ["[]", "[1,2]"], not: []),
        ValidationCase(
            #"{"uniqueItems":true}"#,
            fits: [
                "[]", "[1,2]", "[1,true]", "[0,false]", #"[{"a":1},{"a":2}]"#, "[[1],[2]]", #"["1",1]"#, "[[1,2],[12]]",
            ],
            not: [
                "[1,1]", "[1.0,1.00,2]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#, "[[1],[1]]", "[null,null]", #"["a","a"]"#,
            ]),
        ValidationCase(#"{"uniqueItems":false}"#, fits: ["[1,1]"], not: []),
        ValidationCase(
            #"{"items":{"type":"integer"}}"#, fits: ["[]", "[1,2]", #"{"0":"a"}"#], not: ["[1,\"x\"]", "[null]"]),
        ValidationCase(#"{"items":true}"#, Draft.from6, fits: ["[1]"], not: []),
        ValidationCase(#"{"items":false}"#, Draft.from6, fits: ["[]"], not: ["[1]"]),
        ValidationCase(
            #"{"items":[{"type":"integer"},{"type":"string"}]}"#, Draft.upTo7 + [.draft2019],
            fits: [
                "[]", "[1]", #"[1,"a"]"#, #"[1,"a",true]"#,
            ], not: [#"["a",1]"#, "[1,1]"]),
        ValidationCase(
            #"{"items":[{}],"additionalItems":{"type":"integer"}}"#, Draft.upTo7 + [.draft2019],
            fits: [
                "[]", "[null]", "[null,2,3]",
            ], not: [#"[null,2,"a"]"#]),
        ValidationCase(
            #"{"items":[{},{}],"additionalItems":false}"#, Draft.upTo7 + [.draft2019], fits: ["[1,2]"], not: ["[1,2,3]"]
        ),
        // Without a list in `items` it means nothing.
        ValidationCase(#"{"additionalItems":false}"#, Draft.upTo7 + [.draft2019], fits: ["[1,2]"], not: []),
        ValidationCase(#"{"items":{},"additionalItems":false}"#, Draft.upTo7 + [.draft2019], fits: ["[1,2]"], not: []),
        ValidationCase(
            #"{"prefixItems":[{"type":"integer"},{"type":"string"}]}"#, [.draft2020],
            fits: [
                "[]", "[1]", #"[1,"a",null]"#,
            ], not: [#"["a"]"#, "[1,1]"]),
        ValidationCase(
            #"{"prefixItems":[{}],"items":{"type":"integer"}}"#, [.draft2020], fits: ["[null,1]"], not: ["[1,null]"]),
        ValidationCase(
            #"{"prefixItems":[{}],"items":false}"#, [.draft2020], fits: ["[null]", "[]"], not: ["[1,null]"]),
        ValidationCase(
            #"{"contains":{"minimum":5}}"#, Draft.from6, fits: ["[3,4,5]", "[5,5]", "{}", #"["a"]"#],
            not: ["[1,2]", "[]"]),
        ValidationCase(#"{"contains":true}"#, Draft.from6, fits: ["[1]"], not: ["[]"]),
        ValidationCase(#"{"contains":false}"#, Draft.from6, fits: ["1"], not: ["[]", "[1]"]),
        ValidationCase(#"{"contains":{"minimum":5}}"#, [.draft4], fits: ["[]"], not: []),
        ValidationCase(
            #"{"contains":{"const":1},"minContains":2}"#, Draft.from2019, fits: ["[1,1]", "[1,2,1]"],
            not: ["[1]", "[]"]),
        ValidationCase(
            #"{"contains":{"const":1},"maxContains":1}"#, Draft.from2019, fits: ["[1,2]"], not: ["[1,1]", "[]"]),
        ValidationCase(#"{"contains":{"const":1},"minContains":0}"#, Draft.from2019, fits: ["[]", "[2]"], not: []),
        ValidationCase(
            #"{"contains":{"const":1},"minContains":0,"maxContains":1}"#, Draft.from2019, fits: ["[]"], not: ["[1,1]"]),
        ValidationCase(#"{"minContains":2}"#, Draft.from2019, fits: ["[]", "[1]"], not: []),
    ]

    private static let objects: [ValidationCase] = [
        ValidationCase(
            #"{"properties":{"a":{"type":"integer"},"b":{"type":"string"}}}"#,
            fits: [
                "{}", #"{"a":1}"#, #"{"a":1,"b":"x","c":[]}"#, "[]", #""a""#,
            ], not: [#"{"a":"x"}"#, #"{"a":1,"b":{}}"#]),
        ValidationCase(#"{"properties":{"a":false}}"#, Draft.from6, fits: ["{}", #"{"b":1}"#], not: [#"{"a":1}"#]),
        ValidationCase(#"{"required":["a","b"]}"#, fits: [#"{"a":1,"b":null}"#, "[]", "1"], not: ["{}", #"{"a":1}"#]),
        ValidationCase(#"{"required":["a\nb","__proto__"]}"#, fits: [#"{"a\nb":1,"__proto__":2}"#], not: [#"{"a":1}"#]),
        ValidationCase(#"{"minProperties":1}"#, fits: [#"{"a":1}"#, "[]"], not: ["{}"]),
        ValidationCase(#"{"maxProperties":1}"#, fits: ["{}", #"{"a":1}"#], not: [#"{"a":1,"b":2}"#]),
        ValidationCase(
            #"{"patternProperties":{"f.*o":{"type":"integer"}}}"#,
            fits: [
                #"{"foo":1}"#, #"{"foo":1,"bar":"x"}"#, "{}",
            ], not: [#"{"foo":"x"}"#, #"{"foooooo":"x","foo":1}"#]),
        ValidationCase(
            #"{"patternProperties":{"a*":{"type":"integer"},"aaa*":{"maximum":20}}}"#,
            fits: [#"{"a":21}"#, #"{"aaaa":18}"#],
            not: [
                #"{"a":"x"}"#, #"{"aaaa":31}"#, #"{"aaa":"foo"}"#,
            ]),
        ValidationCase(
            #"{"properties":{"a":{}},"patternProperties":{"^v":{}},"additionalProperties":false}"#,
            fits: [
                #"{"a":1}"#, #"{"a":1,"vroom":2}"#,
            ], not: [#"{"a":1,"quux":"boom"}"#]),
        ValidationCase(
            #"{"properties":{"a":{}},"additionalProperties":{"type":"boolean"}}"#,
            fits: [
                #"{"a":1}"#, #"{"a":1,"b":true}"#,
            ], not: [#"{"a":1,"b":12}"#]),
        ValidationCase(#"{"additionalProperties":false}"#, fits: ["{}", "[1]"], not: [#"{"a":1}"#]),
        // It does not see what stands in another schema.
        ValidationCase(
            #"{"allOf":[{"properties":{"a":{}}}],"additionalProperties":{"type":"boolean"}}"#, fits: [#"{"a":true}"#],
            not: [#"{"a":1}"#]),
        ValidationCase(
            #"{"propertyNames":{"maxLength":3}}"#, Draft.from6, fits: ["{}", #"{"foo":1}"#, "[]"],
            not: [#"{"foobar":1}"#]),
        ValidationCase(#"{"propertyNames":false}"#, Draft.from6, fits: ["{}"], not: [#"{"a":1}"#]),
        ValidationCase(
            #"{"propertyNames":{"pattern":"^a+$"}}"#, Draft.from6, fits: [#"{"a":1,"aaa":2}"#], not: [#"{"aaA":1}"#]),
        ValidationCase(
            #"{"dependencies":{"b":["a"]}}"#, Draft.upTo7, fits: ["{}", #"{"a":1}"#, #"{"a":1,"b":2}"#, #"["b"]"#],
            not: [#"{"b":2}"#]),
        ValidationCase(
            #"{"dependencies":{"b":{"properties":{"a":{"type":"integer"}}}}}"#, Draft.upTo7,
            fits: [#"{"a":"x"}"#, #"{"a":1,"b":2}"#],
            not: [
                #"{"a":"x","b":2}"#
            ]),
        ValidationCase(
            #"{"dependentRequired":{"b":["a","c"]}}"#, Draft.from2019, fits: ["{}", #"{"a":1,"b":2,"c":3}"#],
            not: [#"{"b":2,"a":1}"#]),
        ValidationCase(
            #"{"dependentSchemas":{"b":{"required":["a"]},"c":false}}"#, Draft.from2019,
            fits: ["{}", #"{"a":1,"b":1}"#],
            not: [
                #"{"b":2}"#, #"{"c":2}"#,
            ]),
        ValidationCase(#"{"dependentRequired":{"b":["a"]}}"#, Draft.upTo7, fits: [#"{"b":2}"#], not: []),
    ]

    private static let unevaluated: [ValidationCase] = [
        ValidationCase(#"{"unevaluatedProperties":false}"#, Draft.from2019, fits: ["{}", "[]"], not: [#"{"a":1}"#]),
        ValidationCase(
            #"{"unevaluatedProperties":{"minLength":3}}"#, Draft.from2019, fits: [#"{"a":"abc"}"#],
            not: [#"{"a":"ab"}"#]),
        ValidationCase(
            #"{"allOf":[{"properties":{"a":{}}}],"properties":{"b":{}},"unevaluatedProperties":false}"#, Draft.from2019,
            fits: [
                "{}", #"{"a":1,"b":2}"#,
            ], not: [#"{"a":1,"c":2}"#]),
        ValidationCase(
            #"{"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{}},"#
                + #""required":["b"]}],"unevaluatedProperties":false}"#,
            Draft.from2019, fits: [#"{"a":1}"#, #"{"b":1}"#, #"{"a":1,"b":1}"#],
            not: [#"{"a":2,"b":1}"#, #"{"a":1,"c":1}"#]),
        ValidationCase(
            #"{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":{}}},"#
                + #""else":{"properties":{"c":{}}},"unevaluatedProperties":false}"#,
            Draft.from2019, fits: [#"{"a":1,"b":2}"#, #"{"c":1}"#], not: [#"{"a":1,"c":2}"#, #"{"b":1}"#]),
        ValidationCase(
            #"{"not":{"not":{"properties":{"a":{}}}},"unevaluatedProperties":false}"#, Draft.from2019, fits: ["{}"],
            not: [#"{"a":1}"#]),
        ValidationCase(
            ##"{"$ref":"#/$defs/x","unevaluatedProperties":false,"$defs":{"x":{"properties":{"a":{}}}}}"##,
            Draft.from2019,
            fits: [
                #"{"a":1}"#
            ], not: [#"{"b":1}"#]),
        ValidationCase(
            #"{"dependentSchemas":{"a":{"properties":{"b":{}}}},"properties":{"a":{}},"unevaluatedProperties":false}"#,
            Draft.from2019,
            fits: [
                #"{"a":1,"b":2}"#
            ], not: [#"{"b":2}"#]),
        ValidationCase(
            #"{"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false}"#, Draft.from2019,
            fits: [#"{"a":1}"#], not: []),
        ValidationCase(
            #"{"properties":{"a":{"properties":{"b":{}},"unevaluatedProperties":false}}}"#, Draft.from2019,
            fits: [
                #"{"a":{"b":1},"c":2}"#
            ], not: [#"{"a":{"c":1}}"#]),
        ValidationCase(
            #"{"prefixItems":[{}],"unevaluatedItems":false}"#, [.draft2020], fits: ["[1]", "[]"], not: ["[1,2]"]),
        ValidationCase(#"{"items":[{}],"unevaluatedItems":false}"#, [.draft2019], fits: ["[1]", "[]"], not: ["[1,2]"]),
        ValidationCase(#"{"items":{},"unevaluatedItems":false}"#, Draft.from2019, fits: ["[1,2]"], not: []),
        ValidationCase(
            #"{"contains":{"const":1},"#
                + #""unevaluatedItems":false}"#, [.draft2020], fits: ["[1]", "[1,1]"], not: ["[1,2]"]),
        ValidationCase(
            #"{"anyOf":[{"prefixItems":[{"const":1},{}]},{"prefixItems":[{}]}],"unevaluatedItems":{"type":"string"}}"#,
            [.draft2020],
            fits: [
                "[1,2]", #"[2,"a"]"#, #"[1,2,"a"]"#,
            ], not: ["[2,3]", "[1,2,3]"]),
    ]

    private static let combinations: [ValidationCase] = [
        ValidationCase(
            #"{"allOf":[{"required":["a"]},{"properties":{"a":{"minimum":2}}}]}"#, fits: [#"{"a":2}"#],
            not: ["{}", #"{"a":1}"#]),
        ValidationCase(#"{"anyOf":[{"type":"integer"},{"minimum":2}]}"#, fits: ["1", "2.5", #""x""#], not: ["1.5"]),
        ValidationCase(#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, fits: ["1", "2.5"], not: ["3", "1.5"]),
        ValidationCase(#"{"oneOf":[{},{},{}]}"#, fits: [], not: ["1"]),
        ValidationCase(#"{"not":{"type":"integer"}}"#, fits: [#""x""#, "1.5"], not: ["1"]),
        ValidationCase(#"{"not":{"not":{"type":"integer"}}}"#, fits: ["1"], not: [#""x""#]),
        ValidationCase(#"{"not":{}}"#, fits: [], not: ["1", "null"]),
        ValidationCase(
            #"{"type":"number","anyOf":[{"multipleOf":2},{"multipleOf":3}],"not":{"multipleOf":6}}"#, fits: ["2", "9"],
            not: ["12", "5"]),
        ValidationCase(
            #"{"if":{"exclusiveMaximum":0},"then":{"minimum":-10},"else":{"multipleOf":2}}"#, Draft.from7,
            fits: ["-1", "4"], not: ["-100", "3"]),
        ValidationCase(#"{"then":{"const":0},"else":{"const":1}}"#, Draft.from7, fits: ["5"], not: []),
        ValidationCase(#"{"if":{"const":0},"else":false}"#, Draft.from7, fits: ["0"], not: ["1"]),
        ValidationCase(#"{"if":true,"then":{"const":"yes"}}"#, Draft.from7, fits: [#""yes""#], not: [#""no""#]),
        ValidationCase(#"{"if":false,"then":false}"#, [.draft4, .draft6], fits: ["1"], not: []),
        ValidationCase(#"{"anyOf":[]}"#, fits: [], not: ["1"]),
        ValidationCase(#"{"allOf":[]}"#, fits: ["1"], not: []),
    ]

    @Test(arguments: arrays) func arraysAreChecked(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: objects) func objectsAreChecked(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: unevaluated) func whatNobodyLookedAtIsChecked(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: combinations) func combinationsAreChecked(_ test: ValidationCase) throws { try test.check() }
}
