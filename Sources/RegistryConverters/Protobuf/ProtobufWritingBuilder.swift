import ConnectAPI
import ProtobufFormat

/// Finds how values of a Connect schema are written as a message, which is its own or another version's.
struct ProtobufWritingBuilder {
    let types: TypeTable
    let settings: ProtobufSettings

    /// How values are written.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where values of the one are none of the other.
    static func form(
        of schema: ConnectSchema, as id: MessageID, in types: TypeTable, _ settings: ProtobufSettings
    ) throws -> ProtobufForm {
        do throws(Misfit) {
            return try ProtobufWritingBuilder(types: types, settings: settings).form(of: schema, as: .message(id))
        } catch {
            throw error.connectError
        }
    }

    private func form(of schema: ConnectSchema, as type: FieldType) throws(Misfit) -> ProtobufForm {
        switch type {
        case .message(let id):
            let descriptor = types[id]
            switch (descriptor.fullName, schema.name) {
            case (ProtobufMark.decimal, LogicalType.decimal): return .decimal(scale: schema.decimalScale ?? 0)
            case (ProtobufMark.date, LogicalType.date): return .date
            case (ProtobufMark.time, LogicalType.time): return .time
            case (ProtobufMark.timestamp, LogicalType.timestamp): return .timestamp
            default: break
            }
            if schema.kind == .structure { return .message(try message(schema, as: descriptor)) }
            guard descriptor.package == "google.protobuf", let field = descriptor.field(1),
                ProtobufMark.wrappers.contains(where: { $0.name == descriptor.name && Self.fits(schema, field.type) })
            else { throw Misfit("a \(schema.kind.rawValue) cannot be written as \(descriptor.fullName)") }
            return .wrapper(field.type)
        case .enumeration(let id):
            guard schema.kind == .string || schema.kind == .int32 else {
                throw Misfit("a \(schema.kind.rawValue) cannot be written as \(types[id].fullName)")
            }
            return .enumeration(types[id])
        default:
            guard Self.fits(schema, type) else {
                throw Misfit("a \(schema.kind.rawValue) cannot be written as \(type.scalarName)")
            }
            return .scalar(type)
        }
    }

    private static func fits(_ schema: ConnectSchema, _ type: FieldType) -> Bool {
        switch (schema.kind, type) {
        case (.boolean, .bool), (.string, .string), (.bytes, .bytes), (.float32, .float), (.float32, .double),
            (.float64, .double):
            true
        case (.int8, _), (.int16, _), (.int32, _):
            [.int32, .sint32, .sfixed32, .int64, .sint64, .sfixed64].contains(type)
        case (.int64, _):
            [.int64, .uint64, .sint64, .fixed64, .sfixed64, .uint32, .fixed32].contains(type)
        default: false
        }
    }

    private func message(
        _ schema: ConnectSchema, as descriptor: MessageDescriptor
    ) throws(Misfit) -> ProtobufMessage {
        var fields: [ProtobufMessage.Field] = []
        for (index, field) in schema.fields.enumerated() {
            do throws(Misfit) {
                guard field.schema.isProtobufUnion else {
                    fields.append(try self.field(field, ProtobufMessage.Place(field: index), in: descriptor))
                    continue
                }
                for (member, part) in field.schema.fields.enumerated() {
                    let place = ProtobufMessage.Place(field: index, member: member)
                    fields.append(try self.field(part, place, in: descriptor))
                }
            } catch {
                throw error.inside(field.name)
            }
        }
        return ProtobufMessage(schema: schema, fields: fields)
    }

    private func field(
        _ field: ConnectField, _ place: ProtobufMessage.Place, in descriptor: MessageDescriptor
    ) throws(Misfit) -> ProtobufMessage.Field {
        guard let own = descriptor.field(named: settings.scrubbed(field.name)) else {
            throw Misfit("Cannot find field with name \(field.name)")
        }
        let schema = field.schema
        let shape: ProtobufMessage.Shape
        if let entry = types.mapEntry(of: own), let keys = schema.keySchema, let values = schema.valueSchema {
            shape = .map(key: try form(of: keys, as: entry.key.type), value: try form(of: values, as: entry.value.type))
        } else if own.cardinality == .repeated {
            guard schema.kind == .array, let items = schema.valueSchema else {
                throw Misfit("a \(schema.kind.rawValue) where the message has a repeated field")
            }
            shape = .repeated(try form(of: items, as: own.type), isPacked: own.isPacked)
        } else {
            shape = .single(try form(of: schema, as: own.type))
        }
        return ProtobufMessage.Field(
            number: own.number, place: place, schema: schema, shape: shape, hasPresence: own.hasPresence,
            substitute: settings.common.ignoresDefaults ? nil : schema.defaultValue)
    }
}
