import JSON
import ProtobufFormat
import SchemaFormat
import Testing

/// A schema of a text, proto3 where the text does not say, or of a descriptor.
func schema(_ text: String, _ dependencies: [String: String] = [:]) throws -> ProtobufSchema {
    try ProtobufLanguage().schema(
        proto3(text), dependencies: dependencies.map { SchemaDependency(name: $0, text: proto3($1)) })
}

private func proto3(_ text: String) -> String {
    text.hasPrefix("syntax") || !text.contains(" ") ? text : "syntax = \"proto3\"; " + text
}

/// What was said when a schema was refused.
func refusal(
    _ text: String, _ dependencies: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) -> SchemaError {
    do {
        _ = try schema(text, dependencies)
    } catch let error as SchemaError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return SchemaError(.invalidSchema, "")
    }
    Issue.record("the schema was taken", sourceLocation: sourceLocation)
    return SchemaError(.invalidSchema, "")
}

extension ProtobufSchema {
    /// The JSON of bytes behind their indexes.
    func json(_ bytes: [UInt8]) throws -> JSONValue { try decode(bytes.span.bytes) }

    /// The bytes of a JSON text.
    func bytes(_ json: String) throws -> [UInt8] { try encode(JSONValue(parsing: json)) }
}

/// The bytes that hexadecimal digits are.
func bytes(hex: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = hex[...]
    while let byte = UInt8(rest.prefix(2), radix: 16) {
        bytes.append(byte)
        rest = rest.dropFirst(2)
    }
    return bytes
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
