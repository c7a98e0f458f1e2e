import SchemaFormat

/// Makes bytes of values.
struct AvroEncoder {
    private let types: AvroTypes
    private var writer = AvroWriter()

    private init(types: AvroTypes) { self.types = types }

    /// The bytes of a value.
    static func bytes(of value: AvroValue, as id: AvroTypeID, in types: AvroTypes) throws(AvroError) -> [UInt8] {
        var encoder = AvroEncoder(types: types)
        try encoder.write(value, as: id, depth: 0)
        return encoder.writer.bytes
    }

    private mutating func write(_ value: AvroValue, as id: AvroTypeID, depth: Int) throws(AvroError) {
        switch (types.content(id), value) {
        case (.null, .null): break
        case (.boolean, .boolean(let value)): writer.write(value)
        case (.int, .int(let value)): writer.write(value)
        case (.long, .long(let value)): writer.write(value)
        case (.float, .float(let value)): writer.write(value)
        case (.double, .double(let value)): writer.write(value)
        case (.bytes, .bytes(let value)): writer.write(value)
        case (.string, .string(let value)): writer.write(value)
        case (.fixed(let fixed), .fixed(let value)):
            guard value.count == fixed.size else {
                throw AvroError(.invalidValue, "\(fixed.name) has \(fixed.size) bytes, and not \(value.count)")
            }
            writer.write(fixed: value)
        case (.enumeration(let enumeration), .enumeration(let place)):
            guard enumeration.symbols.indices.contains(place) else {
                throw AvroError(.invalidValue, "\(enumeration.name) has no symbol number \(place)")
            }
            writer.write(Int64(place))
        case (.union(let members), .union(let place, let value)):
            guard members.indices.contains(place) else {
                throw AvroError(.invalidValue, "the union has no member number \(place)")
            }
            writer.write(Int64(place))
            try write(value, as: members[place], depth: depth)
        case (.record(let record), .record(let values)): try write(values, as: record, depth: try deeper(depth))
        case (.array(let items), .array(let values)): try write(values, as: items, depth: try deeper(depth))
        case (.map(let type), .map(let entries)): try write(entries, as: type, depth: try deeper(depth))
        default:
            let expected = types.content(id).unionName
            throw AvroError(.invalidValue, "a value of type \(value.kind) where the schema has \(expected)")
        }
    }

    private func deeper(_ depth: Int) throws(AvroError) -> Int {
        guard depth < AvroLimits.valueDepth else {
            throw AvroError(.limitExceeded, "the value nests deeper than \(AvroLimits.valueDepth) levels")
        }
        guard writer.bytes.count <= AvroLimits.encodedBytes else {
            throw AvroError(.limitExceeded, "the value takes more than \(AvroLimits.encodedBytes) bytes")
        }
        return depth + 1
    }

    private mutating func write(_ values: [AvroValue], as record: AvroRecord, depth: Int) throws(AvroError) {
        guard values.count == record.fields.count else {
            throw AvroError(
                .invalidValue, "\(record.name) has \(record.fields.count) fields, and not \(values.count)")
        }
        for (field, value) in zip(record.fields, values) {
            do throws(AvroError) {
                try write(value, as: field.type, depth: depth)
            } catch {
                throw error.inside(field.name)
            }
        }
    }

    private mutating func write(_ values: [AvroValue], as items: AvroTypeID, depth: Int) throws(AvroError) {
        if !values.isEmpty { writer.write(blockOf: values.count) }
        for (index, value) in values.enumerated() {
            do throws(AvroError) {
                try write(value, as: items, depth: depth)
            } catch {
                throw error.inside(String(index))
            }
        }
        writer.write(blockOf: 0)
    }

    private mutating func write(_ entries: [AvroValue.Entry], as type: AvroTypeID, depth: Int) throws(AvroError) {
        if !entries.isEmpty { writer.write(blockOf: entries.count) }
        for entry in entries {
            writer.write(entry.key)
            do throws(AvroError) {
                try write(entry.value, as: type, depth: depth)
            } catch {
                throw error.inside(entry.key)
            }
        }
        writer.write(blockOf: 0)
    }
}
