package import ConnectAPI
package import RecordFormat

/// Keys, values and headers as numbers or truth values of a fixed width, as Kafka's serializers write them:
/// `org.apache.kafka.connect.converters.` and `BooleanConverter` to `DoubleConverter`.
package struct NumberConverter: ImmediateConverter, ImmediateHeaderConverter {
    /// The types, by the first word of their class names.
    package enum Kind: String, Sendable, CaseIterable {
        case boolean = "Boolean"
        case short = "Short"
        case integer = "Integer"
        case long = "Long"
        case float = "Float"
        case double = "Double"

        fileprivate var schema: ConnectSchema {
            switch self {
            case .boolean: .optionalBoolean
            case .short: .optionalInt16
            case .integer: .optionalInt32
            case .long: .optionalInt64
            case .float: .optionalFloat32
            case .double: .optionalFloat64
            }
        }

        fileprivate var size: Int {
            switch self {
            case .boolean: 1
            case .short: 2
            case .integer, .float: 4
            case .long, .double: 8
            }
        }
    }

    private let kind: Kind

    /// Creates a converter.
    package init(_ kind: Kind) { self.kind = kind }

    package func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try bytes(of: value, schema) }

    package func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) throws -> SchemaAndValue {
        SchemaAndValue(kind.schema, try value(of: bytes))
    }

    package func serialize(
        topic: String, name: String, schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try bytes(of: value, schema) }

    package func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue {
        SchemaAndValue(kind.schema, try value(of: bytes))
    }

    private func bytes(of value: ConnectValue, _ schema: ConnectSchema?) throws -> ByteSlice? {
        if value.isNull { return nil }
        switch (kind, value) {
        case (.boolean, .boolean(let flag)): return ByteSlice([flag ? 1 : 0])
        case (.short, .int16(let number)): return Self.bigEndian(number)
        case (.integer, .int32(let number)): return Self.bigEndian(number)
        case (.long, .int64(let number)): return Self.bigEndian(number)
        case (.float, .float32(let number)): return Self.bigEndian(number.bitPattern)
        case (.double, .float64(let number)): return Self.bigEndian(number.bitPattern)
        default:
            throw ConnectError(
                .invalidData,
                "Failed to serialize to a \(kind.rawValue.lowercased()): the value is of type"
                    + " \(value.kind?.rawValue ?? "null")")
        }
    }

    private func value(of bytes: ByteSlice?) throws -> ConnectValue {
        guard let bytes else { return .null }
        let name = kind.rawValue.lowercased()
        guard bytes.count == kind.size else {
            throw ConnectError(
                .invalidData,
                "Failed to deserialize to a \(name): Size of data received is not \(kind.size), but \(bytes.count)")
        }
        let bits = bytes.array.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch kind {
        case .boolean:
            guard bits <= 1 else {
                throw ConnectError(
                    .invalidData, "Failed to deserialize to a boolean: Unexpected byte received: \(bits)")
            }
            return .boolean(bits == 1)
        case .short: return .int16(Int16(truncatingIfNeeded: bits))
        case .integer: return .int32(Int32(truncatingIfNeeded: bits))
        case .long: return .int64(Int64(truncatingIfNeeded: bits))
        case .float: return .float32(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .double: return .float64(Double(bitPattern: bits))
        }
    }

    private static func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> ByteSlice {
        ByteSlice((0..<Integer.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
    }
}
