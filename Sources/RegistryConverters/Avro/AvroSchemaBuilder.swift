import ConnectAPI
import JSON

/// Writes Connect's schemas as Avro's.
///
/// A named type is written where it is first met, and by its name after that.
struct AvroSchemaBuilder {
    /// How many schemas a schema may be within: a record is two levels of JSON, of which a parser takes 1000.
    static let depthLimit = 400

    private let settings: AvroSettings
    private let naming: AvroNaming
    /// The types that are written, by their full names.
    private var written: [String: ConnectSchema] = [:]
    /// The names that schemas without one have got.
    private var givenNames: [ConnectSchema: String] = [:]
    private var givenCount = 0
    /// The names of fields' schemas that were met, be they types' names or not.
    private var met: Set<String> = []
    private var depth = 0

    private init(settings: AvroSettings) {
        self.settings = settings
        naming = AvroNaming(scrubs: settings.scrubsNames)
    }

    /// A schema as JSON.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func json(of schema: ConnectSchema, _ settings: AvroSettings) throws -> JSONValue {
        var builder = AvroSchemaBuilder(settings: settings)
        return try builder.type(schema)
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// The type, with null beside it where a value may be missing.
    private mutating func type(_ schema: ConnectSchema) throws -> JSONValue {
        guard depth < Self.depthLimit else {
            throw invalid("A schema has more than \(Self.depthLimit) levels of nesting")
        }
        depth += 1
        defer { depth -= 1 }
        if schema.isUnion {
            var members: [JSONValue] = schema.isOptional ? ["null"] : []
            for field in schema.fields { members.append(try type(field.schema.changed(isOptional: false))) }
            return .array(members)
        }
        if schema.kind == .structure {
            let record = try record(schema.changed(isOptional: false))
            return schema.isOptional ? .array(["null", record]) : record
        }
        let single = try single(schema)
        guard schema.isOptional else { return single }
        // A default is one of the union's first type.
        return .array(schema.defaultValue == nil ? ["null", single] : [single, "null"])
    }

    private mutating func single(_ schema: ConnectSchema) throws -> JSONValue {
        var object = JSONObject()
        switch schema.kind {
        case .int8, .int16, .int32: object["type"] = "int"
        case .int64: object["type"] = "long"
        case .float32: object["type"] = "float"
        case .float64: object["type"] = "double"
        case .boolean: object["type"] = "boolean"
        case .string:
            if settings.keepsEnumerations, schema.isEnumeration { return try enumeration(schema) }
            object["type"] = "string"
        case .bytes:
            if let size = schema.fixedSize { return try fixed(schema, size: size) }
            object["type"] = "bytes"
        case .array:
            object["type"] = "array"
            object["items"] = try schema.valueSchema.map { try type($0) } ?? .null
        case .map: object = try map(schema)
        case .structure: return try record(schema)
        }
        try add(propertiesOf: schema, to: &object)
        // A type with nothing beside it is its name.
        return object.count == 1 ? object["type"] ?? .null : .object(object)
    }

    private mutating func map(_ schema: ConnectSchema) throws -> JSONObject {
        var object = JSONObject()
        guard let keys = schema.keySchema, let values = schema.valueSchema else {
            throw invalid("a map's schema has no key or no value")
        }
        if keys.kind == .string, !keys.isOptional || settings.allowsOptionalKeys {
            object["type"] = "map"
            object["values"] = try type(values)
            return object
        }
        object["type"] = "array"
        let name =
            schema.name.map { naming.parts(of: $0) } ?? (AvroMark.namespace, AvroMark.mapEntry)
        object["items"] = try define(name, schema) { builder, entry in
            entry["fields"] = .array([
                try builder.field("key", keys, documentation: nil),
                try builder.field("value", values, documentation: nil),
            ])
            if schema.name != nil { entry["connect.internal.type"] = .string(AvroMark.mapEntry) }
        }
        return object
    }

    // MARK: Named types

