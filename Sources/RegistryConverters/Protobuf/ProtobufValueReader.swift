import ConnectAPI
import ProtobufFormat
import RecordFormat

/// Makes Connect's values of Protobuf's bytes.
struct ProtobufValueReader {
    private static let depthLimit = 100

    /// The value of a message.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func value(
        of bytes: [UInt8], from start: Int, _ form: ProtobufForm, _ schema: ConnectSchema
    ) throws -> ConnectValue {
        do {
            return try message(WireReader(bytes, start..<bytes.count), form, schema, depth: 0)
        } catch let error as WireReader.Failure {
            throw ConnectError(.invalidData, "Error deserializing Protobuf message: \(error.text)")
        } catch let error as Misfit {
            throw error.connectError
        }
    }

    private static func message(
        _ reader: WireReader, _ form: ProtobufForm, _ schema: ConnectSchema, depth: Int
    ) throws -> ConnectValue {
        guard depth <= Self.depthLimit else { throw WireReader.Failure.tooDeep }
        switch form {
        case .message(let message): return .structure(try structure(reader, message, depth: depth))
        case .wrapper(let type):
            var value = defaultValue(of: .scalar(type), schema)
            try fields(reader) { number, wireType, reader in
                guard number == 1 else { return try reader.skip(number, wireType, depth: depth) }
                value = try single(&reader, wireType, .scalar(type), schema, depth: depth)
            }
            return value
        case .decimal(let scale): return try decimal(reader, scale: scale)
        case .date:
            let numbers = try numbers(reader)
            guard let day = CivilDate.day(year: numbers[0], month: numbers[1], day: numbers[2]) else {
                throw Misfit("\(numbers[0])-\(numbers[1])-\(numbers[2]) is no date")
            }
            return .int32(day)
        case .time:
            let numbers = try numbers(reader)
            guard (0..<24).contains(numbers[0]), (0..<60).contains(numbers[1]), (0..<60).contains(numbers[2]),
                (0..<1_000_000_000).contains(numbers[3])
            else { throw Misfit("a time of day whose hours, minutes, seconds or nanoseconds are none") }
            let seconds = (numbers[0] * 60 + numbers[1]) * 60 + numbers[2]
            return .int32(Int32(seconds * 1000 + numbers[3] / 1_000_000))
        case .timestamp:
            let numbers = try numbers(reader)
            // From year 1 to 9999, as Protobuf has them.
            guard (-62_135_596_800...253_402_300_799).contains(numbers[0]), (0..<1_000_000_000).contains(numbers[1])
            else { throw Misfit("a timestamp out of its range") }
            return .int64(numbers[0] * 1000 + numbers[1] / 1_000_000)
        case .scalar, .enumeration: throw Misfit("a message where there is none")
        }
    }

    private static func fields(
        _ reader: WireReader, _ body: (Int, WireReader.WireType, inout WireReader) throws -> Void
    ) throws {
        var reader = reader
        while !reader.isAtEnd {
            let (number, type) = try reader.tag()
            try body(number, type, &reader)
        }
    }

    /// The fields 1 to 4, which are numbers.
    private static func numbers(_ reader: WireReader) throws -> [Int64] {
        var numbers: [Int64] = [0, 0, 0, 0]
        try fields(reader) { number, type, reader in
            guard type == .varint, (1...4).contains(number) else { return try reader.skip(number, type, depth: 0) }
            numbers[number - 1] = Int64(bitPattern: try reader.varint())
        }
        return numbers
    }

    /// A decimal, brought to the scale that the field's schema has.
    private static func decimal(_ reader: WireReader, scale: Int) throws -> ConnectValue {
        var unscaled: [UInt8] = [0]
        var own = 0
        try fields(reader) { number, type, reader in
            switch (number, type) {
            case (1, .lengthDelimited): unscaled = Array(reader.bytes[try reader.lengthDelimited()])
            case (3, .varint): own = Int(Int32(truncatingIfNeeded: try reader.varint()))
            default: try reader.skip(number, type, depth: 0)
            }
        }
        let bytes = Decimals.shortened(unscaled.isEmpty ? [0] : unscaled)
        guard own != scale else { return .bytes(ByteSlice(bytes)) }
        guard abs(own) <= 10_000, bytes.count <= 4096,
            let scaled = DecimalText.unscaled(DecimalText.text(unscaled: ByteSlice(bytes), scale: own), scale: scale)
        else { throw Misfit("a decimal of scale \(own) that has no place in one of scale \(scale)") }
        return .bytes(scaled)
    }

    // MARK: Structures

    private static func structure(
        _ reader: WireReader, _ message: ProtobufMessage, depth: Int
    ) throws -> Struct {
        var lists: [Int: [ConnectValue]] = [:]
        var maps: [Int: ConnectMap] = [:]
        var values = [ConnectValue](repeating: .null, count: message.schema.fields.count)
        for field in message.fields where field.place.member == nil {
            values[field.place.field] = absent(field)
        }
        try fields(reader) { number, type, reader in
            guard let place = message.places[number] else { return try reader.skip(number, type, depth: depth) }
            let field = message.fields[place]
            do {
                switch field.shape {
                case .single(let form):
                    let value = try single(&reader, type, form, field.schema, depth: depth)
                    values[field.place.field] = value.asMember(field.place, of: message.schema)
                case .repeated(let form, _):
                    try elements(&reader, type, form, field.schema, depth: depth, into: &lists[number, default: []])
                case .map(let keys, let entries):
                    let entry = try entry(&reader, type, keys, entries, field.schema, depth: depth)
                    maps[number, default: ConnectMap()][entry.key] = entry.value
                }
            } catch let error as Misfit {
                throw error.inside(message.schema.fields[field.place.field].name)
            }
        }
        for field in message.fields {
            if let list = lists[field.number] { values[field.place.field] = .array(list) }
            if let map = maps[field.number] { values[field.place.field] = .map(map) }
        }
        return Struct(message.schema, values: values)
    }

    /// What a field is that no byte speaks of.
    private static func absent(_ field: ProtobufMessage.Field) -> ConnectValue {
        switch field.shape {
        case .repeated: .array([])
        case .map: .map(ConnectMap())
        case .single(let form): field.hasPresence ? .null : defaultValue(of: form, field.schema)
        }
    }

    private static func defaultValue(of form: ProtobufForm, _ schema: ConnectSchema) -> ConnectValue {
        if case .enumeration(let type) = form {
            let first = type.values.first
            return schema.kind == .int32 ? .int32(first?.number ?? 0) : .string(first?.name ?? "")
        }
        switch schema.kind {
        case .int8: return .int8(0)
        case .int16: return .int16(0)
        case .int32: return .int32(0)
        case .int64: return .int64(0)
        case .float32: return .float32(0)
        case .float64: return .float64(0)
        case .boolean: return .boolean(false)
        case .string: return .string("")
        case .bytes: return .bytes(.empty)
        case .array, .map, .structure: return .null
        }
    }

    private static func elements(
        _ reader: inout WireReader, _ type: WireReader.WireType, _ form: ProtobufForm, _ schema: ConnectSchema,
        depth: Int, into list: inout [ConnectValue]
    ) throws {
        let items = schema.valueSchema ?? schema
        guard type == .lengthDelimited, let own = form.packedType else {
            return list.append(try single(&reader, type, form, items, depth: depth))
        }
        // Readers take packed and unpacked fields, whichever the schema says.
        var packed = WireReader(reader.bytes, try reader.lengthDelimited())
        while !packed.isAtEnd { list.append(try single(&packed, own, form, items, depth: depth)) }
    }

    private static func entry(
        _ reader: inout WireReader, _ type: WireReader.WireType, _ keys: ProtobufForm, _ entries: ProtobufForm,
        _ schema: ConnectSchema, depth: Int
    ) throws -> (key: ConnectValue, value: ConnectValue) {
        guard type == .lengthDelimited, let keySchema = schema.keySchema, let valueSchema = schema.valueSchema else {
            throw Misfit("a map's entry is no message")
        }
        var key = defaultValue(of: keys, keySchema)
        var value = defaultValue(of: entries, valueSchema)
        try fields(WireReader(reader.bytes, try reader.lengthDelimited())) { number, type, reader in
            switch number {
            case 1: key = try single(&reader, type, keys, keySchema, depth: depth + 1)
            case 2: value = try single(&reader, type, entries, valueSchema, depth: depth + 1)
            default: try reader.skip(number, type, depth: depth)
            }
        }
        return (key, value)
    }

    // MARK: Single values

    private static func single(
        _ reader: inout WireReader, _ type: WireReader.WireType, _ form: ProtobufForm, _ schema: ConnectSchema,
        depth: Int
    ) throws -> ConnectValue {
        switch form {
        case .scalar(let own):
            guard type == own.wireType else { throw Misfit("a value whose wire type is not its field's") }
            return try scalar(&reader, own, schema)
        case .enumeration(let own):
            guard type == .varint else { throw Misfit("a value whose wire type is not its field's") }
            let number = Int32(truncatingIfNeeded: try reader.varint())
            if schema.kind == .int32 { return .int32(number) }
            return .string(own.name(of: number) ?? "UNKNOWN_ENUM_VALUE_\(own.simpleName)_\(number)")
        default:
            guard type == .lengthDelimited else { throw Misfit("a message is written behind its length") }
            return try message(
                WireReader(reader.bytes, try reader.lengthDelimited()), form, schema, depth: depth + 1)
        }
    }

    private static func scalar(
        _ reader: inout WireReader, _ type: FieldType, _ schema: ConnectSchema
    ) throws -> ConnectValue {
        switch type {
        case .double: return .float64(Double(bitPattern: try reader.fixed64()))
        case .float: return .float32(Float(bitPattern: try reader.fixed32()))
        case .bool: return .boolean(try reader.varint() != 0)
        case .string:
            let range = try reader.lengthDelimited()
            guard let text = String(validating: reader.bytes[range], as: UTF8.self) else {
                throw Misfit("a string that is not UTF-8")
            }
            return .string(text)
        case .bytes: return .bytes(ByteSlice(Array(reader.bytes[try reader.lengthDelimited()])))
        default: return integer(try number(&reader, type), schema.kind)
        }
    }

    private static func number(_ reader: inout WireReader, _ type: FieldType) throws -> Int64 {
        switch type {
        case .fixed64, .sfixed64: return Int64(bitPattern: try reader.fixed64())
        case .fixed32: return Int64(try reader.fixed32())
        case .sfixed32: return Int64(Int32(bitPattern: try reader.fixed32()))
        case .uint32: return Int64(UInt32(truncatingIfNeeded: try reader.varint()))
        case .sint32, .sint64:
            let value = try reader.varint()
            return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
        default: return Int64(bitPattern: try reader.varint())
        }
    }

    private static func integer(_ value: Int64, _ kind: ConnectSchema.Kind) -> ConnectValue {
        switch kind {
        case .int8: .int8(Int8(truncatingIfNeeded: value))
        case .int16: .int16(Int16(truncatingIfNeeded: value))
        case .int32: .int32(Int32(truncatingIfNeeded: value))
        default: .int64(value)
        }
    }
}

extension ConnectValue {
    /// The value, within the structure that stands for a oneof if it is a member of one.
    fileprivate func asMember(_ place: ProtobufMessage.Place, of schema: ConnectSchema) -> ConnectValue {
        guard let member = place.member else { return self }
        let union = schema.fields[place.field].schema
        var values = [ConnectValue](repeating: .null, count: union.fields.count)
        values[member] = self
        return .structure(Struct(union, values: values))
    }
}

extension ProtobufForm {
    /// How the values of a packed field are written; `nil` for those that cannot be packed.
    fileprivate var packedType: WireReader.WireType? {
        switch self {
        case .scalar(let type): type.wireType == .lengthDelimited ? nil : type.wireType
        case .enumeration: .varint
        default: nil
        }
    }
}

extension EnumDescriptor {
    /// The name without package and messages around it.
    var simpleName: String { fullName.split(separator: ".").last.map(String.init) ?? fullName }
}
