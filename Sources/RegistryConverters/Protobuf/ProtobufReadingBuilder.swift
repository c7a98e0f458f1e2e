import ConnectAPI
import ProtobufFormat

/// Makes Connect's schema of a message, and how its bytes are read.
struct ProtobufReadingBuilder {
    typealias Result = (schema: ConnectSchema, form: ProtobufForm)

    /// How many messages a message may come to.
    private static let messageLimit = 100_000

    private let types: TypeTable
    private let settings: ProtobufSettings
    /// The messages that are being made: one that holds itself would never end.
    private var open: Set<MessageID> = []
    private var made: [MessageID: Result] = [:]

    private init(types: TypeTable, settings: ProtobufSettings) {
        self.types = types
        self.settings = settings
    }

    /// The schema of a record, and how it is read.
    ///
    /// - Parameter version: The version that the schema has.
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func result(
        of id: MessageID, in types: TypeTable, version: Int32?, _ settings: ProtobufSettings
    ) throws -> Result {
        var builder = ProtobufReadingBuilder(types: types, settings: settings)
        if settings.unwrapsRecords, let (draft, type) = builder.wrapped(types[id]) {
            var draft = draft
            draft.version = version
            return (draft.schema, .wrapper(type))
        }
        return try builder.message(id, version: version)
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// The value that a message like `StringValue` holds.
    private func wrapped(_ message: MessageDescriptor) -> (ConnectDraft, FieldType)? {
        guard message.package == "google.protobuf", let field = message.field(1),
            let wrapper = ProtobufMark.wrappers.first(where: { $0.name == message.name })
        else { return nil }
        return (ConnectDraft(wrapper.kind), field.type)
    }

    private mutating func message(_ id: MessageID, version: Int32? = nil) throws -> Result {
        if let known = made[id] { return known }
        let descriptor = types[id]
        guard open.insert(id).inserted else {
            throw invalid("\(descriptor.fullName) holds itself, which a schema of Connect's cannot")
        }
        defer { open.remove(id) }
        guard open.count <= ProtobufSchemaBuilder.depthLimit else {
            throw invalid("A schema has more than \(ProtobufSchemaBuilder.depthLimit) levels of nesting")
        }
        guard made.count < Self.messageLimit else { throw invalid("the schema has too many messages") }
        var draft = ConnectDraft(.structure)
        draft.name = settings.isEnhanced ? descriptor.fullName : descriptor.name
        draft.version = version
        var fields: [ProtobufMessage.Field] = []
        for (index, name) in descriptor.oneofs.enumerated() {
            try addOneof(index, name, of: descriptor, to: &draft, &fields)
        }
        for field in descriptor.fields where field.oneof == nil && !field.isExtension {
            let place = ProtobufMessage.Place(field: draft.fields.count)
            fields.append(try add(field, place, isMember: false, to: &draft.fields))
        }
        let schema = draft.schema
        let result: Result = (schema, .message(ProtobufMessage(schema: schema, fields: fields)))
        made[id] = result
        return result
    }

    private mutating func addOneof(
        _ index: Int, _ name: String, of descriptor: MessageDescriptor, to draft: inout ConnectDraft,
        _ fields: inout [ProtobufMessage.Field]
    ) throws {
        let members = descriptor.fields.filter { $0.oneof == index }
        if settings.flattensUnions {
            for member in members {
                let place = ProtobufMessage.Place(field: draft.fields.count)
                fields.append(try add(member, place, isMember: true, to: &draft.fields))
            }
            return
        }
        var union = ConnectDraft(.structure)
        union.isOptional = true
        if settings.common.marksGenerally {
            union.name = name
            union.parameters[ConnectMark.union] = name
        } else {
            union.name = ProtobufMark.union + "." + (settings.isEnhanced ? "\(descriptor.fullName).\(name)" : name)
        }
        for member in members {
            let place = ProtobufMessage.Place(field: draft.fields.count, member: union.fields.count)
            fields.append(try add(member, place, isMember: true, to: &union.fields))
        }
        draft.fields.append(ConnectField(settings.numbersUnions ? "\(name)_\(index)" : name, union.schema))
    }

    private mutating func add(
        _ field: FieldDescriptor, _ place: ProtobufMessage.Place, isMember: Bool, to fields: inout [ConnectField]
    ) throws -> ProtobufMessage.Field {
        let (schema, shape) = try self.schema(of: field, isMember: isMember, parameters: field.parameters)
        fields.append(ConnectField(field.name, schema))
        // What has no presence is read as its type's default.
        let isScalar: Bool
        switch shape {
        case .single(.scalar), .single(.enumeration): isScalar = true
        default: isScalar = false
        }
        let isKnownOptional =
            field.isProto3Optional
            || (settings.knowsOptionalOfProto2 && field.hasPresence && field.cardinality == .singular)
        return ProtobufMessage.Field(
            number: field.number, place: place, schema: schema, shape: shape,
            hasPresence: isMember || !isScalar || isKnownOptional, substitute: nil)
    }

    // MARK: Fields

    /// - Parameter parameters: What options say of the field; those of a map are said of its values.
    private mutating func schema(
        of field: FieldDescriptor, isMember: Bool, parameters: [String: String]
    ) throws -> (ConnectSchema, ProtobufMessage.Shape) {
        var (draft, form, isNullable) = try self.draft(of: field, parameters)
        var shape: ProtobufMessage.Shape = .single(form)
        if let entry = types.mapEntry(of: field), case .message(let id) = field.type {
            let (keys, keyShape) = try schema(of: entry.key, isMember: false, parameters: [:])
            let (values, valueShape) = try schema(of: entry.value, isMember: false, parameters: parameters)
            guard case .single(let keyForm) = keyShape, case .single(let valueForm) = valueShape else {
                throw invalid("a map of lists")
            }
            draft = ConnectDraft(.map)
            draft.name = Self.mapName(settings.isEnhanced ? types[id].fullName : types[id].name)
            draft.keySchema = keys
            draft.valueSchema = values
            isNullable = true
            shape = .map(key: keyForm, value: valueForm)
        } else if field.cardinality == .repeated {
            draft.isOptional = true
            var list = ConnectDraft(.array)
            list.valueSchema = draft.schema
            draft = list
            isNullable = true
            shape = .repeated(form, isPacked: field.isPacked)
        }
        let isOptionalByWord =
            field.isProto3Optional
            || (field.hasPresence && field.cardinality == .singular
                && field.oneof == nil && field.type.message == nil)
        let followsSettings = settings.usesOptional ? isOptionalByWord : !settings.wrapsNullables
        draft.isOptional = isNullable || isMember || followsSettings
        if isMember, case .wrapper = form { draft.parameters[ProtobufMark.wrapper] = "true" }
        draft.parameters[ProtobufMark.tag] = String(field.number)
        return (draft.schema, shape)
    }

    private mutating func draft(
        of field: FieldDescriptor, _ parameters: [String: String]
    ) throws -> (draft: ConnectDraft, form: ProtobufForm, isNullable: Bool) {
        switch field.type {
        case .int32, .sint32, .sfixed32:
            let kinds: [String: ConnectSchema.Kind] = ["int8": .int8, "int16": .int16]
            if let kind = parameters["connect.type"].flatMap({ kinds[$0] }) {
                return (ConnectDraft(kind), .scalar(field.type), false)
            }
            return (number(.int32, field.type, besides: "int32"), .scalar(field.type), false)
        case .uint32, .fixed32, .int64, .uint64, .sint64, .fixed64, .sfixed64:
            return (number(.int64, field.type, besides: "int64"), .scalar(field.type), false)
        case .float: return (ConnectDraft(.float32), .scalar(field.type), false)
        case .double: return (ConnectDraft(.float64), .scalar(field.type), false)
        case .bool: return (ConnectDraft(.boolean), .scalar(field.type), false)
        case .string: return (ConnectDraft(.string), .scalar(field.type), false)
        case .bytes: return (ConnectDraft(.bytes), .scalar(field.type), false)
        case .enumeration(let id): return (enumeration(types[id]), .enumeration(types[id]), true)
        case .message(let id):
            let (draft, form) = try message(of: field, id, parameters)
            return (draft, form, true)
        case .group: throw invalid("the field \(field.fullName) is a group, which is not supported by this converter")
        }
    }

    private func number(_ kind: ConnectSchema.Kind, _ type: FieldType, besides name: String) -> ConnectDraft {
        var draft = ConnectDraft(kind)
        if type.scalarName != name { draft.parameters[ProtobufMark.type] = type.scalarName }
        return draft
    }

    private func enumeration(_ type: EnumDescriptor) -> ConnectDraft {
        var draft = ConnectDraft(settings.makesEnumsNumbers ? .int32 : .string)
        draft.name = settings.isEnhanced ? type.fullName : type.simpleName
        let mark = settings.enumerationParameter
        draft.parameters[mark] = type.simpleName
        for value in type.values { draft.parameters["\(mark).\(value.name)"] = String(value.number) }
        return draft
    }

    private mutating func message(
        of field: FieldDescriptor, _ id: MessageID, _ parameters: [String: String]
    ) throws -> (ConnectDraft, ProtobufForm) {
        switch types[id].fullName {
        case ProtobufMark.decimal:
            var draft = ConnectDraft(.bytes, logical: LogicalType.decimal)
            let scale = parameters["scale"].flatMap { Int($0) } ?? 0
            draft.parameters["scale"] = String(scale)
            draft.parameters[AvroMark.precision] = parameters["precision"].flatMap { Int($0) }.map { String($0) }
            return (draft, .decimal(scale: scale))
        case ProtobufMark.date: return (ConnectDraft(.int32, logical: LogicalType.date), .date)
        case ProtobufMark.time: return (ConnectDraft(.int32, logical: LogicalType.time), .time)
        case ProtobufMark.timestamp: return (ConnectDraft(.int64, logical: LogicalType.timestamp), .timestamp)
        default:
            if types[id].isMapEntry { return (ConnectDraft(.map), .scalar(.bool)) }
            if settings.wrapsNullables, let (draft, type) = wrapped(types[id]) { return (draft, .wrapper(type)) }
            let (schema, form) = try message(id)
            var draft = ConnectDraft(schema)
            draft.isOptional = true
            return (draft, form)
        }
    }

    /// The name of a map, from that of its entry: `PriceListEntry` is `price_list`.
    private static func mapName(_ entry: String) -> String {
        guard entry.hasSuffix("Entry") else { return entry }
        var name = ""
        for character in entry.dropLast("Entry".count) {
            if character.isUppercase, !name.isEmpty, name.last != "." { name += "_" }
            name += character.lowercased()
        }
        return name
    }
}

extension FieldType {
    /// The name of a scalar type in `.proto` files.
    var scalarName: String {
        switch self {
        case .double: "double"
        case .float: "float"
        case .int64: "int64"
        case .uint64: "uint64"
        case .int32: "int32"
        case .fixed64: "fixed64"
        case .fixed32: "fixed32"
        case .bool: "bool"
        case .string: "string"
        case .bytes: "bytes"
        case .uint32: "uint32"
        case .sfixed32: "sfixed32"
        case .sfixed64: "sfixed64"
        case .sint32: "sint32"
        case .sint64: "sint64"
        case .message, .group, .enumeration: "message"
        }
    }
}
