import AvroFormat
import ConnectAPI
import JSON
import RecordFormat

/// Reads the defaults of Avro's schemas as Connect's values.
struct AvroDefaultReading {
    let types: AvroTypes
    let settings: AvroSettings

    /// The value, or `nil` if the JSON is no default of the type.
    func value(of json: JSONValue, _ id: AvroTypeID, _ schema: ConnectSchema) -> ConnectValue? {
        switch types[id].content {
        case .null: return nil
        case .boolean: return json.bool.map(ConnectValue.boolean)
        case .int, .long: return json.int64.flatMap { integer($0, schema.kind) }
        case .float: return number(json).map { .float32(Float($0)) }
        case .double: return number(json).map { .float64($0) }
        case .string, .enumeration: return json.string.map(ConnectValue.string)
        case .bytes, .fixed: return bytes(json).map(ConnectValue.bytes)
        case .array(let items): return array(json, items, schema)
        case .map(let values): return map(json, values, schema)
        case .record(let record): return structure(json, record, schema)
        case .union(let members): return union(json, members, schema)
        }
    }

    /// The value, where null may be one.
    private func part(_ json: JSONValue, _ id: AvroTypeID, _ schema: ConnectSchema) -> ConnectValue? {
        if json.isNull { return schema.isOptional ? .null : nil }
        return value(of: json, id, schema)
    }

    private func integer(_ value: Int64, _ kind: ConnectSchema.Kind) -> ConnectValue? {
        switch kind {
        case .int8: .int8(Int8(truncatingIfNeeded: value))
        case .int16: .int16(Int16(truncatingIfNeeded: value))
        case .int32: Int32(exactly: value).map(ConnectValue.int32)
        case .int64: .int64(value)
        default: nil
        }
    }

    private func number(_ json: JSONValue) -> Double? {
        switch json {
        case .number(let number): number.double
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }

    private func bytes(_ json: JSONValue) -> ByteSlice? {
        guard let scalars = json.string?.unicodeScalars, scalars.allSatisfy({ $0.value <= 0xFF }) else { return nil }
        return ByteSlice(scalars.map { UInt8($0.value) })
    }

    private func array(_ json: JSONValue, _ items: AvroTypeID, _ schema: ConnectSchema) -> ConnectValue? {
        guard let elements = json.array else { return nil }
        if schema.kind == .map { return pairs(elements, items, schema) }
        guard let element = schema.valueSchema else { return nil }
        let values = elements.compactMap { part($0, items, element) }
        return values.count == elements.count ? .array(values) : nil
    }

    /// A map whose keys are no strings, as the property `connect.default` has it.
    private func pairs(_ elements: [JSONValue], _ items: AvroTypeID, _ schema: ConnectSchema) -> ConnectValue? {
        guard case .record(let entry) = types[items].content, let keySchema = schema.keySchema,
            let valueSchema = schema.valueSchema, let key = entry.place(ofField: "key"),
            let value = entry.place(ofField: "value")
        else { return nil }
        var map = ConnectMap()
        for element in elements {
            guard let pair = element.array, pair.count == 2,
                let entryKey = part(pair[0], entry.fields[key].type, keySchema),
                let entryValue = part(pair[1], entry.fields[value].type, valueSchema)
            else { return nil }
            map[entryKey] = entryValue
        }
        return .map(map)
    }

    private func map(_ json: JSONValue, _ values: AvroTypeID, _ schema: ConnectSchema) -> ConnectValue? {
        guard let object = json.object, let valueSchema = schema.valueSchema else { return nil }
        var map = ConnectMap()
        for member in object {
            guard let value = part(member.value, values, valueSchema) else { return nil }
            map[member.name] = value
        }
        return .map(map)
    }

    private func structure(_ json: JSONValue, _ record: AvroRecord, _ schema: ConnectSchema) -> ConnectValue? {
        guard let object = json.object, schema.kind == .structure else { return nil }
        var values: [ConnectValue] = []
        for (field, own) in zip(record.fields, schema.fields) {
            if let json = object[field.name] ?? field.defaultValue {
                guard let value = part(json, field.type, own.schema) else { return nil }
                values.append(value)
            } else if let value = own.schema.defaultValue {
                values.append(value)
            } else {
                return nil
            }
        }
        return .structure(Struct(schema, values: values))
    }

    private func union(_ json: JSONValue, _ members: [AvroTypeID], _ schema: ConnectSchema) -> ConnectValue? {
        guard schema.isUnion else { return members.lazy.compactMap { value(of: json, $0, schema) }.first }
        var values = [ConnectValue](repeating: .null, count: schema.fields.count)
        var index = 0
        for member in members {
            if case .null = types[member].content { continue }
            if let value = value(of: json, member, schema.fields[index].schema) {
                values[index] = value
                return .structure(Struct(schema, values: values))
            }
            index += 1
        }
        return nil
    }
}