    private mutating func record(_ schema: ConnectSchema) throws -> JSONValue {
        try define(name(of: schema), schema) { builder, object in
            let settings = builder.settings
            let mark =
                settings.discardsTypeDocumentation
                ? AvroMark.connectRecordDocumentation : AvroMark.recordDocumentation
            if let documentation = schema.parameters[mark] { object["doc"] = .string(documentation) }
            object["fields"] = .array(
                try schema.fields.map { field in
                    let documentation =
                        settings.discardsTypeDocumentation
                        ? nil : schema.parameters[AvroMark.fieldDocumentationPrefix + field.name]
                    return try builder.field(
                        builder.naming.scrubbed(field.name), field.schema, documentation: documentation)
                })
            try builder.add(propertiesOf: schema, to: &object)
        }
    }

    private mutating func enumeration(_ schema: ConnectSchema) throws -> JSONValue {
        let mark =
            schema.parameters[settings.enumerationParameter] != nil
            ? settings.enumerationParameter
            : schema.parameters[AvroMark.enumeration] != nil ? AvroMark.enumeration : ConnectMark.enumeration
        let symbols = schema.orderedParameters.map(\.key).filter { $0.hasPrefix(mark + ".") }
            .map { String($0.dropFirst(mark.count + 1)) }
        let simple = schema.name.map { naming.parts(of: $0).simple } ?? AvroMark.defaultName
        let discards = settings.discardsTypeDocumentation
        return try define(naming.parts(of: schema.parameters[mark] ?? ""), schema) { builder, object in
            object["type"] = "enum"
            let documentation =
                discards
                ? schema.parameters[AvroMark.connectEnumerationDocumentation]
                : schema.parameters[AvroMark.enumerationDocumentationPrefix + simple]
            if let documentation { object["doc"] = .string(documentation) }
            object["symbols"] = .array(symbols.map(JSONValue.string))
            if !discards, let symbol = schema.parameters[AvroMark.enumerationDefaultPrefix + simple] {
                object["default"] = .string(symbol)
            }
            try builder.add(propertiesOf: schema, to: &object)
        }
    }

    private mutating func fixed(_ schema: ConnectSchema, size: Int) throws -> JSONValue {
        try define(name(of: schema), schema) { builder, object in
            object["type"] = "fixed"
            object["size"] = .integer(size)
            try builder.add(propertiesOf: schema, to: &object)
        }
    }

    /// Writes a named type, or its name if it is written already.
    private mutating func define(
        _ name: (namespace: String?, simple: String), _ schema: ConnectSchema,
        _ body: (inout AvroSchemaBuilder, inout JSONObject) throws -> Void
    ) throws -> JSONValue {
        let full = name.namespace.map { "\($0).\(name.simple)" } ?? name.simple
        if let first = written[full] {
            guard first.hasShape(of: schema) else {
                throw invalid(
                    "two schemas that differ have the name \(full), which is one type to Avro; give one another name,"
                        + " as SetSchemaMetadata does")
            }
            return .string(full)
        }
        written[full] = schema
        var object = JSONObject()
        object["type"] = "record"
        object["name"] = .string(name.simple)
        // Always, or it would be that of the type around it.
        object["namespace"] = .string(name.namespace ?? "")
        try body(&self, &object)
        return .object(object)
    }

    private mutating func name(of schema: ConnectSchema) -> (namespace: String?, simple: String) {
        if let name = schema.name { return naming.parts(of: name) }
        if let name = givenNames[schema] { return (AvroMark.namespace, name) }
        givenCount += 1
        let name = AvroMark.defaultName + (givenCount > 1 ? String(givenCount) : "")
        givenNames[schema] = name
        return (AvroMark.namespace, name)
    }

    // MARK: Fields and properties

    private mutating func field(
        _ name: String, _ schema: ConnectSchema, documentation: String?
    ) throws -> JSONValue {
        let isRepeated = schema.name.map { !met.insert(naming.full($0)).inserted } ?? false
        var object = JSONObject()
        object["name"] = .string(name)
        object["type"] = try type(schema)
        if let text = settings.discardsTypeDocumentation ? schema.documentation : documentation {
            object["doc"] = .string(text)
        }
        if let value = schema.defaultValue {
            var writing = AvroDefaultWriting(settings: settings)
            let json = writing.json(of: value, schema)
            if writing.isAvro { object["default"] = json }
        } else if schema.isOptional {
            object["default"] = .null
        }
        // The type has the parameters of its first use; those of another one stay with the field.
        let isNamed =
            schema.kind == .structure || schema.fixedSize != nil
            || (schema.isEnumeration && settings.keepsEnumerations)
        if settings.keepsMetadata, isRepeated, isNamed, let parameters = parameters(of: schema) {
            object["connect.parameters"] = parameters
        }
        return .object(object)
    }

