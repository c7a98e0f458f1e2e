import ConnectAPI

/// Parameters and names by which Connect's schemas say what a format made of them.
enum ConnectMark {
    /// Names the enum, in all formats.
    static let enumeration = "org.apache.kafka.connect.data.Enum"
    /// Marks the structure that stands for a union, in all formats.
    static let union = "org.apache.kafka.connect.data.Union"
    /// What a union's name begins with.
    static let unionPrefix = "connect_union_"
    /// What the name of a union's field begins with.
    static let unionFieldPrefix = "connect_union_field_"
}

/// Those of Avro.
enum AvroMark {
    static let namespace = "io.confluent.connect.avro"
    static let defaultName = "ConnectDefault"
    static let mapEntry = "MapEntry"
    static let union = namespace + ".Union"
    static let enumeration = namespace + ".Enum"
    static let recordDocumentation = namespace + ".record.doc"
    static let enumerationDocumentationPrefix = namespace + ".enum.doc."
    static let fieldDocumentationPrefix = namespace + ".field.doc."
    static let fieldDefault = namespace + ".field.default"
    static let enumerationDefaultPrefix = namespace + ".enum.default."
    static let connectRecordDocumentation = "connect.record.doc"
    static let connectEnumerationDocumentation = "connect.enum.doc"
    static let fixedSize = "connect.fixed.size"
    static let precision = "connect.decimal.precision"
    /// The precision of a decimal that names none.
    static let defaultPrecision = 64
    /// What the names of properties begin with that go both ways as they are.
    static let propertyPrefix = "avro"
}

extension ConnectSchema {
    /// Whether the structure stands for a union: each field is one of its types.
    var isUnion: Bool {
        kind == .structure
            && (name == AvroMark.union || parameters[ConnectMark.union] != nil)
    }

    /// Whether the string is an enum's.
    var isEnumeration: Bool {
        kind == .string && (parameters[ConnectMark.enumeration] != nil || parameters[AvroMark.enumeration] != nil)
    }

    /// The number of bytes where they are of one length.
    var fixedSize: Int? {
        guard kind == .bytes, name != nil, let size = parameters[AvroMark.fixedSize] else { return nil }
        return Int(size)
    }

    /// The same schema with other attributes.
    func changed(isOptional: Bool? = nil, parameters: [String: String]? = nil) -> ConnectSchema {
        ConnectDraft(self, isOptional: isOptional, parameters: parameters).schema
    }

    /// The parameters in the order that Confluent's converters come to make them in. A schema keeps none, and the order
    /// of an enum's symbols is that of its parameters.
    var orderedParameters: [(key: String, value: String)] {
        var places: [String: Int] = [:]
        for (index, field) in fields.enumerated() { places[AvroMark.fieldDocumentationPrefix + field.name] = index }
        func rank(_ key: String, _ value: String) -> (Int, Int) {
            switch key {
            case "scale": (0, 0)
            case AvroMark.precision: (0, 1)
            case AvroMark.fixedSize: (0, 2)
            case AvroMark.recordDocumentation: (1, 0)
            case AvroMark.fieldDefault: (9, 0)
            case ConnectMark.enumeration, AvroMark.enumeration: (4, 0)
            default:
                if let place = places[key] {
                    (2, place)
                } else if key.hasPrefix(AvroMark.namespace + ".enum.")
                    || key == AvroMark.connectEnumerationDocumentation
                {
                    (3, 0)
                } else if key.hasPrefix(ConnectMark.enumeration + ".") {
                    (5, Int(value) ?? 0)
                } else if key.hasPrefix(AvroMark.enumeration + ".") {
                    (5, 0)
                } else {
                    (6, 0)
                }
            }
        }
        return parameters.map { (rank($0.key, $0.value), $0) }
            .sorted { ($0.0.0, $0.0.1, $0.1.key) < ($1.0.0, $1.0.1, $1.1.key) }
            .map { $0.1 }
    }
}

/// A schema that is being put together.
struct ConnectDraft {
    var kind: ConnectSchema.Kind
    var isOptional = false
    var defaultValue: ConnectValue?
    var name: String?
    var version: Int32?
    var documentation: String?
    var parameters: [String: String] = [:]
    var keySchema: ConnectSchema?
    var valueSchema: ConnectSchema?
    var fields: [ConnectField] = []

    init(_ kind: ConnectSchema.Kind) { self.kind = kind }

    /// A logical type of Connect's.
    init(_ kind: ConnectSchema.Kind, logical name: String) {
        self.kind = kind
        self.name = name
        version = 1
    }

    init(_ schema: ConnectSchema, isOptional: Bool? = nil, parameters: [String: String]? = nil) {
        kind = schema.kind
        self.isOptional = isOptional ?? schema.isOptional
        defaultValue = schema.defaultValue
        name = schema.name
        version = schema.version
        documentation = schema.documentation
        self.parameters = parameters ?? schema.parameters
        keySchema = schema.keySchema
        valueSchema = schema.valueSchema
        fields = schema.fields
    }

    /// The finished schema.
    var schema: ConnectSchema {
        switch kind {
        case .array:
            .array(
                of: valueSchema ?? .string, isOptional: isOptional, defaultValue: defaultValue, name: name,
                version: version, documentation: documentation, parameters: parameters)
        case .map:
            .map(
                from: keySchema ?? .string, to: valueSchema ?? .string, isOptional: isOptional,
                defaultValue: defaultValue, name: name, version: version, documentation: documentation,
                parameters: parameters)
        case .structure:
            .structure(
                fields, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
                documentation: documentation, parameters: parameters)
        default:
            ConnectSchema(
                kind, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
                documentation: documentation, parameters: parameters)
        }
    }
}
