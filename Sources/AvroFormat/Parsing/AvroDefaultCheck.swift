import JSON

/// Whether a JSON value is a default for a type, as Apache Avro sees it: by the kind of the value, so that a text of
/// any length does for a fixed. A union takes what one of its members takes.
struct AvroDefaultCheck {
    let types: AvroTypes
    /// What is left to look at. A default may name fields that have defaults themselves, and those again.
    private var steps = 1_000_000

    init(types: AvroTypes) { self.types = types }

    mutating func isDefault(_ value: JSONValue, of id: AvroTypeID) -> Bool { isDefault(value, of: id, depth: 0) }

    private mutating func isDefault(_ value: JSONValue, of id: AvroTypeID, depth: Int) -> Bool {
        steps -= 1
        guard steps > 0, depth < AvroLimits.textDepth else { return false }
        switch (types.content(id), value) {
        case (.null, .null), (.boolean, .bool): return true
        case (.string, .string), (.bytes, .string), (.enumeration, .string), (.fixed, .string): return true
        case (.int, .number(let number)): return number.int64.flatMap { Int32(exactly: $0) } != nil
        case (.long, .number(let number)): return number.int64 != nil
        case (.float, .number), (.double, .number): return true
        case (.float, .string(let text)), (.double, .string(let text)): return AvroFloatText.value(of: text) != nil
        case (.array(let items), .array(let elements)):
            for element in elements where !isDefault(element, of: items, depth: depth + 1) { return false }
            return true
        case (.map(let values), .object(let object)):
            for member in object where !isDefault(member.value, of: values, depth: depth + 1) { return false }
            return true
        case (.union(let members), _):
            for member in members where isDefault(value, of: member, depth: depth + 1) { return true }
            return false
        case (.record(let record), .object(let object)):
            for field in record.fields {
                guard let part = object[field.name] ?? field.defaultValue else { return false }
                if !isDefault(part, of: field.type, depth: depth + 1) { return false }
            }
            return true
        default: return false
        }
    }
}
