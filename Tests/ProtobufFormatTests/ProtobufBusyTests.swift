import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// Schemas that are right, and were made to keep the process busy.
@Suite struct ProtobufBusyTests {
    @Test func manyMapsAndExtensionsInOneMessageAreRead() throws {
        let maps = (1...10_000).map { "map<string, int32> m\($0) = \($0);" }.joined()
        let maker = try schema("message A { \(maps) }")
        #expect(maker.canonicalText.hasSuffix("  map<string, int32> m10000 = 10000;\n}\n"))
        let extends = (1...5000).map { "extend A { optional int32 e\($0) = \($0); }" }.joined()
        let extended = try ProtobufLanguage().schema(
            "syntax = \"proto2\"; message A { extensions 1 to max; } \(extends)")
        #expect(try extended.normalized().canonicalText.hasSuffix("  optional int32 e5000 = 5000;\n}\n"))
    }

    @Test func longOptionsAreRead() throws {
        let head = """
            syntax = "proto2"; import "google/protobuf/descriptor.proto";
            message O { repeated int32 n = 1; repeated string s = 2; }
            extend google.protobuf.MessageOptions { optional O o = 5000; repeated double d = 5001; }
            """
        let values = (1...50_000).map { "n: \($0)" }.joined(separator: " ")
        let numbers = (1...900).map { "option (d) = \($0).50;" }.joined()
        let schema = try ProtobufLanguage().schema("\(head) message A { option (o) = { \(values) }; \(numbers) }")
        #expect(schema.canonicalText.contains("  option (d) = 900.50;\n"))
        #expect(schema.canonicalText.contains("      50000\n"))
        #expect(try schema.normalized().canonicalText.contains("  option (d) = 900.5;\n"))
    }

    @Test func optionsThatNobodyInterpretedAreRefusedInDescriptors() {
        // A message `A` with `option (x) = { {{{…`: field 7 of the message holds field 999, whose field 8 is text.
        func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            for var value in [number << 3 | 2, content.count] {
                while value >= 0x80 {
                    bytes.append(UInt8(value & 0x7F) | 0x80)
                    value >>= 7
                }
                bytes.append(UInt8(value))
            }
            return bytes + content
        }
        let text = [UInt8](repeating: UInt8(ascii: "{"), count: 100_000)
        let option = field(999, field(2, field(1, [120]) + [16, 1]) + field(8, text))
        let file = field(4, field(1, [65]) + field(7, option))
        #expect(refusal(base64(file)).message.contains("options that are not interpreted"))
    }

    @Test func groupsInGroupsStandWithTheirFields() throws {
        let schema = try ProtobufLanguage().schema(
            "syntax = \"proto2\"; message A { optional group G = 1 { optional group H = 1 { optional int32 x = 1; } } }"
        )
        #expect(schema.canonicalText.contains("  optional group G = 1 {\n    optional group H = 1 {\n"))
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            var characters: [Character] = []
            for _ in 0..<4 {
                characters.insert(alphabet[value & 63], at: 0)
                value >>= 6
            }
            text += String(characters.prefix(group.count + 1)) + String(repeating: "=", count: 3 - group.count)
        }
        return text
    }
}
