import AvroFormat
import ConnectAPI
import JSON

/// Avro's type for values of Connect's that have no schema: a record with an optional field for each kind of value.
enum AvroAnything {
    /// The fields, in their order.
    enum Kind: String, CaseIterable {
        case boolean, bytes, double, float, int, long, string, array, map

        /// The field of a value.
        init?(_ value: ConnectValue) {
            switch value {
            case .null, .structure: return nil
            case .int8, .int16, .int32: self = .int
            case .int64: self = .long
            case .float32: self = .float
            case .float64: self = .double
            case .boolean: self = .boolean
            case .string: self = .string
            case .bytes: self = .bytes
            case .array: self = .array
            case .map: self = .map
            }
        }
    }

    static let kinds = Kind.allCases

    /// The schema's text.
    static let text: String = {
        func field(_ kind: Kind) -> JSONValue {
            let type: JSONValue =
                switch kind {
                case .array: ["type": "array", "items": "Anything"]
                case .map:
                    [
                        "type": "array",
                        "items": [
                            "type": "record", "name": .string(AvroMark.mapEntry),
                            "fields": [
                                ["name": "key", "type": "Anything"], ["name": "value", "type": "Anything"],
                            ],
                        ],
                    ]
                default: .string(kind.rawValue)
                }
            return ["name": .string(kind.rawValue), "type": ["null", type], "default": nil]
        }
        let schema: JSONValue = [
            "type": "record", "name": "Anything", "namespace": .string(AvroMark.namespace),
            "fields": .array(kinds.map(field)),
        ]
        return schema.text
    }()
}

/// Decimals' bytes: a big-endian two's complement number.
enum Decimals {
    /// The same number in as few bytes as it needs, as Java's `BigInteger` writes itself.
    static func shortened(_ bytes: [UInt8]) -> [UInt8] {
        var start = 0
        while start + 1 < bytes.count,
            (bytes[start] == 0 && bytes[start + 1] < 0x80) || (bytes[start] == 0xFF && bytes[start + 1] >= 0x80)
        { start += 1 }
        return start == 0 ? bytes : Array(bytes[start...])
    }

    /// The same number in so many bytes; `nil` if it needs more.
    static func lengthened(_ bytes: [UInt8], to size: Int) -> [UInt8]? {
        let short = shortened(bytes)
        guard short.count <= size else { return nil }
        let sign: UInt8 = (short.first ?? 0) >= 0x80 ? 0xFF : 0
        return Array(repeating: sign, count: size - short.count) + short
    }
}
