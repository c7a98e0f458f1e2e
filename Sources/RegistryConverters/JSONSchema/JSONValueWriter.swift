import ConnectAPI
import JSON
import RecordFormat

/// Writes Connect's values as JSON.
struct JSONValueWriter: Sendable {
    /// How many values a value may be within, as many as the parser of JSON takes.
    static let depthLimit = 1000

    let settings: JSONSchemaSettings

    /// A value as JSON.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the value does not fit the schema.
    func json(of value: ConnectValue, _ schema: ConnectSchema) throws -> JSONValue {
        var builder = JSONBuilder()
        try write(value, schema, to: &builder)
        return builder.value ?? .null
    }

    /// Writes a value.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the value does not fit the schema; what was written by
    ///   then is no document.
    func write(_ value: ConnectValue, _ schema: ConnectSchema, to output: inout some JSONOutput) throws {
        do throws(Misfit) {
            if try !write(value, schema, to: &output, name: nil, depth: 0) { output.add(.null) }
        } catch {
            throw error.connectError
        }
    }

    /// Writes a value, behind its name where it has one.
    ///
    /// - Returns: Whether there was anything to write: a required field without a value is left out.
    @discardableResult private func write(
        _ value: ConnectValue, _ schema: ConnectSchema, to output: inout some JSONOutput, name: String?, depth: Int
    ) throws(Misfit) -> Bool {
        guard depth <= Self.depthLimit else { throw Misfit("the value nests deeper than \(Self.depthLimit) levels") }
        var value = value
        if value.isNull, let substitute = schema.defaultValue, !settings.common.ignoresDefaults { value = substitute }
        guard let kind = value.kind else {
            guard schema.isOptional else { return false }
            if let name { output.addName(name) }
            output.add(.null)
            return true
        }
        guard kind == schema.kind else {
            throw Misfit("Invalid type for \(schema.kind.rawValue.uppercased()): \(kind.rawValue)")
        }
        if case .structure(let structure) = value, schema.isOneOf {
            return try write(member: structure, schema, to: &output, name: name, depth: depth)
        }
        if let name { output.addName(name) }
        try write(present: value, schema, to: &output, depth: depth)
        return true
    }

    private func write(
        present value: ConnectValue, _ schema: ConnectSchema, to output: inout some JSONOutput, depth: Int
    ) throws(Misfit) {
        switch value {
        case .null: output.add(.null)
        case .int8, .int16, .int32, .int64: output.add(integer: value.integer ?? 0)
        case .float32(let value): write(number: value.javaDescription, to: &output)
        case .float64(let value): write(number: value.javaDescription, to: &output)
        case .boolean(let value): output.add(.bool(value))
        case .string(let text): output.add(text: text)
        case .bytes(let bytes): try write(bytes, schema, to: &output)
        case .array(let elements):
            guard let items = schema.valueSchema else { throw Misfit("an array's schema has no elements") }
            output.beginArray()
            for (index, element) in elements.enumerated() {
                do throws(Misfit) {
                    if try !write(element, items, to: &output, name: nil, depth: depth + 1) { output.add(.null) }
                } catch {
                    throw error.inside(String(index))
                }
            }
            output.endArray()
        case .map(let map): try write(map, schema, to: &output, depth: depth)
        case .structure(let structure): try write(structure, schema, to: &output, depth: depth)
        }
    }

    private func write(number text: String, to output: inout some JSONOutput) {
        // Jackson writes what JSON has no number for as text.
        if let number = JSONNumber(parsing: text) { output.add(.number(number)) } else { output.add(text: text) }
    }

    private func write(
        _ bytes: ByteSlice, _ schema: ConnectSchema, to output: inout some JSONOutput
    ) throws(Misfit) {
        guard settings.writesDecimalsAsNumbers, schema.name == LogicalType.decimal else {
            return output.add(text: Base64.encode(bytes))
        }
        guard let scale = schema.decimalScale else {
            throw Misfit("Invalid Decimal schema: scale parameter not found.")
        }
        write(number: DecimalText.text(unscaled: bytes, scale: scale), to: &output)
    }

    private func write(
        _ map: ConnectMap, _ schema: ConnectSchema, to output: inout some JSONOutput, depth: Int
    ) throws(Misfit) {
        guard let keys = schema.keySchema, let values = schema.valueSchema else {
            throw Misfit("a map's schema has no key or no value")
        }
        if schema.isObjectMap {
            output.beginObject()
            for (key, value) in map {
                guard let name = key.string else { throw Misfit("a map's key that is no string") }
                output.addName(name)
                do throws(Misfit) {
                    if try !write(value, values, to: &output, name: nil, depth: depth + 1) { output.add(.null) }
                } catch {
                    throw error.inside(name)
                }
            }
            return output.endObject()
        }
        output.beginArray()
        for (key, value) in map {
            output.beginObject()
            try write(key, keys, to: &output, name: "key", depth: depth + 1)
            try write(value, values, to: &output, name: "value", depth: depth + 1)
            output.endObject()
        }
        output.endArray()
    }

    private func write(
        _ structure: Struct, _ schema: ConnectSchema, to output: inout some JSONOutput, depth: Int
    ) throws(Misfit) {
        try check(structure, schema)
        output.beginObject()
        for (index, field) in schema.fields.enumerated() {
            do throws(Misfit) {
                try write(structure[index], field.schema, to: &output, name: field.name, depth: depth + 1)
            } catch {
                throw error.inside(field.name)
            }
        }
        output.endObject()
    }

    /// Writes the first member of a union that is there.
    private func write(
        member structure: Struct, _ schema: ConnectSchema, to output: inout some JSONOutput, name: String?, depth: Int
    ) throws(Misfit) -> Bool {
        try check(structure, schema)
        for (index, field) in schema.fields.enumerated() where !structure[index].isNull {
            do throws(Misfit) {
                return try write(structure[index], field.schema, to: &output, name: name, depth: depth + 1)
            } catch {
                throw error.inside(field.name)
            }
        }
        return try write(.null, schema, to: &output, name: name, depth: depth + 1)
    }

    /// Checks that a structure has the schema's fields; what they hold is checked as it is written.
    private func check(_ structure: Struct, _ schema: ConnectSchema) throws(Misfit) {
        guard
            structure.schema === schema
                || structure.schema.fields.elementsEqual(schema.fields, by: { $0.name == $1.name })
        else { throw Misfit("Mismatching schema.") }
    }
}

extension ConnectSchema {
    /// The scale of a decimal.
    var decimalScale: Int? { parameters["scale"].flatMap { Int($0) }.flatMap { abs($0) <= 10_000 ? $0 : nil } }
}
