package import ConnectAPI
package import JSON
import RecordFormat

/// Translates values to the `payload` part of JsonConverter's envelope and back.
package struct JSONDataCodec: Sendable {
    /// Whether decimals become JSON numbers instead of Base64 text.
    let writesDecimalsAsNumbers: Bool
    /// Whether a null becomes the schema's default where it has one.
    let replacesNullWithDefault: Bool

    /// How many values a value may be within: transforms can nest what they are given, and what was nested without end
    /// would end the stack. The parser of JSON has the same limit.
    package static let depthLimit = 1000

    /// Creates a codec.
    package init(writesDecimalsAsNumbers: Bool, replacesNullWithDefault: Bool) {
        self.writesDecimalsAsNumbers = writesDecimalsAsNumbers
        self.replacesNullWithDefault = replacesNullWithDefault
    }

    // MARK: To JSON

    /// The value as JSON.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the value does not fit the schema.
    package func json(of value: ConnectValue, _ schema: ConnectSchema?) throws -> JSONValue {
        var builder = JSONBuilder()
        try write(value, schema, to: &builder)
        return builder.value ?? .null
    }

    /// Writes the value as JSON.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the value does not fit the schema; what was written by then
    ///   is no document.
    package func write(_ value: ConnectValue, _ schema: ConnectSchema?, to output: inout some JSONOutput) throws {
        try write(value, schema, to: &output, depth: 0)
    }

    /// - Parameter depth: How many values this one is within.
    private func write(
        _ value: ConnectValue, _ schema: ConnectSchema?, to output: inout some JSONOutput, depth: Int
    ) throws {
        guard depth <= Self.depthLimit else {
            throw invalid("A value has more than \(Self.depthLimit) levels of nesting")
        }
        if value.isNull {
            guard let schema else { return output.add(.null) }
            if let defaultValue = schema.defaultValue, replacesNullWithDefault {
                return try write(defaultValue, schema, to: &output, depth: depth)
            }
            guard schema.isOptional else {
                throw invalid("Conversion error: null value for field that is required and has no default value")
            }
            return output.add(.null)
        }
        if let schema, value.kind != schema.kind {
            throw invalid("Invalid type for \(schema.kind.rawValue.uppercased()): \(value.kind?.rawValue ?? "null")")
        }
        try writeFitting(value, schema, to: &output, depth: depth)
    }

    private func writeFitting(
        _ value: ConnectValue, _ schema: ConnectSchema?, to output: inout some JSONOutput, depth: Int
    ) throws {
        switch value {
        case .null: output.add(.null)
        case .int8(let value): output.add(integer: Int64(value))
        case .int16(let value): output.add(integer: Int64(value))
        case .int32(let value): output.add(integer: Int64(value))
        case .int64(let value): output.add(integer: value)
        // Jackson writes what JSON has no number for as text.
        case .float32(let value): write(number: value.javaDescription, to: &output)
        case .float64(let value): write(number: value.javaDescription, to: &output)
        case .boolean(let value): output.add(.bool(value))
        case .string(let text): output.add(text: text)
        case .bytes(let bytes):
            if writesDecimalsAsNumbers, let schema, schema.name == LogicalType.decimal {
                write(number: DecimalText.text(unscaled: bytes, scale: try scale(of: schema)), to: &output)
            } else {
                output.add(text: Base64.encode(bytes))
            }
        case .array(let elements):
            output.beginArray()
            for element in elements { try write(element, schema?.valueSchema, to: &output, depth: depth + 1) }
            output.endArray()
        case .map(let map): try write(map, schema, to: &output, depth: depth)
        case .structure(let structure):
            if let schema, structure.schema != schema { throw invalid("Mismatching schema.") }
            output.beginObject()
            let fields = structure.schema.fields
            for index in fields.indices {
                output.addName(fields[index].name)
                try write(structure[index], fields[index].schema, to: &output, depth: depth + 1)
            }
            output.endObject()
        }
    }

    private func write(number text: String, to output: inout some JSONOutput) {
        if let number = JSONNumber(parsing: text) { output.add(.number(number)) } else { output.add(text: text) }
    }

    private func write(
        _ map: ConnectMap, _ schema: ConnectSchema?, to output: inout some JSONOutput, depth: Int
    ) throws {
        let hasTextKeys = schema.map { $0.keySchema?.kind == .string } ?? map.allSatisfy { $0.key.kind == .string }
        guard hasTextKeys else {
            output.beginArray()
            for (key, value) in map {
                output.beginArray()
                try write(key, schema?.keySchema, to: &output, depth: depth + 1)
                try write(value, schema?.valueSchema, to: &output, depth: depth + 1)
                output.endArray()
            }
            return output.endArray()
        }
        output.beginObject()
        // A null key, which an optional key schema allows, becomes the text that Jackson gives it; a name stands once.
        let nullKeyHasName = map[.null] != nil && map["null"] != nil
        for (key, value) in map where !(nullKeyHasName && key.isNull) {
            output.addName(key.string ?? "null")
            try write(value, schema?.valueSchema, to: &output, depth: depth + 1)
        }
        output.endObject()
    }

    // MARK: From JSON

    /// The value that the JSON stands for.
    ///
    /// - Parameter schema: The expected type; without one, integers become `int64` and objects maps.
    /// - Throws: ``ConnectError`` with code `.invalidData` when the JSON does not fit the schema.
    package func value(of json: JSONValue?, _ schema: ConnectSchema?) throws -> ConnectValue {
        guard let schema else { return try schemalessValue(of: json ?? .null) }
        guard let json, !json.isNull else {
            if let defaultValue = schema.defaultValue, replacesNullWithDefault { return defaultValue }
            guard schema.isOptional else {
                throw invalid("Invalid null value for required \(schema.kind.rawValue.uppercased()) field")
            }
            return .null
        }
        switch schema.kind {
        case .int8: return .int8(Int8(truncatingIfNeeded: try integer(json, schema)))
        case .int16: return .int16(Int16(truncatingIfNeeded: try integer(json, schema)))
        case .int32: return .int32(Int32(truncatingIfNeeded: try integer(json, schema)))
        case .int64: return .int64(try integer(json, schema))
        case .float32: return .float32(Float(try floatingPoint(json, schema)))
        case .float64: return .float64(try floatingPoint(json, schema))
        case .boolean:
            guard let value = json.bool else { throw misfit(json, schema) }
            return .boolean(value)
        case .string:
            guard let text = json.string else { throw misfit(json, schema) }
            return .string(text)
        case .bytes: return .bytes(try bytes(json, schema))
        case .array:
            guard let elements = json.array else { throw misfit(json, schema) }
            return .array(try elements.map { try value(of: $0, schema.valueSchema) })
        case .map: return .map(try map(json, schema))
        case .structure:
            guard let object = json.object else {
                throw invalid("Structs should be encoded as JSON objects, but found \(json.nodeType)")
            }
            var structure = Struct(schema)
            for field in schema.fields {
                try structure.set(field.name, to: try value(of: object[field.name], field.schema))
            }
            return .structure(structure)
        }
    }

    private func schemalessValue(of json: JSONValue) throws -> ConnectValue {
        switch json {
        case .null: return .null
        case .bool(let value): return .boolean(value)
        case .number(let number): return number.int64.map(ConnectValue.int64) ?? .float64(number.double)
        case .string(let text): return .string(text)
        case .array(let elements): return .array(try elements.map(schemalessValue(of:)))
        case .object(let object):
            return .map(ConnectMap(try object.map { (.string($0.name), try schemalessValue(of: $0.value)) }))
        }
    }

    private func map(_ json: JSONValue, _ schema: ConnectSchema) throws -> ConnectMap {
        if schema.keySchema?.kind == .string {
            guard let object = json.object else {
                throw invalid("Maps with string fields should be encoded as JSON objects, but found \(json.nodeType)")
            }
            return ConnectMap(try object.map { (.string($0.name), try value(of: $0.value, schema.valueSchema)) })
        }
        guard let pairs = json.array else {
            throw invalid(
                "Maps with non-string fields should be encoded as JSON array of tuples, but found \(json.nodeType)")
        }
        return ConnectMap(
            try pairs.map { pair in
                guard let pair = pair.array else {
                    throw invalid("Found invalid map entry instead of array tuple: \(pair.nodeType)")
                }
                guard pair.count == 2 else {
                    throw invalid("Found invalid map entry, expected length 2 but found :\(pair.count)")
                }
                return (try value(of: pair[0], schema.keySchema), try value(of: pair[1], schema.valueSchema))
            })
    }

    private func integer(_ json: JSONValue, _ schema: ConnectSchema) throws -> Int64 {
        guard case .number(let number) = json else { throw misfit(json, schema) }
        if let value = number.int64 { return value }
        guard let value = Int64(exactly: number.double.rounded(.towardZero)) else { throw misfit(json, schema) }
        return value
    }

    private func floatingPoint(_ json: JSONValue, _ schema: ConnectSchema) throws -> Double {
        switch json {
        case .number(let number): return number.double
        case .string("NaN"): return .nan
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        default: throw misfit(json, schema)
        }
    }

    private func bytes(_ json: JSONValue, _ schema: ConnectSchema) throws -> ByteSlice {
        switch json {
        case .string(let text):
            guard let bytes = Base64.decode(text) else { throw invalid("Invalid bytes field") }
            return bytes
        case .number(let number) where schema.name == LogicalType.decimal:
            guard let bytes = DecimalText.unscaled(number.text, scale: try scale(of: schema)) else {
                throw invalid("The number \(number) has more decimals than the schema's scale")
            }
            return bytes
        default: throw misfit(json, schema)
        }
    }

    private func scale(of schema: ConnectSchema) throws -> Int {
        guard let text = schema.parameters["scale"] else {
            throw invalid("Invalid Decimal schema: scale parameter not found.")
        }
        guard let scale = Int32(text), abs(Int(scale)) <= 10_000 else {
            throw invalid("Invalid scale parameter found in Decimal schema: \(text)")
        }
        return Int(scale)
    }

    private func misfit(_ json: JSONValue, _ schema: ConnectSchema) -> ConnectError {
        invalid("Invalid \(json.nodeType) value for a field of type \(schema.kind.rawValue.uppercased())")
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }
}

extension JSONValue {
    /// What Jackson calls the kind of value, for messages that users compare with Kafka's.
    var nodeType: String {
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
