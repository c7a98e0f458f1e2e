import ConnectAPI
import ProtobufFormat
import RecordFormat

/// Writes Connect's values in Protobuf's binary form.
struct ProtobufValueWriter {
    private static let depthLimit = 100

    private var writer = WireWriter()

    /// The bytes of a message.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func bytes(of value: ConnectValue, _ form: ProtobufForm, _ schema: ConnectSchema) throws -> [UInt8] {
        do throws(Misfit) {
            return try content(of: value, form, schema, depth: 0)
        } catch {
            throw error.connectError
        }
    }

    /// What stands between a message's length and its end.
    private static func content(
        of value: ConnectValue, _ form: ProtobufForm, _ schema: ConnectSchema, depth: Int
    ) throws(Misfit) -> [UInt8] {
        var values = ProtobufValueWriter()
        switch (form, value) {
        case (.message(let message), .structure(let structure)):
            try values.write(structure, message, depth: depth + 1)
        case (.wrapper(let type), _):
            if !isDefault(value) { try values.writeField(1, value, .scalar(type), schema, depth: depth + 1) }
        case (.decimal, .bytes(let bytes)): try values.writeDecimal(bytes, schema)
        case (.date, .int32(let days)):
            let date = CivilDate.date(ofDay: Int64(days))
            values.writeNumbers([date.year, date.month, date.day])
        case (.time, .int32(let milliseconds)):
            guard (0...86_400_000).contains(milliseconds) else {
                throw Misfit("Time values must use number of millis greater than 0 and less than 86400000")
            }
            let time = Int64(milliseconds)
            let nanoseconds = time % 1000 * 1_000_000
            values.writeNumbers([time / 3_600_000 % 24, time / 60_000 % 60, time / 1000 % 60, nanoseconds])
        case (.timestamp, .int64(let milliseconds)):
            let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
            values.writeNumbers([seconds, (milliseconds - seconds * 1000) * 1_000_000])
        default: throw misfit(value, schema)
        }
        return values.writer.bytes
    }

    private static func misfit(_ value: ConnectValue, _ schema: ConnectSchema) -> Misfit {
        Misfit("Invalid type for \(schema.kind.rawValue.uppercased()): \(value.kind?.rawValue ?? "null")")
    }

    /// Writes the fields 1 and up, those that are not zero.
    private mutating func writeNumbers(_ numbers: [Int64]) {
        for (index, number) in numbers.enumerated() where number != 0 {
            writer.tag(index + 1, .varint)
            writer.varint(UInt64(bitPattern: number))
        }
    }

    private mutating func writeDecimal(_ bytes: ByteSlice, _ schema: ConnectSchema) throws(Misfit) {
        let scale = schema.decimalScale ?? 0
        let digits = DecimalText.text(unscaled: bytes, scale: 0).drop { $0 == "-" }.count
        writer.tag(1, .lengthDelimited)
        writer.lengthDelimited(Decimals.shortened(bytes.array))
        writer.tag(2, .varint)
        writer.varint(UInt64(digits))
        if scale != 0 {
            writer.tag(3, .varint)
            writer.varint(UInt64(bitPattern: Int64(scale)))
        }
    }

    private mutating func write(_ structure: Struct, _ message: ProtobufMessage, depth: Int) throws(Misfit) {
        guard depth <= Self.depthLimit else { throw Misfit("messages nest deeper than \(Self.depthLimit) levels") }
        guard
            structure.schema === message.schema
                || structure.schema.fields.elementsEqual(message.schema.fields, by: { $0.name == $1.name })
        else { throw Misfit("Mismatching struct schema") }
        for field in message.fields {
            let value = Self.value(of: field, in: structure)
            guard !value.isNull else { continue }
            do throws(Misfit) {
                try write(value, field, depth: depth)
            } catch {
                throw error.inside(message.schema.fields[field.place.field].name)
            }
        }
    }

    /// The value of a field; of a oneof's the first counts that is there.
    private static func value(of field: ProtobufMessage.Field, in structure: Struct) -> ConnectValue {
        let own = structure[field.place.field]
        guard let member = field.place.member else { return own.isNull ? field.substitute ?? own : own }
        guard case .structure(let union) = own, member < union.schema.fields.count,
            !(0..<member).contains(where: { !union[$0].isNull })
        else { return .null }
        return union[member]
    }

    private mutating func write(
        _ value: ConnectValue, _ field: ProtobufMessage.Field, depth: Int
    ) throws(Misfit) {
        switch (field.shape, value) {
        case (.single(let form), _):
            // Without presence the default is what is not there.
            if field.hasPresence || !Self.isDefault(value, form) {
                try writeField(field.number, value, form, field.schema, depth: depth)
            }
        case (.repeated(let form, let isPacked), .array(let elements)):
            guard let items = field.schema.valueSchema else { throw Self.misfit(value, field.schema) }
            if elements.contains(where: \.isNull) { throw Misfit("a null in a repeated field, which has none") }
            if isPacked {
                guard !elements.isEmpty else { return }
                var packed = ProtobufValueWriter()
                for element in elements { try packed.writeScalar(element, form, items) }
                writer.tag(field.number, .lengthDelimited)
                writer.lengthDelimited(packed.writer.bytes)
            } else {
                for element in elements { try writeField(field.number, element, form, items, depth: depth) }
            }
        case (.map(let keyForm, let valueForm), .map(let map)):
            guard let keys = field.schema.keySchema, let values = field.schema.valueSchema else {
                throw Self.misfit(value, field.schema)
            }
            for (key, value) in map {
                var entry = ProtobufValueWriter()
                if !key.isNull { try entry.writeField(1, key, keyForm, keys, depth: depth + 1) }
                if !value.isNull { try entry.writeField(2, value, valueForm, values, depth: depth + 1) }
                writer.tag(field.number, .lengthDelimited)
                writer.lengthDelimited(entry.writer.bytes)
            }
        default: throw Self.misfit(value, field.schema)
        }
    }

    private static func isDefault(_ value: ConnectValue, _ form: ProtobufForm) -> Bool {
        switch form {
        case .scalar: isDefault(value)
        case .enumeration(let type): value.integer.map { $0 == 0 } ?? (value.string.flatMap(type.number(of:)) == 0)
        default: false
        }
    }

    private static func isDefault(_ value: ConnectValue) -> Bool {
        switch value {
        case .float32(let number): number.bitPattern == 0
        case .float64(let number): number.bitPattern == 0
        case .boolean(let value): !value
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        default: value.integer == 0
        }
    }

    private mutating func writeField(
        _ number: Int, _ value: ConnectValue, _ form: ProtobufForm, _ schema: ConnectSchema, depth: Int
    ) throws(Misfit) {
        switch form {
        case .scalar(let type):
            writer.tag(number, type.wireType)
            try writeScalar(value, form, schema)
        case .enumeration:
            writer.tag(number, .varint)
            try writeScalar(value, form, schema)
        default:
            let content = try Self.content(of: value, form, schema, depth: depth)
            writer.tag(number, .lengthDelimited)
            writer.lengthDelimited(content)
        }
    }

    /// Writes a value without its tag.
    private mutating func writeScalar(
        _ value: ConnectValue, _ form: ProtobufForm, _ schema: ConnectSchema
    ) throws(Misfit) {
        guard value.kind == schema.kind else { throw Self.misfit(value, schema) }
        if case .enumeration(let type) = form {
            guard let number = value.integer ?? value.string.flatMap(type.number(of:)).map({ Int64($0) }) else {
                throw Misfit("\(value) is no value of \(type.fullName)")
            }
            return writer.varint(UInt64(bitPattern: number))
        }
        guard case .scalar(let type) = form else { throw Self.misfit(value, schema) }
        switch (type, value) {
        case (.double, .float64(let number)): writer.fixed64(number.bitPattern)
        case (.double, .float32(let number)): writer.fixed64(Double(number).bitPattern)
        case (.float, .float32(let number)): writer.fixed32(number.bitPattern)
        case (.bool, .boolean(let value)): writer.varint(value ? 1 : 0)
        case (.string, .string(let text)): writer.lengthDelimited(text.utf8)
        case (.bytes, .bytes(let bytes)): writer.lengthDelimited(bytes.array)
        default:
            guard let number = value.integer else { throw Self.misfit(value, schema) }
            writeInteger(number, type)
        }
    }

    private mutating func writeInteger(_ number: Int64, _ type: FieldType) {
        switch type {
        case .fixed64, .sfixed64: writer.fixed64(UInt64(bitPattern: number))
        case .fixed32, .sfixed32: writer.fixed32(UInt32(truncatingIfNeeded: number))
        case .sint32, .sint64: writer.varint(UInt64(bitPattern: number << 1 ^ number >> 63))
        case .uint32: writer.varint(UInt64(UInt32(truncatingIfNeeded: number)))
        default: writer.varint(UInt64(bitPattern: number))
        }
    }
}
