import AvroFormat
import ConnectAPI
import JSON

/// Finds how values of a Connect schema are written as an Avro schema: its own, or another of the subject's.
struct AvroWritingBuilder {
    let types: AvroTypes
    let settings: AvroSettings

    /// How values are written.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where values of the one are none of the other.
    static func writing(
        of schema: ConnectSchema?, as target: AvroSchema, _ settings: AvroSettings
    ) throws -> AvroWriting {
        guard let schema else {
            guard target.canonicalText == AvroAnything.text else {
                throw ConnectError(
                    .invalidData,
                    "a value without schema cannot be written as \(target.name ?? "the registered schema")")
            }
            return AvroWriting(schema: nil, nullPlace: nil, place: nil, form: .anything)
        }
        do throws(Misfit) {
            return try AvroWritingBuilder(types: target.types, settings: settings).writing(of: schema, as: target.root)
        } catch {
            throw error.connectError
        }
    }

    private func writing(of schema: ConnectSchema, as id: AvroTypeID) throws(Misfit) -> AvroWriting {
        let members: [AvroTypeID]
        if case .union(let all) = types[id].content { members = all } else { members = [id] }
        let isUnion = members != [id]
        let nullPlace = members.firstIndex { if case .null = types[$0].content { true } else { false } }
            .map { Int64($0) }
        if schema.isUnion {
            var fields: [AvroWriting] = []
            for field in schema.fields {
                let (place, form) = try member(for: field.schema, among: members)
                fields.append(
                    AvroWriting(
                        schema: field.schema, nullPlace: nullPlace, place: isUnion ? Int64(place) : nil, form: form))
            }
            return AvroWriting(schema: schema, nullPlace: nullPlace, place: nil, form: .union(fields))
        }
        let (place, form) = try member(for: schema, among: members)
        return AvroWriting(
            schema: schema, nullPlace: nullPlace, place: isUnion ? Int64(place) : nil, form: form)
    }

    /// The member that values are written as: the one of the same type and name, or the first that takes them.
    private func member(
        for schema: ConnectSchema, among members: [AvroTypeID]
    ) throws(Misfit) -> (place: Int, form: AvroWriting.Form) {
        for (place, member) in members.enumerated() where isCounterpart(types[member].content, of: schema) {
            return (place, try form(of: schema, as: member))
        }
        var first: Misfit?
        for (place, member) in members.enumerated() {
            do throws(Misfit) {
                return (place, try form(of: schema, as: member))
            } catch {
                first = first ?? error
            }
        }
        throw first ?? Misfit("a \(schema.kind.rawValue) where the registered schema has nothing")
    }

    private func isCounterpart(_ content: AvroType.Content, of schema: ConnectSchema) -> Bool {
        let naming = AvroNaming(scrubs: settings.scrubsNames)
        switch (schema.kind, content) {
        case (.int8, .int), (.int16, .int), (.int32, .int), (.int64, .long), (.float32, .float), (.float64, .double),
            (.boolean, .boolean), (.array, .array), (.map, .map), (.map, .array):
            return true
        case (.string, .string): return !(schema.isEnumeration && settings.keepsEnumerations)
        case (.string, .enumeration(let enumeration)):
            return [ConnectMark.enumeration, AvroMark.enumeration]
                .contains { schema.parameters[$0].map { naming.full($0) } == enumeration.name.full }
        case (.bytes, .bytes): return schema.fixedSize == nil
        case (.bytes, .fixed(let fixed)):
            return schema.fixedSize == fixed.size && schema.name.map { naming.full($0) } == fixed.name.full
        case (.structure, .record(let record)):
            guard let name = schema.name else {
                return record.name.full.hasPrefix("\(AvroMark.namespace).\(AvroMark.defaultName)")
            }
            return naming.full(name) == record.name.full
        default: return false
        }
    }

