import JSON

/// What two values have in common if and only if JSON Schema holds them for equal: `1` and `1.0`, and objects with the
/// same members in whatever order.
struct InstanceKey: Sendable, Hashable {
    private let bytes: [UInt8]

    init(_ value: JSONValue) {
        var bytes: [UInt8] = []
        Self.write(value, to: &bytes)
        self.bytes = bytes
    }

    /// How much work it was to make, in steps of the budget that a validation has.
    var effort: Int { bytes.count / 64 + 1 }

    private static func write(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .bool(let value): bytes.append(UInt8(ascii: value ? "t" : "f"))
        case .number(let number):
            bytes.append(UInt8(ascii: "#"))
            bytes += ExactDecimal(number).key.utf8
            bytes.append(0)
        case .string(let text): write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for element in elements { write(element, to: &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            // By their bytes: Swift compares texts by what they look like.
            let members = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            for member in members {
                write(member.name, to: &bytes)
                write(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes += String(text.utf8.count).utf8
        bytes.append(UInt8(ascii: ":"))
        bytes += text.utf8
    }
}
