import SchemaFormat

/// Makes elements of descriptors.
struct ElementReader {
    let options: OptionReader
    let statements: Statements
    private let foldsMaps: Bool
    private let isProto3: Bool

    init(_ file: FileProto, text: [UInt8]?, foldsMaps: Bool) {
        options = OptionReader(text: text, locations: file.locations)
        statements = Statements(file.locations)
        self.foldsMaps = foldsMaps
        isProto3 = file.isProto3
    }

    // MARK: Types

    func message(_ proto: MessageProto, at path: [Int]) throws(SchemaError) -> MessageElement {
        let entries = foldsMaps ? proto.messages.filter(\.isMapEntry) : []
        let groups = Set(
            (proto.fields + proto.extensions).filter { $0.type == FieldProto.groupType }.map { groupName($0) })
        var element = MessageElement(
            name: proto.name, reserved: reserved(proto.reservedRanges, proto.reservedNames, at: path, fields: (9, 10)),
            options: try options.read(proto.options, .message, at: path + [7]), fields: [], oneofs: [], groups: [],
            extensions: try extensions(proto.extensionRanges, at: path + [5]),
            extends: try extends(proto.extensions, in: proto.messages, at: path + [6]), messages: [], enums: [],
            mapEntry: nil)
        for (index, oneof) in proto.oneofs.enumerated() {
            let options = try self.options.read(oneof.options, .oneof, at: path + [8, index, 2])
            element.oneofs.append(OneofElement(name: oneof.name, options: options, fields: [], groups: []))
        }
        for (index, field) in proto.fields.enumerated() {
            try add(field, entries, proto.messages, at: path + [2, index], to: &element)
        }
        element.oneofs.removeAll { $0.fields.isEmpty && $0.groups.isEmpty }
        for (index, nested) in proto.messages.enumerated() {
            if groups.contains(nested.name) || entries.contains(where: { $0.name == nested.name }) { continue }
            element.messages.append(try message(nested, at: path + [3, index]))
        }
        for (index, type) in proto.enums.enumerated() {
            element.enums.append(try enumeration(type, at: path + [4, index]))
        }
        let isEntry = element.options.contains { $0.name == "map_entry" && $0.value == .word("true") }
        if isEntry, let key = element.fields.first(where: { $0.number == 1 }),
            let value = element.fields.first(where: { $0.number == 2 })
        {
            element.mapEntry = MapEntry(key: key.type, value: value.type)
        }
        return element
    }

    func enumeration(_ proto: EnumProto, at path: [Int]) throws(SchemaError) -> EnumElement {
        var values: [EnumValueElement] = []
        for (index, value) in proto.values.enumerated() {
            values.append(
                EnumValueElement(
                    name: value.name, number: value.number,
                    options: try options.read(value.options, .enumValue, at: path + [2, index, 3])))
        }
        // Ends are inclusive here, and exclusive in messages.
        let ranges = proto.reservedRanges.map { range in
            var range = range
            range.end += 1
            return range
        }
        return EnumElement(
            name: proto.name, reserved: reserved(ranges, proto.reservedNames, at: path, fields: (4, 5)),
            options: try options.read(proto.options, .enumeration, at: path + [3]), values: values)
    }

    func service(_ proto: ServiceProto, at path: [Int]) throws(SchemaError) -> ServiceElement {
        var methods: [MethodElement] = []
        for (index, method) in proto.methods.enumerated() {
            methods.append(
                MethodElement(
                    name: method.name, request: method.input, response: method.output,
                    isRequestStreaming: method.isClientStreaming, isResponseStreaming: method.isServerStreaming,
                    options: try options.read(method.options, .method, at: path + [2, index, 4])))
        }
        return ServiceElement(
            name: proto.name, options: try options.read(proto.options, .service, at: path + [3]), methods: methods)
    }

    // MARK: Fields

