import ConnectAPI

/// The part of a record that a transform works on, as the end of its class name says: `$Key` or `$Value`.
package enum RecordPart: String, Sendable, CaseIterable {
    case key = "Key"
    case value = "Value"
}

/// A value with what is known of its type.
struct TypedValue: Sendable, Hashable {
    var schema: ConnectSchema?
    var value: ConnectValue

    init(_ schema: ConnectSchema?, _ value: ConnectValue) {
        self.schema = schema
        self.value = value
    }
}

extension TypedValue {
    /// Says that this has no fields.
    func misfit(for purpose: String) -> ConnectError {
        value.misfit(
            schema == nil ? "Only Map objects supported in absence of schema" : "Only Struct objects supported", purpose
        )
    }
}

extension ConnectRecord {
    /// Takes the key or the value out, with its schema: what is made of it then shares it with no one.
    mutating func take(_ part: RecordPart) -> TypedValue {
        defer { self[part] = TypedValue(nil, .null) }
        return self[part]
    }

    /// The key or the value, with its schema.
    subscript(part: RecordPart) -> TypedValue {
        get {
            switch part {
            case .key: TypedValue(keySchema, key)
            case .value: TypedValue(valueSchema, value)
            }
        }
        set {
            switch part {
            case .key: (keySchema, key) = (newValue.schema, newValue.value)
            case .value: (valueSchema, value) = (newValue.schema, newValue.value)
            }
        }
    }
}

extension ConnectValue {
    /// The structure that this is.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that says for what one is needed.
    func requireStructure(for purpose: String) throws -> Struct {
        guard case .structure(let structure) = self else { throw misfit("Only Struct objects supported", purpose) }
        return structure
    }

    /// The map that this is, of a record without a schema.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that says for what one is needed.
    func requireMap(for purpose: String) throws -> ConnectMap {
        guard case .map(let map) = self else {
            throw misfit("Only Map objects supported in absence of schema", purpose)
        }
        return map
    }

    fileprivate func misfit(_ wanted: String, _ purpose: String) -> ConnectError {
        ConnectError(.invalidData, "\(wanted) for [\(purpose)], found: \(kind?.rawValue ?? "null")")
    }
}

extension ConnectSchema {
    /// The schema with other fields; `defaultValue` takes the place of its own default.
    ///
    /// - Throws: as `differentlyNamed()`.
    func copy(fields: [ConnectField], defaultValue: ConnectValue?) throws -> ConnectSchema {
        .structure(
            try fields.differentlyNamed(), isOptional: isOptional, defaultValue: defaultValue, name: name,
            version: version,
            documentation: documentation, parameters: parameters)
    }

    /// Whether this is the logical type of that name.
    func isLogical(_ name: String) -> Bool { self.name == name }
}

extension [ConnectField] {
    /// The fields, which are a structure's: renamed, joined or read ones may have the name of another.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where two have one name.
    func differentlyNamed() throws -> [ConnectField] {
        var names: Set<String> = []
        for field in self where !names.insert(field.name).inserted {
            throw ConnectError(.invalidData, "Cannot create field because of field name duplication \(field.name)")
        }
        return self
    }
}
