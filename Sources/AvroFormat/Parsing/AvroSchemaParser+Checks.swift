import JSON
import SchemaFormat

extension AvroSchemaParser {
    func checkDefaults() throws(AvroError) {
        guard isNew, !defaults.isEmpty else { return }
        // All names are defined by now, so no place is empty.
        var check = AvroDefaultCheck(types: AvroTypes(types.compactMap { $0 }))
        for (field, type, value, path) in defaults where !check.isDefault(value, of: type) {
            let name = unionNames[type.index]
            throw AvroError(
                .invalidSchema, "Invalid default for field \(field): \(value.excerpt) not a \(name)", at: path)
        }
    }

    /// Whether two definitions of one name say the same, documentation and aliases apart.
    ///
    /// Named types inside of them are the same by name: each of their definitions is looked at by itself.
    func isSameDefinition(_ left: AvroTypeID, _ right: AvroTypeID) -> Bool {
        guard let left = types[left.index], let right = types[right.index], left.properties == right.properties else {
            return false
        }
        switch (left.content, right.content) {
        case (.record(let left), .record(let right)):
            return left.fields.count == right.fields.count
                && zip(left.fields, right.fields).allSatisfy { first, second in
                    first.name == second.name && first.defaultValue == second.defaultValue
                        && first.order == second.order && first.properties == second.properties
                        && isSame(first.type, second.type)
                }
        case (.enumeration(let left), .enumeration(let right)): return left.symbols == right.symbols
        case (.fixed(let left), .fixed(let right)): return left.size == right.size
        default: return false
        }
    }

    func isSame(_ first: AvroTypeID, _ second: AvroTypeID) -> Bool {
        guard unionNames[first.index] == unionNames[second.index] else { return false }
        guard let left = types[first.index], let right = types[second.index] else { return false }
        if left.content.name != nil { return right.content.name != nil }
        guard left.properties == right.properties else { return false }
        switch (left.content, right.content) {
        case (.array(let left), .array(let right)), (.map(let left), .map(let right)): return isSame(left, right)
        case (.union(let left), .union(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
        default: return true
        }
    }
}
