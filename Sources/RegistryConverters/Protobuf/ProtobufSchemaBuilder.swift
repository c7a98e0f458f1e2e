import ConnectAPI

/// Writes Connect's schemas as `.proto` files.
///
/// A structure within another becomes a message within its message.
struct ProtobufSchemaBuilder {
    /// What a message has, as text.
    private struct Message {
        let name: String
        var lines: [String] = []
        var inner: [String] = []
        var names: Set<String> = []
        var next = 1
    }

    /// How many structures a structure may be within: as many as Protobuf's readers take.
    static let depthLimit = 100

    private let settings: ProtobufSettings
    private var imports: Set<String> = []
    private var givenCount = 0
    private var depth = 0

    private init(settings: ProtobufSettings) { self.settings = settings }

    /// The file, and the full name of the message that values are.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func file(
        of schema: ConnectSchema, _ settings: ProtobufSettings
    ) throws -> (text: String, message: String) {
        var builder = ProtobufSchemaBuilder(settings: settings)
        if schema.kind != .structure { return try builder.wrapper(of: schema) }
        let parts = try builder.givenName(schema.name).split(separator: ".").map { try builder.identifier(String($0)) }
        guard let name = parts.last else { throw builder.invalid("the schema has an empty name") }
        let package = parts.dropLast().joined(separator: ".")
        let message = try builder.message(name, schema)
        var lines = ["syntax = \"proto3\";"]
        if !package.isEmpty { lines.append("package \(package);") }
        lines += builder.imports.sorted().map { "import \"\($0)\";" }
        lines.append(message)
        return (lines.joined(separator: "\n"), package.isEmpty ? name : "\(package).\(name)")
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// A single value is a message of Protobuf's own that holds one.
    private func wrapper(of schema: ConnectSchema) throws -> (text: String, message: String) {
        let type = try scalar(schema).type
        let lines = ProtobufMark.wrappers.map { "message \($0.name) { \($0.type) value = 1; }" }
        let text = ["syntax = \"proto3\";", "package google.protobuf;"] + lines
        return (text.joined(separator: "\n"), ProtobufMark.wrapper(of: type))
    }

    private mutating func givenName(_ name: String?) -> String {
        if let name, !name.isEmpty { return name }
        givenCount += 1
        return ProtobufMark.defaultName + String(givenCount)
    }

    /// The last part of a name.
    private mutating func simpleName(_ name: String?) throws -> String {
        let full = givenName(name)
        return try identifier(full.split(separator: ".").last.map(String.init) ?? full)
    }

    /// A name as the file may have it; the file is text, in which anything else would be something else.
    private func identifier(_ name: String) throws -> String {
        let name = settings.scrubbed(name)
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isWord, let first = name.first, !first.isNumber else {
            throw invalid(
                "\(name) is no name that Protobuf has; scrub.invalid.names=true replaces what names may not have")
        }
        return name
    }

    private mutating func message(_ name: String, _ schema: ConnectSchema) throws -> String {
        guard depth < Self.depthLimit else {
            throw invalid("A schema has more than \(Self.depthLimit) levels of nesting")
        }
        depth += 1
        defer { depth -= 1 }
        var message = Message(name: name)
        for field in schema.fields { try add(field, to: &message, isMember: false) }
        return (["message \(name) {"] + message.lines + message.inner + ["}"]).joined(separator: "\n")
    }

    private func tag(of schema: ConnectSchema, in message: inout Message) throws -> String {
        if let text = schema.parameters[ProtobufMark.tag] {
            guard let tag = Int32(text) else { throw invalid("\(ProtobufMark.tag) is \(text), and has to be a number") }
            return String(tag)
        }
        defer { message.next += 1 }
        return String(message.next)
    }

    private mutating func add(_ field: ConnectField, to message: inout Message, isMember: Bool) throws {
        let schema = field.schema
        let name = try identifier(field.name)
        if schema.isProtobufUnion {
            guard !isMember else { throw invalid("a oneof within a oneof, which Protobuf does not have") }
            return try addUnion(schema, to: &message)
        }
        let tag = try tag(of: schema, in: &message)
        var element = schema
        var label = ""
        switch schema.kind {
        case .array:
            guard !isMember, let items = schema.valueSchema, items.kind != .array, items.kind != .map else {
                throw invalid("Array cannot be nested, nor in a map or a union, at the field \(field.name)")
            }
            element = items
            label = "repeated "
        case .map:
            guard !isMember, let keys = schema.keySchema, let values = schema.valueSchema,
                values.kind != .array, values.kind != .map
            else { throw invalid("a map of arrays or maps is none of Protobuf's, at the field \(field.name)") }
            let key = try type(of: keys, "key", in: &message, isMember: true).name
            let value = try type(of: values, "value", in: &message, isMember: true)
            message.lines.append("map<\(key), \(value.name)> \(name) = \(tag)\(value.options);")
            return
        default: if settings.usesOptional, schema.isOptional, !isMember { label = "optional " }
        }
        let type = try type(of: element, name, in: &message, isMember: isMember || schema.kind == .array)
        message.lines.append("\(label)\(type.name) \(name) = \(tag)\(type.options);")
    }

    private mutating func addUnion(_ schema: ConnectSchema, to message: inout Message) throws {
        let name: String
        if let own = schema.parameters[ConnectMark.union] {
            name = try identifier(own)
        } else {
            name = try simpleName(schema.name.map { String($0.dropFirst(ProtobufMark.union.count + 1)) })
        }
        message.lines.append("oneof \(name) {")
        for field in schema.fields { try add(field, to: &message, isMember: true) }
        message.lines.append("}")
    }

    /// A field's type, with the options behind it; messages and enums are written into the message around it.
    private mutating func type(
        of schema: ConnectSchema, _ fieldName: String, in message: inout Message, isMember: Bool
    ) throws -> (name: String, options: String) {
        if let logical = logicalType(of: schema) { return logical }
        if schema.kind == .structure {
            var name = try simpleName(schema.name)
            if name == fieldName { name += "Message" }
            if name != message.name, message.names.insert(name).inserted {
                message.inner.append(try self.message(name, schema))
            }
            return (name, "")
        }
        if let mark = schema.enumerationMark(settings) {
            let name = try simpleName(schema.parameters[mark].flatMap { $0.isEmpty ? nil : $0 } ?? schema.name)
            if message.names.insert(name).inserted { message.inner.append(try enumeration(name, schema, mark)) }
            return (name, "")
        }
        let (type, connectType) = try scalar(schema)
        let options = connectType.map { meta(["connect.type": $0]) } ?? ""
        let isWrapper = schema.parameters[ProtobufMark.wrapper] == "true"
        guard settings.wrapsNullables, schema.isOptional, !isMember || isWrapper else { return (type, options) }
        imports.insert("google/protobuf/wrappers.proto")
        return (ProtobufMark.wrapper(of: type), options)
    }

    private mutating func logicalType(of schema: ConnectSchema) -> (name: String, options: String)? {
        switch schema.name {
        case LogicalType.decimal:
            imports.insert("confluent/type/decimal.proto")
            var parameters: [String: String] = [:]
            parameters["precision"] = schema.parameters[AvroMark.precision].flatMap { Int32($0) }.map { String($0) }
            parameters["scale"] = schema.parameters["scale"].flatMap { Int32($0) }.map { String($0) }
            return (ProtobufMark.decimal, parameters.isEmpty ? "" : meta(parameters))
        case LogicalType.date:
            imports.insert("google/type/date.proto")
            return (ProtobufMark.date, "")
        case LogicalType.time:
            imports.insert("google/type/timeofday.proto")
            return (ProtobufMark.time, "")
        case LogicalType.timestamp:
            imports.insert("google/protobuf/timestamp.proto")
            return (ProtobufMark.timestamp, "")
        default: return nil
        }
    }

    private func scalar(_ schema: ConnectSchema) throws -> (type: String, connectType: String?) {
        switch schema.kind {
        case .int8, .int16: ("int32", schema.kind.rawValue)
        case .int32: (schema.scalarType(among: ["int32", "sint32", "sfixed32"]), nil)
        case .int64:
            (
                schema.scalarType(among: [
                    "int64", "uint32", "fixed32", "uint64", "sint64", "fixed64", "sfixed64",
                ]), nil
            )
        case .float32: ("float", nil)
        case .float64: ("double", nil)
        case .boolean: ("bool", nil)
        case .string: ("string", nil)
        case .bytes: ("bytes", nil)
        case .array, .map, .structure:
            throw invalid("Unsupported root schema of type \(schema.kind.rawValue.uppercased())")
        }
    }

    /// What Connect knows of a field beyond its type.
    private mutating func meta(_ parameters: [String: String]) -> String {
        imports.insert("confluent/meta.proto")
        let entries = parameters.sorted { $0.key < $1.key }.map { "{ key: \"\($0.key)\", value: \"\($0.value)\" }" }
        return " [(confluent.field_meta) = { params: [\(entries.joined(separator: ", "))] }]"
    }

    private func enumeration(_ name: String, _ schema: ConnectSchema, _ mark: String) throws -> String {
        let values = try schema.parameters.filter { $0.key.hasPrefix(mark + ".") }
            .map { (name: try identifier(String($0.key.dropFirst(mark.count + 1))), number: Int($0.value) ?? 0) }
            .sorted { ($0.number, $0.name) < ($1.number, $1.name) }
        return "enum \(name) { " + values.map { "\($0.name) = \($0.number);" }.joined(separator: " ") + " }"
    }
}

extension ConnectSchema {
    /// The type that the schema came from, or the first.
    fileprivate func scalarType(among types: [String]) -> String {
        parameters[ProtobufMark.type].flatMap { types.contains($0) ? $0 : nil } ?? types[0]
    }
}
