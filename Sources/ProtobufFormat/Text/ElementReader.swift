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
        var nested = NestedMessages(proto.messages, at: path + [3])
        var element = MessageElement(
            name: proto.name, reserved: reserved(proto.reservedRanges, proto.reservedNames, at: path, fields: (9, 10)),
            options: try options.read(proto.options, .message, at: path + [7]), fields: [], oneofs: [], groups: [],
            extensions: try extensions(proto.extensionRanges, at: path + [5]), extends: [], messages: [], enums: [],
            mapEntry: nil)
        for (index, oneof) in proto.oneofs.enumerated() {
            let options = try self.options.read(oneof.options, .oneof, at: path + [8, index, 2])
            element.oneofs.append(OneofElement(name: oneof.name, options: options, fields: [], groups: []))
        }
        for (index, field) in proto.fields.enumerated() {
            try add(field, &nested, at: path + [2, index], to: &element)
        }
        element.oneofs.removeAll { $0.fields.isEmpty && $0.groups.isEmpty }
        element.extends = try extends(proto.extensions, &nested, at: path + [6])
        element.messages = try messages(nested)
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

    /// Those that stand by themselves: no groups, and no entries of maps.
    func messages(_ nested: NestedMessages) throws(SchemaError) -> [MessageElement] {
        var elements: [MessageElement] = []
        for (index, message) in nested.messages.enumerated() {
            if nested.groups.contains(message.name) || foldsMaps && message.isMapEntry { continue }
            elements.append(try self.message(message, at: nested.path + [index]))
        }
        return elements
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
        _ field: FieldProto, _ nested: inout NestedMessages, at path: [Int], to element: inout MessageElement
    ) throws(SchemaError) {
        let oneof =
            field.isProto3Optional ? nil : field.oneof.flatMap { element.oneofs.indices.contains($0) ? $0 : nil }
        if let group = try self.group(field, isInOneof: oneof != nil, &nested) {
            if let oneof { element.oneofs[oneof].groups.append(group) } else { element.groups.append(group) }
            return
        }
        var read = try self.field(field, isInOneof: oneof != nil, at: path)
        if foldsMaps, let entry = nested.mapEntry(of: field, in: element.name) {
            read.label = nil
            read.type = "map<\(typeName(entry.key)), \(typeName(entry.value))>"
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
        _ proto: FieldProto, isInOneof: Bool, _ nested: inout NestedMessages
    ) throws(SchemaError) -> GroupElement? {
        guard let (message, path) = nested.takeGroup(of: proto) else { return nil }
        return GroupElement(
            label: isInOneof ? nil : label(proto), number: proto.number, message: try self.message(message, at: path))
    }

    /// Extensions, those of one block together; of a descriptor, those of one message.
    func extends(
        _ fields: [FieldProto], _ nested: inout NestedMessages, at path: [Int]
    ) throws(SchemaError) -> [ExtendElement] {
        var found: [ExtendElement] = []
        var places: [String: Int] = [:]
        for (index, proto) in fields.enumerated() {
            let block = "\(statements.statement(of: path + [index])) \(proto.extendee)"
            let place = places[block] ?? found.count
            if place == found.count {
                places[block] = place
                found.append(ExtendElement(name: proto.extendee, fields: [], groups: []))
            }
            if let group = try self.group(proto, isInOneof: false, &nested) {
                found[place].groups.append(group)
            } else {
                found[place].fields.append(try field(proto, isInOneof: false, at: path + [index]))
            }
        }
        return found
    }

    private func label(_ proto: FieldProto) -> String? {
        switch proto.label {
        case .repeated: "repeated"
        case .optional: proto.isProto3Optional || !isProto3 ? "optional" : nil
        case .required: isProto3 ? nil : "required"
        }
    }

    private func typeName(_ proto: FieldProto) -> String { proto.typeName ?? Self.keywords[proto.type] ?? "" }

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
