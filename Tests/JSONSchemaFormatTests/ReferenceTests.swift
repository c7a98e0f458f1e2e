import SchemaFormat
import Testing

@Suite struct ReferenceTests {
    private static let local: [ValidationCase] = [
        ValidationCase(
            ##"{"properties":{"a":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"integer"}}}"##,
            fits: [
                #"{"a":1}"#
            ], not: [#"{"a":"x"}"#]),
        ValidationCase(
            ##"{"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},"b":{"type":"integer"}}}"##,
            fits: ["1"], not: [#""x""#]),
        // A tree.
        ValidationCase(
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"value":{"type":"integer"}},"##
                + ##""additionalProperties":false}"##,
            fits: [
                "{}", #"{"next":{"next":{"value":1}}}"#,
            ], not: [#"{"next":{"next":{"value":"x"}}}"#, #"{"next":{"other":1}}"#]),
        ValidationCase(
            ##"{"properties":{"t":{"$ref":"#/definitions/a~1b"},"p":{"$ref":"#/definitions/c%25d"},"##
                + ##""q":{"$ref":"#/definitions/e~0f"}},"##
                + #""definitions":{"a/b":{"type":"integer"},"c%d":{"type":"integer"},"e~f":{"type":"integer"}}}"#,
            fits: [
                #"{"t":1,"p":1,"q":1}"#
            ], not: [#"{"t":"x"}"#, #"{"p":"x"}"#, #"{"q":"x"}"#]),
        // Nothing counts beside a reference up to draft 7.
        ValidationCase(
            ##"{"properties":{"a":{"$ref":"#/definitions/n","maximum":3}},"definitions":{"n":{"type":"integer"}}}"##,
            Draft.upTo7,
            fits: [
                #"{"a":5}"#
            ], not: [#"{"a":"x"}"#]),
        ValidationCase(
            ##"{"properties":{"a":{"$ref":"#/$defs/n","maximum":3}},"$defs":{"n":{"type":"integer"}}}"##,
            Draft.from2019,
            fits: [
                #"{"a":3}"#
            ], not: [#"{"a":5}"#, #"{"a":1.5}"#]),
        // A property of that name is no reference.
        ValidationCase(#"{"properties":{"$ref":{"type":"string"}}}"#, fits: [#"{"$ref":"a"}"#], not: [#"{"$ref":2}"#]),
        // `$defs` finds `definitions`, as in Schema Registry.
        ValidationCase(##"{"$ref":"#/$defs/n","definitions":{"n":{"type":"integer"}}}"##, fits: ["1"], not: [#""x""#]),
        // Any place can be referred to.
        ValidationCase(
            ##"{"properties":{"a":{"type":"integer"},"b":{"$ref":"#/properties/a"},"##
                + ##""c":{"$ref":"#/components/x/0"}},"components":{"x":[{"type":"null"}]}}"##,
            fits: [#"{"b":1,"c":null}"#], not: [#"{"b":"x"}"#, #"{"c":1}"#]),
    ]

    private static let named: [ValidationCase] = [
        ValidationCase(
            #"{"id":"http://x.org/root.json","properties":{"a":{"$ref":"item.json"}},"#
                + #""definitions":{"i":{"id":"item.json","type":"integer"}}}"#,
            [.draft4],
            fits: [#"{"a":1}"#], not: [#"{"a":"x"}"#]),
        ValidationCase(
            #"{"$id":"http://x.org/root.json","properties":{"a":{"$ref":"item.json"}},"#
                + #""definitions":{"i":{"$id":"item.json","type":"integer"}}}"#,
            [.draft6, .draft7], fits: [#"{"a":1}"#], not: [#"{"a":"x"}"#]),
        ValidationCase(
            ##"{"properties":{"a":{"$ref":"#n"}},"definitions":{"i":{"$id":"#n","type":"integer"}}}"##,
            [.draft6, .draft7],
            fits: [#"{"a":1}"#], not: [#"{"a":"x"}"#]),
        ValidationCase(
            ##"{"properties":{"a":{"$ref":"#n"}},"$defs":{"i":{"$anchor":"n","type":"integer"}}}"##, Draft.from2019,
            fits: [#"{"a":1}"#], not: [#"{"a":"x"}"#]),
        ValidationCase(
            #"{"$id":"http://x.org/a/","$ref":"b/c.json#n","$defs":{"i":{"$id":"b/","$defs":{"j":{"$id":"c.json","#
                + #""$defs":{"k":{"$anchor":"n","type":"integer"}}}}}}}"#,
            Draft.from2019, fits: ["1"], not: [#""x""#]),
        // A pointer counts from the part with the id.
        ValidationCase(
            ##"{"$id":"http://x.org/a","$defs":{"i":{"$id":"b","$ref":"#/$defs/n","##
                + ##""$defs":{"n":{"type":"null"}}},"n":{"type":"integer"}},"$ref":"b"}"##,
            Draft.from2019, fits: ["null"], not: ["1"]),
        ValidationCase(
            #"{"$id":"urn:uuid:deadbeef","#
                + #""properties":{"a":{"$ref":"urn:uuid:deadbeef#/$defs/n"}},"$defs":{"n":{"type":"integer"}}}"#,
            Draft.from2019,
            fits: [#"{"a":1}"#], not: [#"{"a":"x"}"#]),
        // What looks like a name within a value is none.
        ValidationCase(
            ##"{"$ref":"#n","$defs":{"c":{"const":{"$anchor":"n","type":"null"}},"##
                + ##""d":{"$anchor":"n","type":"integer"}}}"##,
            Draft.from2019,
            fits: ["1"], not: ["null"]),
    ]

    private static let dynamic: [ValidationCase] = [
        ValidationCase(
            #"{"$id":"http://x.org/strict","$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false,"#
                + ##""$defs":{"t":{"$id":"tree","$dynamicAnchor":"node","##
                + ##""properties":{"kids":{"items":{"$dynamicRef":"#node"}},"data":true}}}}"##,
            [.draft2020],
            fits: [#"{"kids":[{"data":1}]}"#], not: [#"{"kids":[{"daat":1}]}"#]),
        ValidationCase(
            #"{"$id":"http://x.org/strict","$recursiveAnchor":true,"$ref":"tree","unevaluatedProperties":false,"#
                + ##""$defs":{"t":{"$id":"tree","$recursiveAnchor":true,"##
                + ##""properties":{"kids":{"items":{"$recursiveRef":"#"}},"data":true}}}}"##,
            [.draft2019],
            fits: [#"{"kids":[{"data":1}]}"#], not: [#"{"kids":[{"daat":1}]}"#]),
        // Without the anchor both are plain references.
        ValidationCase(
            ##"{"$id":"http://x.org/s","$ref":"tree","$defs":{"t":{"$id":"tree","##
                + ##""additionalProperties":{"$recursiveRef":"#"},"maxProperties":1}}}"##,
            [.draft2019],
            fits: [#"{"a":{"b":{}}}"#], not: [#"{"a":{"b":{},"c":{}}}"#]),
    ]

    @Test(arguments: local) func placesInTheSchemaAreFound(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: named) func namesAreResolved(_ test: ValidationCase) throws { try test.check() }
    @Test(arguments: dynamic) func dynamicReferencesLeadToTheOutermost(_ test: ValidationCase) throws {
        try test.check()
    }

    @Test(arguments: [
        ("address.json", #"{"$ref":"address.json"}"#), ("address.json", #"{"$ref":"./address.json#"}"#),
        ("http://x.org/address.json", #"{"$ref":"http://x.org/address.json"}"#),
        ("http://x.org/address.json", #"{"$id":"http://x.org/person.json","allOf":[{"$ref":"address.json"}]}"#),
        ("address.json", #"{"$id":"http://x.org/person.json","allOf":[{"$ref":"address.json"}]}"#),
        ("address.json", #"{"allOf":[{"$ref":"address.json#/definitions/address"}]}"#),
        ("address.json", #"{"allOf":[{"$ref":"address.json#/$defs/address"}]}"#),
        ("a/b/address.json", #"{"$ref":"a/b/address.json"}"#),
        ("anything", #"{"$ref":"http://y.org/by-id.json"}"#),
    ])
    func otherSchemasAreFoundByTheirNames(_ name: String, _ text: String) throws {
        let address = """
            {"$id":"\(name == "anything" ? "http://y.org/by-id.json" : name)","required":["street"],\
            "definitions":{"address":{"required":["street"]}}}
            """
        for draft in [Draft.draft7, .draft2020] {
            let parsed = try schema(draft.declared(text), [(name, draft.declared(address))])
            #expect(try problem(#"{"street":1}"#, in: parsed) == nil)
            #expect(try problem("{}", in: parsed)?.message.contains("'street'") == true)
        }
    }

    @Test func whatIsNotReferredToMayBeBroken() throws {
        let broken = #"{"$dynamicAnchor":"n","$ref":"nowhere.json"}"#
        let root = ##"{"$dynamicAnchor":"n","type":"object","additionalProperties":{"$dynamicRef":"#n"}}"##
        let parsed = try schema(Draft.draft2020.declared(root), [("broken.json", broken)])
        #expect(try problem(#"{"a":{"b":{}}}"#, in: parsed) == nil)
        #expect(try problem(#"{"a":{"b":1}}"#, in: parsed) != nil)
        #expect(problem(ofSchema: #"{"$ref":"broken.json"}"#, [("broken.json", broken)])?.code == .invalidSchema)
    }

    @Test func schemasReferToEachOther() throws {
        let dependencies = [
            ("c.json", #"{"type":"integer","$defs":{"back":{"$ref":"root.json#/$defs/small"}}}"#),
            ("b.json", #"{"items":{"allOf":[{"$ref":"c.json"},{"$ref":"c.json#/$defs/back"}]}}"#),
        ]
        let root = #"{"$id":"root.json","properties":{"b":{"$ref":"b.json"}},"$defs":{"small":{"maximum":9}}}"#
        let parsed = try schema(Draft.draft2020.declared(root), dependencies)
        #expect(try problem(#"{"b":[1,9]}"#, in: parsed) == nil)
        #expect(try problem(#"{"b":[1,10]}"#, in: parsed)?.message.contains("#/b/1") == true)
        #expect(try problem(#"{"b":[1.5]}"#, in: parsed) != nil)
    }

    @Test(arguments: Draft.allCases)
    func aSchemaOfSchemasIsBuiltIn(_ draft: Draft) throws {
        for user in Draft.allCases {
            let parsed = try schema(user.declared(#"{"properties":{"s":{"$ref":"\#(draft.rawValue)"}}}"#))
            for text in [
                "{}", #"{"type":["string","null"],"minLength":3}"#, #"{"properties":{"a":{"items":{"enum":[1]}}}}"#,
                #"{"required":["a"],"multipleOf":0.5,"allOf":[{}],"title":"t","x":1}"#,
            ] {
                #expect(try problem(#"{"s":\#(text)}"#, in: parsed) == nil, "\(text)")
            }
            for text in [
                "1", #"{"type":"strin"}"#, #"{"minLength":-1}"#, #"{"properties":{"a":{"items":{"enum":1}}}}"#,
                #"{"allOf":[]}"#, #"{"multipleOf":0}"#, #"{"required":["a","a"]}"#, #"{"not":[]}"#,
            ] {
                #expect(try problem(#"{"s":\#(text)}"#, in: parsed)?.code == .invalidValue, "\(text)")
            }
            #expect(parsed.obstacles(readingDataOf: parsed, roles: .newReader).isEmpty)
        }
    }

    @Test(arguments: [
        ("#/definitions/none", "#/properties/a"), ("#none", "#/properties/a"), ("other.json", "#/properties/a"),
        ("http://127.0.0.1:1/other.json#/x", "#/properties/a"), ("#/required/7", "#/properties/a"),
    ])
    func aReferenceToNothingIsAnErrorThatNamesIt(_ reference: String, _ place: String) {
        for draft in Draft.allCases {
            let text = draft.declared(#"{"required":[],"properties":{"a":{"$ref":"\#(reference)"}}}"#)
            let error = problem(ofSchema: text)
            #expect(error?.code == .invalidSchema)
            #expect(error?.message.contains("'\(reference)'") == true)
            #expect(error?.message.hasPrefix(place + ":") == true)
        }
    }
}