    private func form(of schema: ConnectSchema, as id: AvroTypeID) throws(Misfit) -> AvroWriting.Form {
        switch (schema.kind, types[id].content) {
        case (.boolean, .boolean): return .boolean
        case (.int8, .int), (.int16, .int), (.int32, .int): return .integer
        case (.int8, .long), (.int16, .long), (.int32, .long), (.int64, .long): return .integer
        case (.int8, .float), (.int16, .float), (.int32, .float), (.int64, .float), (.float32, .float): return .float
        case (.int8, .double), (.int16, .double), (.int32, .double), (.int64, .double), (.float32, .double),
            (.float64, .double):
            return .double
        case (.string, .string): return .string
        case (.string, .enumeration(let enumeration)): return .enumeration(enumeration)
        case (.bytes, .bytes): return .bytes
        case (.bytes, .fixed(let fixed)):
            return .fixed(fixed.size, isDecimal: schema.name == LogicalType.decimal)
        case (.array, .array(let items)):
            guard let element = schema.valueSchema else { break }
            return .array(try writing(of: element, as: items))
        case (.map, .map(let values)):
            guard let value = schema.valueSchema, schema.keySchema?.kind == .string else { break }
            return .map(try writing(of: value, as: values))
        case (.map, .array(let items)): return try entries(of: schema, as: items)
        case (.structure, .record(let record)): return .record(try fields(of: schema, as: record))
        default: break
        }
        throw Misfit("a \(schema.kind.rawValue) cannot be written as \(types[id].content.unionName)")
    }

    private func entries(of schema: ConnectSchema, as items: AvroTypeID) throws(Misfit) -> AvroWriting.Form {
        guard case .record(let entry) = types[items].content, entry.fields.count == 2,
            let key = entry.place(ofField: "key"), let value = entry.place(ofField: "value"),
            let keySchema = schema.keySchema, let valueSchema = schema.valueSchema
        else { throw Misfit("a map cannot be written as an array of anything but records of key and value") }
        return .entries(
            key: try writing(of: keySchema, as: entry.fields[key].type),
            value: try writing(of: valueSchema, as: entry.fields[value].type), keyIsFirst: key < value)
    }

    private func fields(of schema: ConnectSchema, as record: AvroRecord) throws(Misfit) -> [AvroWriting.Field] {
        let naming = AvroNaming(scrubs: settings.scrubsNames)
        let places = Dictionary(schema.fields.enumerated().map { (naming.scrubbed($1.name), $0) }) { first, _ in first }
        var fields: [AvroWriting.Field] = []
        for field in record.fields {
            do throws(Misfit) {
                if let place = places[field.name] {
                    let own = schema.fields[place].schema
                    fields.append(
                        .value(
                            place, try writing(of: own, as: field.type),
                            substitute: settings.common.ignoresDefaults ? nil : own.defaultValue))
                } else if let json = field.defaultValue {
                    var writer = AvroWriter(capacity: 16)
                    try write(json, as: field.type, to: &writer)
                    fields.append(.constant(writer.bytes))
                } else {
                    throw Misfit("the registered schema has a field that the record lacks, and no default for it")
                }
            } catch {
                throw error.inside(field.name)
            }
        }
        return fields
    }
}

extension AvroWritingBuilder {
    /// Writes a default.
    private func write(_ json: JSONValue, as id: AvroTypeID, to writer: inout AvroWriter) throws(Misfit) {
        switch (types[id].content, json) {
        case (.null, .null): break
        case (.boolean, .bool(let value)): writer.write(value)
        case (.int, .number(let number)), (.long, .number(let number)): writer.write(number.int64 ?? 0)
        case (.float, .number(let number)): writer.write(Float(number.double))
        case (.double, .number(let number)): writer.write(number.double)
        case (.string, .string(let text)): writer.write(text)
        case (.bytes, .string(let text)): writer.write(Self.bytes(text))
        case (.fixed, .string(let text)): writer.write(fixed: Self.bytes(text))
        case (.enumeration(let enumeration), .string(let symbol)):
            writer.write(Int64(enumeration.place(of: symbol) ?? 0))
        case (.array(let items), .array(let elements)):
            if !elements.isEmpty { writer.write(blockOf: elements.count) }
            for element in elements { try write(element, as: items, to: &writer) }
            writer.write(blockOf: 0)
        case (.map(let values), .object(let object)):
            if !object.isEmpty { writer.write(blockOf: object.count) }
            for member in object {
                writer.write(member.name)
                try write(member.value, as: values, to: &writer)
            }
            writer.write(blockOf: 0)
        case (.record(let record), .object(let object)):
            for field in record.fields {
                guard let part = object[field.name] ?? field.defaultValue else {
                    throw Misfit("the default lacks the field \(field.name)")
                }
                try write(part, as: field.type, to: &writer)
            }
        case (.union(let members), _):
            for (place, member) in members.enumerated() {
                var attempt = AvroWriter(capacity: 16)
                attempt.write(Int64(place))
                guard (try? write(json, as: member, to: &attempt)) != nil else { continue }
                return writer.write(fixed: attempt.bytes)
            }
            throw Misfit("the default is of none of the union's types")
        default: throw Misfit("the default is not of the field's type")
        }
    }

    private static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
