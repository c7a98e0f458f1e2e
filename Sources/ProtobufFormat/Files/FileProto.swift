/// A `.proto` file as a FileDescriptorProto has it, either as it is written or linked.
struct FileProto: Sendable {
    var name: String
    var package: String
    var dependencies: [String]
    var publicDependencies: Set<Int>
    var weakDependencies: Set<Int>
    var messages: [MessageProto]
    var enums: [EnumProto]
    var services: [ServiceProto]
    var extensions: [FieldProto]
    var options: WireMessage
    /// `nil` where the file does not say; it is proto2 then.
    var syntax: String?
    var locations: [SourceLocation]

    /// Reads a serialized FileDescriptorProto.
    init(_ bytes: ArraySlice<UInt8>) throws(WireReader.Failure) {
        let wire = try WireMessage(bytes)
        name = wire.string(1) ?? ""
        package = wire.string(2) ?? ""
        dependencies = wire.strings(3)
        publicDependencies = Set(try wire.integers(10))
        weakDependencies = Set(try wire.integers(11))
        messages = try read(wire, 4) { wire throws(WireReader.Failure) in try MessageProto(wire, depth: 0) }
        enums = try read(wire, 5, EnumProto.init)
        services = try read(wire, 6, ServiceProto.init)
        extensions = try read(wire, 7, FieldProto.init)
        options = try wire.message(8)
        syntax = wire.string(12)
        locations = try read(try wire.message(9), 1, SourceLocation.init)
    }

    /// Whether strings have to be UTF-8, numbers are packed, and fields may be without presence.
    var isProto3: Bool { syntax == "proto3" }
}

/// All messages of a field, each read by `element`.
private func read<Element>(
    _ wire: WireMessage, _ number: Int, _ element: (WireMessage) throws(WireReader.Failure) -> Element
) throws(WireReader.Failure) -> [Element] {
    var found: [Element] = []
    for message in try wire.messages(number) { found.append(try element(message)) }
    return found
}

/// A message type.
struct MessageProto: Sendable {
    var name: String
    var fields: [FieldProto]
    var messages: [MessageProto]
    var enums: [EnumProto]
    /// With exclusive ends.
    var extensionRanges: [RangeProto]
    var extensions: [FieldProto]
    var options: WireMessage
    var oneofs: [OneofProto]
    /// With exclusive ends.
    var reservedRanges: [RangeProto]
    var reservedNames: [String]

    init(_ wire: WireMessage, depth: Int) throws(WireReader.Failure) {
        guard depth < WireReader.depthLimit else { throw .tooDeep }
        name = wire.string(1) ?? ""
        fields = try read(wire, 2, FieldProto.init)
        messages = try read(wire, 3) { wire throws(WireReader.Failure) in try MessageProto(wire, depth: depth + 1) }
        enums = try read(wire, 4, EnumProto.init)
        extensionRanges = try read(wire, 5, RangeProto.init)
        extensions = try read(wire, 6, FieldProto.init)
        options = try wire.message(7)
        oneofs = try read(wire, 8, OneofProto.init)
        reservedRanges = try read(wire, 9, RangeProto.init)
        reservedNames = wire.strings(10)
    }

    /// Whether it is the entry of a map. One that a text spells out with an option is none until it is linked.
    var isMapEntry: Bool { options.bool(7) ?? false }
}

/// A field or an extension.
struct FieldProto: Sendable {
    /// How often a field may stand in a message.
    enum Label: Int, Sendable {
        case optional = 1
        case required = 2
        case repeated = 3
    }

    /// The number of the type that stands for groups.
    static let groupType = 10

    var name: String
    var extendee: String
    var number: Int
    var label: Label
    /// The type's number in descriptor.proto; 0 where only its name is known yet.
    var type: Int
    var typeName: String?
    var defaultValue: String?
    var options: WireMessage
    var oneof: Int?
    var jsonName: String?
    var isProto3Optional: Bool

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        extendee = wire.string(2) ?? ""
        number = wire.integer(3) ?? 0
        label = wire.integer(4).flatMap(Label.init(rawValue:)) ?? .optional
        type = wire.integer(5) ?? 0
        typeName = wire.string(6)
        defaultValue = wire.string(7)
        options = try wire.message(8)
        oneof = wire.integer(9)
        jsonName = wire.string(10)
        isProto3Optional = wire.bool(17) ?? false
    }
}

extension FieldProto {
    /// The `params` of the option `(confluent.field_meta)`, a map in field 2 of its message.
    var parameters: [String: String] {
        guard options.has(1088), let entries = try? options.message(1088).messages(2) else { return [:] }
        return Dictionary(entries.map { ($0.string(1) ?? "", $0.string(2) ?? "") }) { _, last in last }
    }
}

/// A oneof.
struct OneofProto: Sendable {
    var name: String
    var options: WireMessage

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        options = try wire.message(2)
    }
}

/// Numbers that are reserved, or left for extensions.
struct RangeProto: Sendable {
    var start: Int
    var end: Int
    var options: WireMessage

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        start = wire.integer(1) ?? 0
        end = wire.integer(2) ?? 0
        options = try wire.message(3)
    }
}

/// An enum type.
struct EnumProto: Sendable {
    var name: String
    var values: [EnumValueProto]
    var options: WireMessage
    /// With inclusive ends.
    var reservedRanges: [RangeProto]
    var reservedNames: [String]

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        values = try read(wire, 2, EnumValueProto.init)
        options = try wire.message(3)
        reservedRanges = try read(wire, 4, RangeProto.init)
        reservedNames = wire.strings(5)
    }
}

/// A value of an enum.
struct EnumValueProto: Sendable {
    var name: String
    var number: Int
    var options: WireMessage

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        number = wire.integer(2) ?? 0
        options = try wire.message(3)
    }
}

/// A service.
struct ServiceProto: Sendable {
    var name: String
    var methods: [MethodProto]
    var options: WireMessage

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        methods = try read(wire, 2, MethodProto.init)
        options = try wire.message(3)
    }
}

/// A method of a service.
struct MethodProto: Sendable {
    var name: String
    var input: String
    var output: String
    var options: WireMessage
    var isClientStreaming: Bool
    var isServerStreaming: Bool

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        name = wire.string(1) ?? ""
        input = wire.string(2) ?? ""
        output = wire.string(3) ?? ""
        options = try wire.message(4)
        isClientStreaming = wire.bool(5) ?? false
        isServerStreaming = wire.bool(6) ?? false
    }
}

/// Where a piece of a file stands in its text.
struct SourceLocation: Sendable {
    /// Field numbers and indexes that lead to the piece.
    var path: [Int]
    /// Line and column of its start and end, from 0.
    var start: SourcePosition
    var end: SourcePosition

    init(_ wire: WireMessage) throws(WireReader.Failure) {
        path = try wire.integers(1)
        let span = try wire.integers(2)
        guard span.count >= 3 else { throw .truncated }
        start = SourcePosition(line: span[0], column: span[1])
        end = SourcePosition(line: span.count > 3 ? span[2] : span[0], column: span[span.count - 1])
    }
}

/// A place in a text, from 0. A tabulator counts up to the next multiple of eight columns, as libprotobuf counts it.
struct SourcePosition: Sendable, Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
