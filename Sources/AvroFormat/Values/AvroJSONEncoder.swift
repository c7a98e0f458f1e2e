import JSON

/// Makes JSON of values.
struct AvroJSONEncoder {
    let types: AvroTypes
    let form: AvroJSONForm

    /// The JSON of a value that is of the type.
    ///
    /// - Precondition: the value came from a decoder of the same type.
    func json(of value: AvroValue, as id: AvroTypeID) -> JSONValue {
        switch (types.content(id), value) {
        case (_, .null): return .null
        case (_, .boolean(let value)): return .bool(value)
        case (_, .int(let value)): return .integer(value)
        case (_, .long(let value)): return .integer(value)
        case (_, .float(let value)):
            return JSONNumber(value).map(JSONValue.number) ?? notFinite(value)
        case (_, .double(let value)):
            return JSONNumber(value).map(JSONValue.number) ?? notFinite(value)
        case (_, .string(let value)): return .string(value)
        case (_, .bytes(let value)), (_, .fixed(let value)): return .string(Self.text(of: value))
        case (.enumeration(let enumeration), .enumeration(let place)): return .string(enumeration.symbols[place])
        case (.union(let members), .union(let place, let value)):
            let inner = json(of: value, as: members[place])
            let content = types.content(members[place])
            guard form == .avro, value != .null else { return inner }
            var object = JSONObject()
            object[content.unionName] = inner
            return .object(object)
        case (.record(let record), .record(let values)):
            var object = JSONObject()
            for (field, value) in zip(record.fields, values) { object[field.name] = json(of: value, as: field.type) }
            return .object(object)
        case (.array(let items), .array(let values)): return .array(values.map { json(of: $0, as: items) })
        case (.map(let type), .map(let entries)):
            var object = JSONObject()
            for entry in entries { object[entry.key] = json(of: entry.value, as: type) }
            return .object(object)
        default: preconditionFailure("a value of another type")
        }
    }

    private func notFinite(_ value: some BinaryFloatingPoint) -> JSONValue {
        .string(AvroFloatText.text(isNaN: value.isNaN, isNegative: value.sign == .minus))
    }

    /// ISO-8859-1: each byte is the character of its number.
    static func text(of bytes: [UInt8]) -> String {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return String(decoding: bytes, as: UTF8.self) }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            if byte < 0x80 { utf8.append(byte) } else { utf8 += [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
        }
        return String(decoding: utf8, as: UTF8.self)
    }
}