    private func add(
        _ field: FieldProto, _ entries: [MessageProto], _ messages: [MessageProto], at path: [Int],
        to element: inout MessageElement
    ) throws(SchemaError) {
        let oneof =
            field.isProto3Optional ? nil : field.oneof.flatMap { element.oneofs.indices.contains($0) ? $0 : nil }
        if let group = try self.group(field, isInOneof: oneof != nil, in: messages, at: path) {
            if let oneof { element.oneofs[oneof].groups.append(group) } else { element.groups.append(group) }
            return
        }
        var read = try self.field(field, isInOneof: oneof != nil, at: path)
        let ownName = ".\(element.name)."
        if let entry = entries.first(where: { field.typeName == $0.name || field.isOfType(ownName + $0.name) }),
            entry.fields.count == 2
        {
            read.label = nil
            read.type = "map<\(typeName(entry.fields[0])), \(typeName(entry.fields[1]))>"
        }
        if let oneof { element.oneofs[oneof].fields.append(read) } else { element.fields.append(read) }
    }

    private func field(_ proto: FieldProto, isInOneof: Bool, at path: [Int]) throws(SchemaError) -> FieldElement {
        var options = try self.options.read(proto.options, .field, at: path + [8])
        if let text = proto.defaultValue {
            options.append(OptionElement(name: "default", isParenthesized: false, value: defaultValue(text, proto)))
        }
        if let name = proto.jsonName {
            options.append(OptionElement(name: "json_name", isParenthesized: false, value: .string(name)))
        }
        return FieldElement(
            label: isInOneof ? nil : label(proto), type: typeName(proto), name: proto.name, number: proto.number,
            options: options)
    }

    private func group(
        _ proto: FieldProto, isInOneof: Bool, in messages: [MessageProto], at path: [Int]
    ) throws(SchemaError) -> GroupElement? {
        guard proto.type == FieldProto.groupType,
            let index = messages.firstIndex(where: { $0.name == groupName(proto) })
        else { return nil }
        let place = Array(path.dropLast(2)) + [3, index]
        return GroupElement(
            label: isInOneof ? nil : label(proto), number: proto.number,
            message: try message(messages[index], at: place))
    }

    /// Extensions, those of one block together; of a descriptor, those of one message.
    func extends(
        _ fields: [FieldProto], in messages: [MessageProto], at path: [Int]
    ) throws(SchemaError) -> [ExtendElement] {
        var found: [(block: Int, element: ExtendElement)] = []
        for (index, proto) in fields.enumerated() {
            let block = statements.statement(of: path + [index])
            let place: Int
            if let same = found.firstIndex(where: { $0.block == block && $0.element.name == proto.extendee }) {
                place = same
            } else {
                place = found.count
                found.append((block, ExtendElement(name: proto.extendee, fields: [], groups: [])))
            }
            if let group = try self.group(proto, isInOneof: false, in: messages, at: path + [index]) {
                found[place].element.groups.append(group)
            } else {
                found[place].element.fields.append(try field(proto, isInOneof: false, at: path + [index]))
            }
        }
        return found.map(\.element)
    }

    private func label(_ proto: FieldProto) -> String? {
        switch proto.label {
        case .repeated: "repeated"
        case .optional: proto.isProto3Optional || !isProto3 ? "optional" : nil
        case .required: isProto3 ? nil : "required"
        }
    }

    private func typeName(_ proto: FieldProto) -> String { proto.typeName ?? Self.keywords[proto.type] ?? "" }

    private func groupName(_ proto: FieldProto) -> String { lastPart(proto.typeName) }

    private func lastPart(_ name: String?) -> String { name?.split(separator: ".").last.map(String.init) ?? "" }

    private func defaultValue(_ text: String, _ proto: FieldProto) -> OptionValue {
        switch proto.type {
        case 9: .string(text)
        case 12: .escaped(text)
        case 8, 14, 0: .word(text)
        default: .number(text)
        }
    }

    /// The words for types by their numbers in descriptor.proto.
    private static let keywords: [Int: String] = [
        1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool",
        9: "string", 12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64",
    ]
}

extension FieldProto {
    /// Whether the type's complete name ends so.
    fileprivate func isOfType(_ suffix: String) -> Bool { typeName?.hasSuffix(suffix) ?? false }
}
