import ConnectAPI
import JSON
import RecordFormat

/// Reads Connect's values from JSON.
struct JSONValueReader: Sendable {
    let settings: JSONSchemaSettings

    /// The value of a message.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the JSON does not fit the schema.
    func value(of json: JSONValue, _ schema: ConnectSchema) throws -> ConnectValue {
        do throws(Misfit) {
            return try part(json, schema)
        } catch {
            throw error.connectError
        }
    }

    /// - Parameter json: `nil` for a member that is not there.
    private func part(_ json: JSONValue?, _ schema: ConnectSchema) throws(Misfit) -> ConnectValue {
        guard let json, !json.isNull else {
            if let value = schema.typedDefault { return value }
            guard json == nil || schema.isOptional else {
                throw Misfit("Invalid null value for required \(schema.kind.rawValue.uppercased()) field")
            }
            return .null
        }
        switch schema.kind {
        case .int8: return .int8(Int8(truncatingIfNeeded: try integer(json, schema)))
        case .int16: return .int16(Int16(truncatingIfNeeded: try integer(json, schema)))
        case .int32: return .int32(Int32(truncatingIfNeeded: try integer(json, schema)))
        case .int64: return .int64(try integer(json, schema))
        case .float32: return .float32(Float(try number(json, schema)))
        case .float64: return .float64(try number(json, schema))
        case .boolean:
            guard let value = json.bool else { throw misfit(json, schema) }
            return .boolean(value)
        case .string:
            // An enum may have values of other types, which are strings to Connect.
            guard let text = json.string ?? (schema.isJSONEnumeration ? json.text : nil) else {
                throw misfit(json, schema)
            }
            return .string(text)
        case .bytes: return .bytes(try bytes(json, schema))
        case .array:
            guard let elements = json.array, let items = schema.valueSchema else { throw misfit(json, schema) }
            var values: [ConnectValue] = []
            values.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                do throws(Misfit) {
                    values.append(try part(element, items))
                } catch {
                    throw error.inside(String(index))
                }
            }
            return .array(values)
        case .map: return .map(try map(json, schema))
        case .structure: return .structure(try schema.isOneOf ? union(json, schema) : structure(json, schema))
        }
    }

    private func structure(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> Struct {
        guard let object = json.object else {
            throw Misfit("Structs should be encoded as JSON objects, but found \(json.kindName)")
        }
        var values: [ConnectValue] = []
        values.reserveCapacity(schema.fields.count)
        for field in schema.fields {
            do throws(Misfit) {
                values.append(try part(object[field.name], field.schema))
            } catch {
                throw error.inside(field.name)
            }
        }
        return Struct(schema, values: values)
    }

    private func map(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> ConnectMap {
        guard let keys = schema.keySchema, let values = schema.valueSchema else { throw misfit(json, schema) }
        var map = ConnectMap()
        if schema.isObjectMap {
            guard let object = json.object else {
                throw Misfit("Maps with string fields should be encoded as JSON objects, but found \(json.kindName)")
            }
            for member in object {
                do throws(Misfit) {
                    map[member.name] = try part(member.value, values)
                } catch {
                    throw error.inside(member.name)
                }
            }
            return map
        }
        guard let entries = json.array else {
            throw Misfit(
                "Maps with non-string fields should be encoded as JSON array of objects, but found \(json.kindName)")
        }
        for entry in entries {
            guard let object = entry.object else {
                throw Misfit("Found invalid map entry instead of object: \(entry.kindName)")
            }
            guard object.count == 2 else {
                throw Misfit("Found invalid map entry, expected length 2 but found :\(object.count)")
            }
            map[try part(object["key"], keys)] = try part(object["value"], values)
        }
        return map
    }

    // MARK: Unions

    /// The first member whose type it is; of objects the one that has most of the fields.
    private func union(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> Struct {
        var best = 0
        var place: Int?
        for (index, field) in schema.fields.enumerated() {
            if isSimple(json, field.schema) {
                place = index
                break
            }
            let matching = matches(json, field.schema)
            if matching > best {
                best = matching
                place = index
            }
        }
        guard let place else { throw Misfit("Did not find matching oneof field for data") }
        var values = [ConnectValue](repeating: .null, count: schema.fields.count)
        values[place] = try part(json, schema.fields[place].schema)
        return Struct(schema, values: values)
    }

    private func isSimple(_ json: JSONValue, _ schema: ConnectSchema) -> Bool {
        switch (schema.kind, json) {
        case (.int8, .number(let number)), (.int16, .number(let number)), (.int32, .number(let number)),
            (.int64, .number(let number)):
            number.isInteger
        case (.float32, .number), (.float64, .number), (.boolean, .bool), (.string, .string), (.array, .array),
            (.map, .object), (.map, .array):
            true
        // As text they are taken for bytes where no member is a string.
        case (.bytes, .string), (.bytes, .number): true
        default: false
        }
    }

    /// How many of a structure's fields an object has, and theirs.
    private func matches(_ json: JSONValue, _ schema: ConnectSchema) -> Int {
        guard schema.kind == .structure, let object = json.object else { return 0 }
        return schema.fields.reduce(0) { sum, field in
            object[field.name].map { sum + 1 + matches($0, field.schema) } ?? sum
        }
    }

    // MARK: Single values

    private func integer(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> Int64 {
        guard case .number(let number) = json else { throw misfit(json, schema) }
        if let value = number.int64 { return value }
        guard let value = Int64(exactly: number.double.rounded(.towardZero)) else { throw misfit(json, schema) }
        return value
    }

    private func number(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> Double {
        switch json {
        case .number(let number): return number.double
        case .string("NaN"): return .nan
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        default: throw misfit(json, schema)
        }
    }

    private func bytes(_ json: JSONValue, _ schema: ConnectSchema) throws(Misfit) -> ByteSlice {
        switch json {
        case .string(let text):
            guard let bytes = Base64.decode(text) else { throw Misfit("Invalid bytes field") }
            return schema.name == LogicalType.decimal ? ByteSlice(Decimals.shortened(bytes.array)) : bytes
        case .number(let number) where schema.name == LogicalType.decimal:
            guard let scale = schema.decimalScale else {
                throw Misfit("Invalid Decimal schema: scale parameter not found.")
            }
            guard let bytes = DecimalText.unscaled(number.text, scale: scale) else {
                throw Misfit("The number \(number) has more decimals than the schema's scale")
            }
            return bytes
        default: throw misfit(json, schema)
        }
    }

    private func misfit(_ json: JSONValue, _ schema: ConnectSchema) -> Misfit {
        Misfit("Invalid \(json.kindName) value for a field of type \(schema.kind.rawValue.uppercased())")
    }
}

extension ConnectSchema {
    fileprivate var isJSONEnumeration: Bool {
        parameters[JSONSchemaMark.enumeration] != nil || parameters[ConnectMark.enumeration] != nil
    }
}

extension JSONValue {
    /// What Jackson calls the kind of value, for messages that users compare with Kafka's.
    fileprivate var kindName: String {
        switch self {
        case .null: "NULL"
        case .bool: "BOOLEAN"
        case .number: "NUMBER"
        case .string: "STRING"
        case .array: "ARRAY"
        case .object: "OBJECT"
        }
    }
}
