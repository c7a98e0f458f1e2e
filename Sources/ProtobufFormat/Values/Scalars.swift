import JSON

/// JSON for single values that are no messages.
struct Scalars {
    private let types: TypeTable

    init(_ types: TypeTable) { self.types = types }

    /// The JSON of what a field has on the wire.
    func json(
        _ piece: MessageDecoder.Piece, _ type: FieldType, _ bytes: [UInt8]
    ) throws(ValueFailure) -> JSONValue {
        switch piece {
        case .number(let bits): return json(bits, type)
        case .range(let range):
            if case .bytes = type { return .string(Base64.encode(bytes[range])) }
            return .string(try Self.text(bytes[range]))
        }
    }

    /// Adds the numbers that stand in a packed field.
    func add(
        packed range: Range<Int>, _ type: FieldType, _ bytes: [UInt8], to values: inout [JSONValue]
    ) throws(ValueFailure) {
        var reader = WireReader(bytes, range)
        do {
            while !reader.isAtEnd {
                switch type.wireType {
                case .fixed64: values.append(json(try reader.fixed64(), type))
                case .fixed32: values.append(json(UInt64(try reader.fixed32()), type))
                default: values.append(json(try reader.varint(), type))
                }
            }
        } catch {
            throw .bytes(error.text)
        }
    }

    /// The key of a map's entry as the name of a member.
    func mapKey(
        _ piece: MessageDecoder.Piece, _ type: FieldType, _ bytes: [UInt8]
    ) throws(ValueFailure) -> String {
        switch try json(piece, type, bytes) {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        default: ""
        }
    }

    /// The key of an entry that has none.
    func emptyMapKey(_ type: FieldType) -> String {
        switch type {
        case .string: ""
        case .bool: "false"
        default: "0"
        }
    }

    /// What a field is that is not there.
    func defaultValue(of field: FieldDescriptor) -> JSONValue {
        guard let text = field.defaultText else { return zero(field.type) }
        switch field.type {
        case .string: return .string(text)
        case .bytes: return .string(Base64.encode(StringEscapes.bytes(Array(text.utf8)[...])))
        case .bool: return .bool(text == "true")
        case .int64, .uint64, .sint64, .fixed64, .sfixed64: return .string(text)
        case .int32, .uint32, .sint32, .fixed32, .sfixed32: return Int64(text).map(JSONValue.integer) ?? .null
        case .double: return Double(text).map { Self.number($0) } ?? .null
        case .float: return Float(text).map { Self.number($0) } ?? .null
        case .enumeration: return .string(text)
        case .message, .group: return .null
        }
    }

    private func zero(_ type: FieldType) -> JSONValue {
        switch type {
        case .string, .bytes: .string("")
        // A closed enum's default is its first value, which need not be zero.
        case .enumeration(let id): json(UInt64(bitPattern: Int64(types[id].values.first?.number ?? 0)), type)
        default: json(0, type)
        }
    }

    // MARK: Numbers

    private func json(_ bits: UInt64, _ type: FieldType) -> JSONValue {
        switch type {
        case .bool: .bool(bits != 0)
        case .int32, .sfixed32: .integer(Int32(truncatingIfNeeded: bits))
        case .uint32, .fixed32: .integer(UInt32(truncatingIfNeeded: bits))
        case .sint32: .integer(Int32(truncatingIfNeeded: ZigZag.decode(bits & 0xFFFF_FFFF)))
        case .int64, .sfixed64: .string(String(Int64(bitPattern: bits)))
        case .uint64, .fixed64: .string(String(bits))
        case .sint64: .string(String(ZigZag.decode(bits)))
        case .float: Self.number(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .double: Self.number(Double(bitPattern: bits))
        case .enumeration(let id): json(Int32(truncatingIfNeeded: bits), types[id])
        case .string, .bytes, .message, .group: .null
        }
    }

    private func json(_ number: Int32, _ type: EnumDescriptor) -> JSONValue {
        if type.isNull { return .null }
        return type.name(of: number).map(JSONValue.string) ?? .integer(number)
    }

    private static func number(_ value: Double) -> JSONValue {
        JSONNumber(value).map(JSONValue.number) ?? .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    private static func number(_ value: Float) -> JSONValue {
        value.isFinite ? JSONNumber(parsing: value.description).map(JSONValue.number) ?? .null : number(Double(value))
    }

    /// Text that has to be UTF-8.
    static func text(_ bytes: ArraySlice<UInt8>) throws(ValueFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .bytes("the string is not UTF-8") }
        return text
    }
}

extension EnumDescriptor {
    /// Whether its only value is written `null`.
    var isNull: Bool { fullName == "google.protobuf.NullValue" }
}
