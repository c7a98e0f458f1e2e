import ConnectAPI
import JSON
import RecordFormat

/// Writes the defaults of Connect's schemas as JSON.
struct AvroDefaultWriting {
    let settings: AvroSettings
    /// Whether what was written is a default that Avro takes too, and not only one for the property `connect.default`.
    private(set) var isAvro = true

    init(settings: AvroSettings) { self.settings = settings }

    mutating func json(of value: ConnectValue, _ schema: ConnectSchema?) -> JSONValue {
        if value.isNull, schema?.isOptional == false { isAvro = false }
        switch value {
        case .null: return .null
        case .int8(let value): return .integer(value)
        case .int16(let value): return .integer(value)
        case .int32(let value): return .integer(value)
        case .int64(let value): return .integer(value)
        case .float32(let value): return number(value.javaDescription)
        case .float64(let value): return number(value.javaDescription)
        case .boolean(let value): return .bool(value)
        case .string(let text): return .string(text)
        case .bytes(let bytes): return .string(Self.text(bytes))
        case .array(let elements): return .array(elements.map { json(of: $0, schema?.valueSchema) })
        case .map(let map): return json(of: map, schema)
        case .structure(let structure): return json(of: structure)
        }
    }

    private func number(_ text: String) -> JSONValue {
        JSONNumber(parsing: text).map(JSONValue.number) ?? .string(text)
    }

    /// Each byte as the character of that number, as Avro has bytes in JSON.
    private static func text(_ bytes: ByteSlice) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes.array { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    private mutating func json(of map: ConnectMap, _ schema: ConnectSchema?) -> JSONValue {
        if let keys = schema?.keySchema, keys.kind == .string, !keys.isOptional || settings.allowsOptionalKeys {
            var object = JSONObject()
            for (key, value) in map { object[key.string ?? "null"] = json(of: value, schema?.valueSchema) }
            return .object(object)
        }
        // Entries are records to Avro, and pairs here.
        if !map.isEmpty { isAvro = false }
        return .array(
            map.map { key, value in .array([json(of: key, schema?.keySchema), json(of: value, schema?.valueSchema)]) })
    }

    private mutating func json(of structure: Struct) -> JSONValue {
        let naming = AvroNaming(scrubs: settings.scrubsNames)
        var object = JSONObject()
        for (index, field) in structure.schema.fields.enumerated() {
            let own = structure[index]
            let part = json(of: own.isNull ? field.schema.defaultValue ?? .null : own, field.schema)
            // A union's default is one of its first type.
            if structure.schema.isUnion { return part }
            object[naming.scrubbed(field.name)] = part
        }
        return .object(object)
    }
}
