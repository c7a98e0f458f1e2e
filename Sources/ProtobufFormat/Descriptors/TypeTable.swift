/// All message and enum types of a schema and of the files that it imports.
///
/// Types refer to each other by ``MessageID`` and ``EnumID``, which are only good for the table that they come from.
/// Immutable and shared: any thread may use it.
public struct TypeTable: Sendable {
    /// The messages; what a file imports stands before it.
    public private(set) var messages: [MessageDescriptor] = []
    /// The enums.
    public private(set) var enums: [EnumDescriptor] = []

    private var messagesByName: [String: MessageID] = [:]
    private var enumsByName: [String: EnumID] = [:]

    /// A message.
    public subscript(id: MessageID) -> MessageDescriptor { messages[id.index] }

    /// An enum.
    public subscript(id: EnumID) -> EnumDescriptor { enums[id.index] }

    /// The message with a full name.
    public func message(named fullName: String) -> MessageID? { messagesByName[fullName] }

    /// The enum with a full name.
    public func enumeration(named fullName: String) -> EnumID? { enumsByName[fullName] }

    /// The key and the value of a map's entry; `nil` where the field is no map.
    public func mapEntry(of field: FieldDescriptor) -> (key: FieldDescriptor, value: FieldDescriptor)? {
        guard field.cardinality == .repeated, case .message(let id) = field.type else { return nil }
        let entry = messages[id.index]
        guard entry.isMapEntry, let key = entry.field(1), let value = entry.field(2) else { return nil }
        return (key, value)
    }

    /// Makes the table of linked files.
    init(_ files: [FileProto]) {
        for file in files {
            let scope = file.package.isEmpty ? "" : file.package + "."
            for message in file.messages { name(message, in: scope) }
            for type in file.enums { enumsByName[scope + type.name] = EnumID(index: enumsByName.count) }
        }
        for file in files {
            let scope = file.package.isEmpty ? "" : file.package + "."
            for message in file.messages { add(message, in: scope, file: file) }
            for type in file.enums { add(type, in: scope, file: file) }
        }
        // The same order in which the names were given out.
        messages.sort { $0.id.index < $1.id.index }
        enums.sort { $0.id.index < $1.id.index }
        for file in files {
            let scope = file.package.isEmpty ? "" : file.package + "."
            extend(file.extensions, in: scope, file: file)
            for message in file.messages { extendByThose(in: message, scope: scope, file: file) }
        }
        for index in messages.indices { messages[index].index() }
    }

    // MARK: Building

    private mutating func name(_ message: MessageProto, in scope: String) {
        let fullName = scope + message.name
        messagesByName[fullName] = MessageID(index: messagesByName.count)
        for nested in message.messages { name(nested, in: fullName + ".") }
        for type in message.enums { enumsByName[fullName + "." + type.name] = EnumID(index: enumsByName.count) }
    }

    private mutating func add(_ message: MessageProto, in scope: String, file: FileProto) {
        let fullName = scope + message.name
        guard let id = messagesByName[fullName] else { return }
        // The oneofs of proto3's optional fields stand behind all others.
        let synthetic = Set(message.fields.filter(\.isProto3Optional).compactMap(\.oneof))
        let oneofs = message.oneofs.indices.filter { !synthetic.contains($0) }.map { message.oneofs[$0].name }
        var descriptor = MessageDescriptor(
            id: id, name: message.name, fullName: fullName, file: file,
            fields: message.fields.compactMap { field($0, scope: fullName + ".", file: file, isExtension: false) },
            oneofs: oneofs, isMapEntry: message.isMapEntry)
        for nested in message.messages where !nested.isMapEntry {
            if let id = messagesByName[fullName + "." + nested.name] { descriptor.messages.append(id) }
        }
        for type in message.enums {
            if let id = enumsByName[fullName + "." + type.name] { descriptor.enums.append(id) }
        }
        messages.append(descriptor)
        for nested in message.messages { add(nested, in: fullName + ".", file: file) }
        for type in message.enums { add(type, in: fullName + ".", file: file) }
    }

    private mutating func add(_ type: EnumProto, in scope: String, file: FileProto) {
        guard let id = enumsByName[scope + type.name] else { return }
        let values = type.values.map {
            EnumDescriptor.Value(name: $0.name, number: Int32(truncatingIfNeeded: $0.number))
        }
        enums.append(EnumDescriptor(id: id, fullName: scope + type.name, file: file, values: values))
    }

    private mutating func extendByThose(in message: MessageProto, scope: String, file: FileProto) {
        let inner = scope + message.name + "."
        extend(message.extensions, in: inner, file: file)
        for nested in message.messages { extendByThose(in: nested, scope: inner, file: file) }
    }

    private mutating func extend(_ extensions: [FieldProto], in scope: String, file: FileProto) {
        for proto in extensions {
            guard let id = messagesByName[String(proto.extendee.drop { $0 == "." })],
                let field = self.field(proto, scope: scope, file: file, isExtension: true)
            else { continue }
            messages[id.index].fields.append(field)
        }
    }

    private func field(_ proto: FieldProto, scope: String, file: FileProto, isExtension: Bool) -> FieldDescriptor? {
        guard let type = self.type(of: proto) else { return nil }
        let oneof = proto.isProto3Optional || isExtension ? nil : proto.oneof
        let isRepeated = proto.label == .repeated
        let isSubmessage = type.message != nil
        let isImplicit = file.isProto3 && !proto.isProto3Optional && oneof == nil && !isSubmessage && !isExtension
        return FieldDescriptor(
            name: proto.name, fullName: scope + proto.name, jsonName: proto.jsonName ?? proto.name,
            number: proto.number,
            cardinality: isRepeated ? .repeated : proto.label == .required ? .required : .singular, type: type,
            hasPresence: !isRepeated && !isImplicit, oneof: oneof, isProto3Optional: proto.isProto3Optional,
            isPacked: isRepeated && type.isPackable && (proto.options.bool(2) ?? file.isProto3),
            isExtension: isExtension, defaultText: proto.defaultValue, parameters: proto.parameters)
    }

    private func type(of proto: FieldProto) -> FieldType? {
        guard let typeName = proto.typeName else { return FieldType(scalar: proto.type) }
        let name = String(typeName.drop { $0 == "." })
        if let id = messagesByName[name] { return proto.type == FieldProto.groupType ? .group(id) : .message(id) }
        return enumsByName[name].map(FieldType.enumeration)
    }
}
