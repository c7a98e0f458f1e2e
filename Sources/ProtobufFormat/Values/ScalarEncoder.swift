import JSON

/// Writes single values that are no messages. Numbers may be given as text, as 64-bit ones are.
struct ScalarEncoder {
    private let types: TypeTable

    init(_ types: TypeTable) { self.types = types }

    /// Writes a value without a tag.
    ///
    /// - Returns: Whether it is zero or empty.
    func write(_ value: JSONValue, _ type: FieldType, to writer: inout WireWriter) throws(ValueFailure) -> Bool {
        switch type {
        case .string:
            guard let text = value.string else { throw Self.expected("a string", value) }
            writer.lengthDelimited(Array(text.utf8))
            return text.isEmpty
        case .bytes:
            guard let text = value.string, let bytes = Base64.decode(text.utf8, isLenient: true) else {
                throw Self.expected("bytes in Base64", value)
            }
            writer.lengthDelimited(bytes)
            return bytes.isEmpty
        case .bool:
            let bool = try Self.bool(value)
            writer.varint(bool ? 1 : 0)
            return !bool
        case .double:
            let bits = try Self.double(value).bitPattern
            writer.fixed64(bits)
            return bits == 0
        case .float:
            let bits = try Self.float(value).bitPattern
            writer.fixed32(bits)
            return bits == 0
        default:
            let bits = try integer(value, type)
            switch type.wireType {
            case .fixed64: writer.fixed64(bits)
            case .fixed32: writer.fixed32(UInt32(truncatingIfNeeded: bits))
            default: writer.varint(bits)
            }
            return bits == 0
        }
    }

    /// Writes the key of a map's entry without a tag.
    func write(key: String, _ type: FieldType, to writer: inout WireWriter) throws(ValueFailure) -> Bool {
        try write(.string(key), type, to: &writer)
    }

    // MARK: Integers

    /// The bits that are written, with zig-zag done.
    private func integer(_ value: JSONValue, _ type: FieldType) throws(ValueFailure) -> UInt64 {
        switch type {
        case .int32, .sfixed32: Self.bits(try Self.signed(value, Int32.self))
        case .int64, .sfixed64: Self.bits(try Self.signed(value, Int64.self))
        case .sint32: ZigZag.encode(Int64(try Self.signed(value, Int32.self)))
        case .sint64: ZigZag.encode(try Self.signed(value, Int64.self))
        case .uint32, .fixed32: UInt64(try Self.unsigned(value, UInt32.self))
        case .uint64, .fixed64: try Self.unsigned(value, UInt64.self)
        case .enumeration(let id): Self.bits(try number(value, types[id]))
        default: 0
        }
    }

    private static func bits(_ value: some SignedInteger & FixedWidthInteger) -> UInt64 {
        UInt64(bitPattern: Int64(value))
    }

    private func number(_ value: JSONValue, _ type: EnumDescriptor) throws(ValueFailure) -> Int32 {
        if type.isNull, value.isNull { return 0 }
        if let name = value.string, let number = type.number(of: name) { return number }
        if let text = Self.digits(value), let number: Int32 = Self.whole(text) {
            guard type.isClosed, type.name(of: number) == nil else { return number }
            throw .value("the enum \(type.fullName) has no number \(number)")
        }
        throw .value("\(Self.shown(value)) is not a value of the enum \(type.fullName)")
    }

    private static func signed<Integer: FixedWidthInteger & SignedInteger>(
        _ value: JSONValue, _: Integer.Type
    ) throws(ValueFailure) -> Integer {
        guard let text = digits(value), let integer: Integer = whole(text) else {
            throw expected("an integer of \(Integer.bitWidth) bits", value)
        }
        return integer
    }

    private static func unsigned<Integer: FixedWidthInteger & UnsignedInteger>(
        _ value: JSONValue, _: Integer.Type
    ) throws(ValueFailure) -> Integer {
        guard let text = digits(value), let integer: Integer = whole(text) else {
            throw expected("an integer of \(Integer.bitWidth) bits without sign", value)
        }
        return integer
    }

    private static func digits(_ value: JSONValue) -> String? {
        switch value {
        case .number(let number): number.text
        case .string(let text): JSONNumber(parsing: text)?.text
        default: nil
        }
    }

    /// A whole number, also where it is written with a point or an exponent.
    private static func whole<Integer: FixedWidthInteger>(_ text: String) -> Integer? {
        if let integer = Integer(text) { return integer }
        guard let value = Double(text), text.utf8.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 }) else {
            return nil
        }
        return Integer(exactly: value)
    }

    // MARK: Others

    private static func bool(_ value: JSONValue) throws(ValueFailure) -> Bool {
        switch value {
        case .bool(let bool): return bool
        case .string("true"): return true
        case .string("false"): return false
        default: throw expected("true or false", value)
        }
    }

    private static func double(_ value: JSONValue) throws(ValueFailure) -> Double {
        switch value {
        case .string("NaN"): return .nan
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        default:
            guard let text = digits(value), let number = Double(text), number.isFinite else {
                throw expected("a number", value)
            }
            return number
        }
    }

    private static func float(_ value: JSONValue) throws(ValueFailure) -> Float {
        let number = try double(value)
        guard number.isFinite, let text = digits(value) else { return Float(number) }
        guard let float = Float(text), float.isFinite else { throw expected("a number of 32 bits", value) }
        return float
    }

    private static func expected(_ what: String, _ value: JSONValue) -> ValueFailure {
        .value("expected \(what), found \(shown(value))")
    }

    /// A value as it is shown in messages: as much of it as fits.
    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .object: return "an object"
        case .array: return "an array"
        default:
            let text = value.text
            return text.count > 60 ? String(text.prefix(60)) + "…" : text
        }
    }
}
