import JSON

/// Makes schemas with one meaning the same, as Schema Registry does for `normalize=true`.
///
/// Properties and aliases are sorted, those of a logical type stand before the others, a record's empty documentation
/// goes, an `error` is a record, and a default for a floating-point field is a number with a fraction. What has a
/// meaning stays: defaults, aliases, documentation, order, unknown properties.
struct AvroNormalizer {
    let types: AvroTypes

    func normalized() -> AvroTypes { types.map(normalized) }

    private func normalized(_ type: AvroType) -> AvroType {
        let properties = sorted(type.properties, logicalType: type.logicalType)
        switch type.content {
        case .record(let record): return AvroType(.record(normalized(record)), properties: properties)
        case .enumeration(let enumeration):
            let changed = AvroEnumeration(
                name: enumeration.name, aliases: sorted(enumeration.aliases, of: enumeration.name),
                documentation: nonempty(enumeration.documentation), symbols: enumeration.symbols,
                defaultSymbol: enumeration.defaultSymbol)
            return AvroType(.enumeration(changed), properties: properties)
        case .fixed(let fixed):
            let changed = AvroFixed(
                name: fixed.name, aliases: sorted(fixed.aliases, of: fixed.name),
                documentation: nonempty(fixed.documentation), size: fixed.size)
            return AvroType(.fixed(changed), properties: properties)
        default: return AvroType(type.content, properties: properties)
        }
    }

    private func normalized(_ record: AvroRecord) -> AvroRecord {
        let fields = record.fields.map { field in
            var field = field
            field.defaultValue = field.defaultValue.map { normalized($0, of: field.type) }
            field.aliases.sort(by: Self.precedes)
            field.properties = sorted(field.properties)
            return field
        }
        return AvroRecord(
            name: record.name, aliases: sorted(record.aliases, of: record.name),
            documentation: nonempty(record.documentation), isError: false, fields: fields)
    }

    private func nonempty(_ text: String?) -> String? { text == "" ? nil : text }

    /// Java's order of texts, that of their UTF-16.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf16.lexicographicallyPrecedes(right.utf16)
    }

    private func sorted(_ aliases: [AvroName], of name: AvroName) -> [AvroName] {
        func key(_ alias: AvroName) -> String {
            alias.namespace == nil && name.namespace != nil ? "." + alias.simple : alias.full
        }
        return aliases.sorted { Self.precedes(key($0), key($1)) }
    }

    private func sorted(_ properties: JSONObject, logicalType: AvroLogicalType? = nil) -> JSONObject {
        var first: [String] = logicalType == nil ? [] : ["logicalType"]
        if case .decimal(_, let scale) = logicalType { first += scale == 0 ? ["precision"] : ["precision", "scale"] }
        var result = JSONObject()
        for name in first { result[name] = properties[name] }
        for member in properties.members.sorted(by: { Self.precedes($0.name, $1.name) }) {
            result[member.name] = sorted(member.value)
        }
        return result
    }

    private func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let elements): return .array(elements.map(sorted))
        case .object(let object): return .object(sorted(object))
        }
    }

    /// A default in the one way to write it. One that does not fit its field, as old schemas may have, stays as it is.
    private func normalized(_ value: JSONValue, of id: AvroTypeID) -> JSONValue {
        switch (types.content(id), value) {
        case (.double, .number(let number)): return decimal(JavaNumber.text(number.double)) ?? value
        case (.float, .number(let number)): return decimal(JavaNumber.text(Float(number.double))) ?? value
        case (.array(let items), .array(let elements)): return .array(elements.map { normalized($0, of: items) })
        case (.map(let values), .object(let object)):
            return .object(sorted(object) { _ in values })
        case (.record(let record), .object(let object)):
            return .object(sorted(object) { name in record.place(ofField: name).map { record.fields[$0].type } })
        case (.union(let members), _):
            let type = members.first { mayBe(value, of: $0) }
            return type.map { normalized(value, of: $0) } ?? sorted(value)
        default: return sorted(value)
        }
    }

    private func sorted(_ object: JSONObject, type: (String) -> AvroTypeID?) -> JSONObject {
        var result = JSONObject()
        for member in object.members.sorted(by: { Self.precedes($0.name, $1.name) }) {
            result[member.name] = type(member.name).map { normalized(member.value, of: $0) } ?? sorted(member.value)
        }
        return result
    }

    private func decimal(_ text: String) -> JSONValue? { JSONNumber(parsing: text).map(JSONValue.number) }

    /// Whether a member of a union is the first that a default could be of.
    private func mayBe(_ value: JSONValue, of id: AvroTypeID) -> Bool {
        switch (types.content(id), value) {
        case (.boolean, .bool), (.array, .array), (.map, .object), (.record, .object): true
        case (.string, .string), (.enumeration, .string), (.bytes, .string), (.fixed, .string): true
        case (.int, .number(let number)), (.long, .number(let number)): number.isInteger
        case (.float, .number), (.double, .number): true
        default: false
        }
    }
}
