import SchemaFormat
import Testing

/// The messages that clients see, by the kind and the place of each difference.
@Suite struct CompatibilityMessageTests {
    private func messages(
        _ old: String, _ new: String, _ draft: Draft = .draft7, roles: SchemaRoles = .newReader
    ) throws -> [String] {
        let (old, new) = (try schema(draft.declared(old)), try schema(draft.declared(new)))
        return new.obstacles(readingDataOf: old, roles: roles)
    }

    @Test func aMessageNamesKindPlaceAndSchemas() throws {
        let found = try messages(
            #"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
            #"{"type":"object","additionalProperties":false}"#)
        #expect(
            found == [
                "{errorType:\"PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL\", description:\"The new has a closed content "
                    + "model and is missing a property or item present at path '#/properties/a' in the old schema'}"
            ])
    }

    @Test func whoReadsIsNamedFirst() throws {
        let found = try messages(#"{"type":"string"}"#, #"{"type":"string","maxLength":3}"#, roles: .oldReader)
        #expect(
            found == [
                "{errorType:\"MAX_LENGTH_ADDED\", description:\"The keyword at path '#/maxLength' in the old schema is "
                    + "not present in the new schema'}"
            ])
    }

    @Test(arguments: [
        (#"{"type":"string"}"#, #"{"type":"null"}"#, ["TYPE_CHANGED #/"]),
        (#"{"type":"number"}"#, #"{"type":"integer"}"#, ["TYPE_NARROWED #/"]),
        (
            #"{"type":"string","maxLength":5}"#, #"{"type":"string","maxLength":4}"#,
            ["MAX_LENGTH_DECREASED #/maxLength"]
        ),
        (#"{"type":"string","pattern":"a"}"#, #"{"type":"string","pattern":"b"}"#, ["PATTERN_CHANGED #/pattern"]),
        (
            #"{"type":"number"}"#, #"{"type":"number","minimum":1,"multipleOf":2}"#,
            ["MINIMUM_ADDED #/minimum", "MULTIPLE_OF_ADDED #/multipleOf"]
        ),
        (#"{"enum":[1,2]}"#, #"{"enum":[1]}"#, ["ENUM_ARRAY_NARROWED #/enum"]),
        (#"{"const":1}"#, #"{"const":2}"#, ["ENUM_ARRAY_CHANGED #/const"]),
        (#"{"not":{"type":"string"}}"#, #"{"not":{"enum":[1]}}"#, ["NOT_TYPE_EXTENDED #/not"]),
        (
            #"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}}}}}"#,
            #"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"null"}}}}}"#,
            ["TYPE_CHANGED #/properties/a/properties/b"]
        ),
        (
            #"{"type":"object","properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
            ["REQUIRED_ATTRIBUTE_ADDED #/required/a"]
        ),
        (
            #"{"type":"object"}"#, #"{"type":"object","properties":{"b":{"type":"null"}},"required":["b"]}"#,
            ["REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"]
        ),
        (
            #"{"type":"object"}"#, #"{"type":"object","properties":{"b":{"type":"null"}}}"#,
            ["OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"]
        ),
        (
            #"{"type":"object"}"#,
            #"{"type":"object","properties":{"b":{"type":"null","default":null}},"required":["b"]}"#,
            ["REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"]
        ),
        (
            #"{"type":"object","additionalProperties":false}"#,
            #"{"type":"object","properties":{"b":{"type":"null"}},"required":["b"],"additionalProperties":false}"#,
            ["REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b"]
        ),
        (
            #"{"type":"object","properties":{"a":{"type":"null"}}}"#,
            #"{"type":"object","additionalProperties":{"type":"string"}}"#,
            [
                "TYPE_CHANGED #/properties/a",
                "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a",
                "ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties",
            ]
        ),
        (
            #"{"type":"object"}"#, #"{"type":"object","additionalProperties":false}"#,
            ["ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"]
        ),
        (
            #"{"type":"object"}"#, #"{"type":"object","dependencies":{"a":["b"],"c":{"type":"null"}}}"#,
            ["DEPENDENCY_ARRAY_ADDED #/dependencies/a", "DEPENDENCY_SCHEMA_ADDED #/dependencies/c"]
        ),
        (#"{"type":"array"}"#, #"{"type":"array","items":{"type":"null"}}"#, ["SCHEMA_ADDED #/items"]),
        (
            #"{"type":"array","items":[{"type":"null"}]}"#,
            #"{"type":"array","items":[{"type":"string"}],"additionalItems":false}"#,
            ["TYPE_CHANGED #/items/0", "ADDITIONAL_ITEMS_REMOVED #/additionalItems"]
        ),
        (
            #"{"oneOf":[{"type":"null"},{"type":"string"}]}"#, #"{"oneOf":[{"type":"null"}]}"#,
            ["SUM_TYPE_NARROWED #/"]
        ),
        (
            #"{"oneOf":[{"type":"null"},{"type":"string"}]}"#, #"{"oneOf":[{"type":"null"},{"type":"integer"}]}"#,
            ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"]
        ),
        (
            #"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, #"{"oneOf":[{"type":"null"},{"type":"string"}]}"#,
            ["COMBINED_TYPE_CHANGED #/"]
        ),
        (#"{"allOf":[{"type":"null"}]}"#, #"{"allOf":[{"type":"null"},{"minimum":1}]}"#, ["PRODUCT_TYPE_EXTENDED #/"]),
    ])
    func differencesAreFoundWhereTheyAre(_ old: String, _ new: String, _ expected: [String]) throws {
        let found = try messages(old, new).map { message in
            let kind = message.split(separator: "\"")[1]
            let path = message.split(separator: "'").first { $0.hasPrefix("#/") } ?? ""
            return path.isEmpty ? "\(kind) #/items" : "\(kind) \(path)"
        }
        #expect(found == expected)
    }

    @Test func laterDraftsHaveTheirOwn() throws {
        let found = try messages(
            #"{"type":"object","unevaluatedProperties":true}"#, #"{"type":"object","unevaluatedProperties":false}"#,
            .draft2020)
        #expect(found.count == 1 && found[0].contains("UNEVALUATED_PROPERTIES_REMOVED"))
        let items = try messages(
            #"{"type":"array"}"#, #"{"type":"array","unevaluatedItems":{"type":"null"}}"#, .draft2019)
        #expect(items.count == 1 && items[0].contains("UNEVALUATED_ITEMS_NARROWED"))
    }

    @Test func manyDefinitionsThatReferToEachOtherAreCompared() throws {
        func text(_ type: String) -> String {
            let names = (0..<12).map { "d\($0)" }
            let all = names.map { "{\"$ref\":\"#/definitions/\($0)\"}" }.joined(separator: ",")
            let definitions = names.map { name in
                ##""\##(name)":{"type":"object","properties":{"\##(name)":{"oneOf":[{"type":"\##(type)"},\##(all)]}}}"##
            }
            return "{\"$ref\":\"#/definitions/d0\",\"definitions\":{\(definitions.joined(separator: ","))}}"
        }
        #expect(try messages(text("string"), text("string")).isEmpty)
        #expect(try !messages(text("string"), text("null")).isEmpty)
    }
}