    private func parameters(of schema: ConnectSchema) -> JSONValue? {
        var object = JSONObject()
        for (key, value) in schema.orderedParameters
        where settings.discardsTypeDocumentation || key != AvroMark.fieldDefault { object[key] = .string(value) }
        return object.isEmpty ? nil : .object(object)
    }

    /// Adds what stands beside the type, in the order that Confluent's converter has.
    private func add(propertiesOf schema: ConnectSchema, to object: inout JSONObject) throws {
        let isDecimal = schema.kind == .bytes && schema.name == LogicalType.decimal
        if isDecimal { try addDecimal(schema, to: &object) }
        if settings.keepsMetadata { addMetadata(of: schema, to: &object) }
        switch schema.name {
        case LogicalType.decimal where isDecimal: object["logicalType"] = "decimal"
        case LogicalType.time: object["logicalType"] = "time-millis"
        case LogicalType.timestamp: object["logicalType"] = "timestamp-millis"
        case LogicalType.date: object["logicalType"] = "date"
        default: break
        }
        for (key, value) in schema.orderedParameters where key.hasPrefix(AvroMark.propertyPrefix) {
            object[key] = .string(value)
        }
    }

    private func addDecimal(_ schema: ConnectSchema, to object: inout JSONObject) throws {
        guard let text = schema.parameters["scale"], let scale = Int32(text) else {
            throw invalid("Invalid Decimal schema: scale parameter not found.")
        }
        object["scale"] = .integer(scale)
        guard let precision = Int32(schema.parameters[AvroMark.precision] ?? String(AvroMark.defaultPrecision)) else {
            throw invalid("the parameter \(AvroMark.precision) of a decimal has to be a number")
        }
        object["precision"] = .integer(precision)
    }

    private func addMetadata(of schema: ConnectSchema, to object: inout JSONObject) {
        if let documentation = schema.documentation { object["connect.doc"] = .string(documentation) }
        if let version = schema.version { object["connect.version"] = .integer(version) }
        if let parameters = parameters(of: schema) { object["connect.parameters"] = parameters }
        let isFieldsOwn =
            !settings.discardsTypeDocumentation && schema.parameters[AvroMark.fieldDefault] != nil
        if let value = schema.defaultValue, !isFieldsOwn {
            var writing = AvroDefaultWriting(settings: settings)
            object["connect.default"] = writing.json(of: value, schema)
        }
        if let name = schema.name { object["connect.name"] = .string(name) }
        switch schema.kind {
        case .int8: object["connect.type"] = "int8"
        case .int16: object["connect.type"] = "int16"
        default: break
        }
    }
}

extension ConnectSchema {
    /// Whether values of both are the same to Avro: what stands beside the types does not count.
    fileprivate func hasShape(of other: ConnectSchema) -> Bool {
        if self === other { return true }
        guard kind == other.kind, name == other.name, fixedSize == other.fixedSize, fields.count == other.fields.count,
            isEnumeration == other.isEnumeration
        else { return false }
        if isEnumeration,
            parameters.filter({ $0.key.contains("Enum") }) != other.parameters.filter({ $0.key.contains("Enum") })
        {
            return false
        }
        func areAlike(_ left: ConnectSchema?, _ right: ConnectSchema?) -> Bool {
            guard let left, let right else { return left == nil && right == nil }
            return left.isOptional == right.isOptional && left.hasShape(of: right)
        }
        return areAlike(keySchema, other.keySchema) && areAlike(valueSchema, other.valueSchema)
            && zip(fields, other.fields).allSatisfy { $0.name == $1.name && areAlike($0.schema, $1.schema) }
    }
}
