import JSON
import SchemaFormat
import Testing

@Suite struct CompatibilityLevelTests {
    /// A schema that reads what is listed.
    private struct Letter: ParsedSchema {
        let canonicalText: String
        var reads: Set<String> = []
        var type = SchemaType.avro
        var name: String? { nil }

        func normalized() -> any ParsedSchema { self }
        func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] {
            reads.contains(writer.canonicalText)
                ? [] : ["the \(roles.reader) schema does not read the \(roles.writer) one"]
        }
        func hasTopLevelField(_ name: String) -> Bool { false }
        func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] { throw SchemaError(.invalidValue, "no values") }
        func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue { throw SchemaError(.invalidBytes, "no values") }
    }

    private func obstacles(_ level: CompatibilityLevel, to schema: Letter, after earlier: [Letter]) -> [String] {
        level.obstacles(to: schema, after: earlier.enumerated().map { EarlierSchema(version: $0 + 1, $1) })
    }

    @Test(arguments: CompatibilityLevel.allCases)
    func aLevelAsksForItsDirectionAndItsVersions(_ level: CompatibilityLevel) {
        for new in [[], ["a"], ["b"], ["a", "b"]] as [Set<String>] {
            for readers in [[], ["a"], ["b"], ["a", "b"]] as [Set<String>] {
                let earlier = ["a", "b"].map { Letter(canonicalText: $0, reads: readers.contains($0) ? ["c"] : []) }
                let wanted: Set<String> = level.isTransitive ? ["a", "b"] : ["b"]
                let isAllowed =
                    level == .none
                    || (!level.readsEarlier || wanted.isSubset(of: new))
                        && (!level.isReadByEarlier || wanted.isSubset(of: readers))
                let found = obstacles(level, to: Letter(canonicalText: "c", reads: new), after: earlier)
                #expect(found.isEmpty == isAllowed, "\(level): the new one reads \(new), it is read by \(readers)")
            }
        }
    }

    @Test func theEarlierSchemaIsNamedBehindTheObstacles() {
        let found = obstacles(.full, to: Letter(canonicalText: "c"), after: [Letter(canonicalText: "b")])
        #expect(
            found == [
                "the old schema does not read the new one", "the new schema does not read the old one",
                "{oldSchemaVersion: 1}", "{oldSchema: 'b'}",
            ])
        let forward = obstacles(.forward, to: Letter(canonicalText: "c"), after: [Letter(canonicalText: "b")])
        #expect(forward == ["the old schema does not read the new one", "{oldSchemaVersion: 1}", "{oldSchema: 'b'}"])
    }

    @Test func aLongTextIsCut() {
        let long = Letter(canonicalText: String(repeating: "x", count: 10 * 1024 + 1))
        let found = obstacles(.backward, to: Letter(canonicalText: "c"), after: [long])
        #expect(found.last == "{oldSchema: <truncated> '\(String(repeating: "x", count: 10 * 1024))...'}")
    }

    @Test func anotherLanguageIsNeverCompatible() {
        let other = Letter(canonicalText: "b", reads: ["c"], type: .json)
        let found = obstacles(.backward, to: Letter(canonicalText: "c", reads: ["b"]), after: [other])
        #expect(found == ["Incompatible because of different schema type"])
        #expect(obstacles(.none, to: Letter(canonicalText: "c"), after: [other]) == [])
    }
}
