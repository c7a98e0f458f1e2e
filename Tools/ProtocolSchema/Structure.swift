/// A structure or a whole message, as the emitters see it: fields in versions.
struct Structure {
    /// The name of the type.
    var name: String
    /// The message that the structure is part of, or is.
    var message: MessageSchema
    /// The fields in wire order.
    var fields: [FieldSchema]
    /// The versions in which the structure is sent.
    var versions: VersionRange
    /// What stands before a field's name where errors name it: the message's name at the top.
    var pathPrefix: String

    /// The fields that every message of their versions holds.
    var plainFields: [FieldSchema] { fields.filter { $0.tag == nil } }

    /// The fields that are sent under a number, and only if there is something to say, in the order of their tags.
    var taggedFields: [FieldSchema] {
        fields.filter { $0.tag != nil }.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
    }

    /// The name of `field` in errors, as a Swift literal.
    func path(of field: FieldSchema) -> String { "\"\(pathPrefix)\(field.name)\"" }

    /// The test whether `version` lies in `range`; `nil` if all versions of the structure do.
    func condition(_ range: VersionRange) -> String? {
        switch (range.first <= versions.first, range.last >= versions.last) {
        case (true, true): nil
        case (false, true): "version >= \(range.first)"
        case (true, false): "version <= \(range.last)"
        case (false, false):
            range.first == range.last
                ? "version == \(range.first)" : "version >= \(range.first) && version <= \(range.last)"
        }
    }

    /// The versions in the compact forms; `nil` if there are none.
    var flexibleVersions: VersionRange? {
        guard let first = message.firstFlexibleVersion, first <= versions.last else { return nil }
        return VersionRange(first: max(first, versions.first), last: versions.last)
    }

    /// The expression for whether `version` has the compact forms.
    var compact: String {
        guard let flexible = flexibleVersions else { return "false" }
        return condition(flexible) == nil ? "true" : "compact"
    }
}

extension MessageSchema {
    /// The message itself as a structure.
    var root: Structure {
        Structure(name: name, message: self, fields: fields, versions: versions, pathPrefix: name + ".")
    }

    /// The structures within the message.
    var nested: [Structure] {
        structures.map {
            Structure(
                name: $0.type.structureName ?? "", message: self, fields: $0.fields, versions: $0.versions,
                pathPrefix: "")
        }
    }
}

extension FieldSchema {
    /// The field's name in Swift source.
    var identifier: String { SwiftNaming.identifier(name) }

    /// Whether the field is null in some version.
    var isOptional: Bool { nullableVersions != nil }

    /// The Swift type, in a message of `kind`.
    func swiftType(in kind: MessageSchema.Kind) -> String { type.swiftName(in: kind) + (isOptional ? "?" : "") }

    /// The Swift expression for the default value.
    var swiftDefault: String {
        switch (type, defaultValue) {
        case (_, .null): "nil"
        case (_, .bool(let value)): "\(value)"
        case (.primitive(.int64), .integer(Int64.max)): "Int64.max"
        case (.primitive(.int32), .integer(Int64(Int32.max))): "Int32.max"
        case (.primitive(.int32), .integer(Int64(Int32.min))): "Int32.min"
        case (_, .integer(let value)): "\(value)"
        case (_, .string(let value)): "\"\(value)\""
        case (.primitive(let primitive), nil): primitive.swiftDefault(isOptional: isOptional)
        case (.structure, nil): isOptional ? "nil" : ".init()"
        case (.array, nil): "[]"
        }
    }

    /// The test whether the field holds something other than its default.
    var differsFromDefault: String {
        let isText: Bool =
            switch type {
            case .primitive(.string), .primitive(.bytes), .array: true
            default: false
            }
        let hasEmptyDefault = defaultValue == nil || defaultValue == .string("")
        return switch (isText && hasEmptyDefault && !isOptional, swiftDefault) {
        case (true, _): "!\(identifier).isEmpty"
        case (_, "true"): "!\(identifier)"
        case (_, "false"): identifier
        case (_, let value): "\(identifier) != \(value)"
        }
    }
}

extension FieldType {
    /// Whether the Swift type is one of RecordFormat's, in a message of `kind`.
    func needsRecordFormat(in kind: MessageSchema.Kind) -> Bool {
        ["ByteSlice", "TopicID"].contains(innermost.swiftName(in: kind))
    }

    private var innermost: FieldType {
        if case .array(let element) = self { element.innermost } else { self }
    }

    /// The Swift type, in a message of `kind`.
    func swiftName(in kind: MessageSchema.Kind) -> String {
        switch self {
        case .structure(let name): name
        case .array(let element): "[\(element.swiftName(in: kind))]"
        // What a broker answers may lie in a file; what it is asked to append never does.
        case .primitive(.records): kind == .response ? "Records" : "ByteSlice"
        case .primitive(let primitive): primitive.swiftName
        }
    }
}

extension FieldType.Primitive {
    /// The Swift type.
    var swiftName: String {
        switch self {
        case .bool: "Bool"
        case .int8: "Int8"
        case .int16: "Int16"
        case .int32: "Int32"
        case .int64: "Int64"
        case .uint16: "UInt16"
        case .uint32: "UInt32"
        case .float64: "Double"
        case .string: "String"
        case .bytes, .records: "ByteSlice"
        case .uuid: "TopicID"
        }
    }

    /// The Swift expression for the type's own default.
    func swiftDefault(isOptional: Bool) -> String {
        switch self {
        case .bool: "false"
        case .int8, .int16, .int32, .int64, .uint16, .uint32, .float64: "0"
        case .string: "\"\""
        case .bytes: "ByteSlice.empty"
        case .uuid: "TopicID.zero"
        case .records: isOptional ? "nil" : "ByteSlice.empty"
        }
    }

    /// The word for the type in the names of the reader's and the writer's methods.
    var methodName: String {
        switch self {
        case .float64: "Double"
        case .bytes: "Bytes"
        case .records: "Records"
        default: swiftName
        }
    }

    /// Whether the wire form depends on the version being flexible.
    var hasCompactForm: Bool { self == .string || self == .bytes || self == .records }
}
