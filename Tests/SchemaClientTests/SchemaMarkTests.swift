import SchemaClient
import Testing

@Suite struct SchemaMarkTests {
    private static let guid: [UInt8] = [
        0x89, 0x79, 0x1b, 0x76, 0x2e, 0xf0, 0x4c, 0x0a, 0x90, 0x05, 0x00, 0x0f, 0xff, 0x1e, 0x2d, 0x3c,
    ]

    @Test func whatStandsBeforeAMessageNamesItsSchema() throws {
        let numbered = try SchemaMark(before: ([0, 0, 0, 1, 2, 7, 8] as [UInt8]).span.bytes)
        #expect(numbered.identity == .id(258) && numbered.messageStart == 5 && numbered.leadingBytes.isEmpty)
        let named = try SchemaMark(before: ([1] + Self.guid + [7, 8]).span.bytes)
        #expect(named.identity == .guid("89791b76-2ef0-4c0a-9005-000fff1e2d3c") && named.messageStart == 17)
    }

    @Test func aHeaderMayHaveTheIndexesOfAMessage() throws {
        let named = try SchemaMark(header: ([1] + Self.guid + [2, 4]).span.bytes)
        #expect(named.identity.description == "89791b76-2ef0-4c0a-9005-000fff1e2d3c")
        #expect(named.messageStart == 0 && named.leadingBytes == [2, 4])
        let numbered = try SchemaMark(header: ([0, 0, 0, 0, 3] as [UInt8]).span.bytes)
        #expect(numbered.identity == .id(3) && numbered.leadingBytes.isEmpty)
    }

    @Test(arguments: [[], [0, 0, 0, 1], [1], [1] + guid.dropLast(), [2] + guid] as [[UInt8]])
    func otherBytesAreRefused(_ bytes: [UInt8]) {
        #expect(throws: SchemaClientError.self) { try SchemaMark(header: bytes.span.bytes) }
        #expect(throws: SchemaClientError.self) { try SchemaMark(before: bytes.span.bytes) }
    }
}
