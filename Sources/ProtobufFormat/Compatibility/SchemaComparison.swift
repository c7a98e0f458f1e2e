/// Compares two schemas as Schema Registry does: message by message with the same name, field by field with the same number.
struct SchemaComparison {
    /// The differences: of the package, then of the messages in the earlier schema's order. Those of an imported message
    /// stand before the first field of its type, and once, though any number of fields may lead to it.
    private(set) var differences: [SchemaDifference] = []

    /// What is found at one place.
    private enum Finding {
        case difference(SchemaDifference)
        /// A field whose type is declared in an import, and different if that is.
        case imported(Pair, path: [String])
    }

    /// An imported message and what has become of it.
    private struct Pair: Hashable {
        var earlier: MessageID
        var later: MessageID
    }

    private let earlier: TypeTable
    private let later: TypeTable
    /// What has been found in the message that is being compared.
    private var findings: [Finding] = []
    /// The imported messages that fields lead to. They are compared one after the other, since the way from one to the next
    /// can be as long as a hostile schema makes it.
    private var imported: [Pair] = []
    private var seen: Set<Pair> = []

    /// Compares all messages of two schemas' own files, and the imported ones that their fields lead to.
    init(from earlier: ProtobufSchema, to later: ProtobufSchema) {
        self.earlier = earlier.types
        self.later = later.types
        if earlier.package != later.package { add(.packageChanged, at: []) }
        compare(earlier.topLevelMessages, later.topLevelMessages, at: [])
        let own = findings
        var found: [Pair: [Finding]] = [:]
        var next = 0
        while next < imported.count {
            let pair = imported[next]
            next += 1
            findings = []
            let old = self.earlier[pair.earlier]
            compare(old, self.later[pair.later], at: old.localName.split(separator: ".").map(String.init))
            found[pair] = findings
        }
        differences = Self.inOrder(own, found, different: Self.different(found))
    }

    /// The imported messages that differ, by themselves or through others.
    private static func different(_ found: [Pair: [Finding]]) -> Set<Pair> {
        var users: [Pair: [Pair]] = [:]
        var different: Set<Pair> = []
        for (pair, findings) in found {
            for finding in findings {
                switch finding {
                case .difference: different.insert(pair)
                case .imported(let other, _): users[other, default: []].append(pair)
                }
            }
        }
        var waiting = Array(different)
        while let pair = waiting.popLast() {
            for user in users[pair] ?? [] where different.insert(user).inserted { waiting.append(user) }
        }
        return different
    }

    private static func inOrder(
        _ own: [Finding], _ found: [Pair: [Finding]], different: Set<Pair>
    ) -> [SchemaDifference] {
        var differences: [SchemaDifference] = []
        var told: Set<Pair> = []
        // What is still to be told, the next at the end.
        var waiting = Array(own.reversed())
        while let finding = waiting.popLast() {
            switch finding {
            case .difference(let difference): differences.append(difference)
            case .imported(let pair, let path):
                guard different.contains(pair) else { continue }
                waiting.append(.difference(SchemaDifference(kind: .fieldNamedTypeChanged, path: path)))
                if told.insert(pair).inserted { waiting += (found[pair] ?? []).reversed() }
            }
        }
        return differences
    }

    // MARK: Messages

    private mutating func compare(_ earlierIDs: [MessageID], _ laterIDs: [MessageID], at path: [String]) {
        let laterByName = Dictionary(laterIDs.map { (later[$0].name, $0) }) { first, _ in first }
        for id in earlierIDs {
            let path = path + [earlier[id].name]
            if let other = laterByName[earlier[id].name] {
                compare(earlier[id], later[other], at: path)
            } else {
                add(.messageRemoved, at: path)
            }
        }
    }

    private mutating func compare(_ old: MessageDescriptor, _ new: MessageDescriptor, at path: [String]) {
        let oldFields = old.comparedFields
        let newFields = new.comparedFields
        compareOneofs(oldFields, new, newFields, at: path)

        // A oneof that is gone with all its fields may go; one that is left without some of them may not.
        let survivors = oldFields.values.filter { newFields[$0.number] != nil }.compactMap(\.oneof)
        let removable = Set(old.oneofs.indices.filter { !new.oneofs.contains(old.oneofs[$0]) }).subtracting(survivors)
        for number in Set(oldFields.keys).union(newFields.keys).sorted() {
            switch (oldFields[number], newFields[number]) {
            case (let field?, nil):
                if let oneof = field.oneof {
                    guard !removable.contains(oneof) else { continue }
                    add(.oneofFieldRemoved, at: path + [old.oneofs[oneof], String(number)])
                } else if field.cardinality == .required {
                    add(.requiredFieldRemoved, at: path + [String(number)])
                }
            case (nil, let field?):
                if field.cardinality == .required { add(.requiredFieldAdded, at: path + [String(number)]) }
            case (let oldField?, let newField?):
                let oneof = newField.oneof.map { [new.oneofs[$0]] } ?? []
                let label = (oldField.label(in: old), newField.label(in: new))
                compare(oldField, newField, labels: label, at: path + oneof + [String(number)])
            case (nil, nil): break
            }
        }
        compare(earlier.declared(in: old), later.declared(in: new), at: path)
    }

    /// Fields of different origin that a oneof now keeps from standing side by side.
    private mutating func compareOneofs(
        _ oldFields: [Int: FieldDescriptor], _ new: MessageDescriptor, _ newFields: [Int: FieldDescriptor],
        at path: [String]
    ) {
        for (index, oneof) in new.oneofs.enumerated() {
            let former = newFields.values.filter { $0.oneof == index }.compactMap { oldFields[$0.number] }
            let groups = Set(former.compactMap(\.oneof)).count
            let free = former.count { $0.oneof == nil }
            guard groups + free > 1 else { continue }
            add(free > 1 ? .multipleFieldsMovedToOneof : .fieldMovedToExistingOneof, at: path + [oneof])
        }
    }

    private mutating func add(_ kind: SchemaDifference.Kind, at path: [String]) {
        findings.append(.difference(SchemaDifference(kind: kind, path: path)))
    }

    // MARK: Fields

    private mutating func compare(
        _ old: FieldDescriptor, _ new: FieldDescriptor, labels: (old: FieldLabel?, new: FieldLabel?), at path: [String]
    ) {
        switch (earlier.mapEntry(of: old), later.mapEntry(of: new)) {
        case (let oldEntry?, let newEntry?):
            compare(oldEntry.key, newEntry.key, labels: (nil, nil), at: path)
            compare(oldEntry.value, newEntry.value, labels: (nil, nil), at: path)
        case (nil, nil):
            switch (old.type.message, new.type.message) {
            case (let oldID?, let newID?): compareNamed(oldID, newID, at: path)
            case (nil, nil): compareScalars(old.type, new.type, labels: labels, at: path)
            default: add(.fieldKindChanged, at: path)
            }
        default: add(.fieldKindChanged, at: path)
        }
    }

    private mutating func compareScalars(
        _ old: FieldType, _ new: FieldType, labels: (old: FieldLabel?, new: FieldLabel?), at path: [String]
    ) {
        guard old.scalarKind == new.scalarKind else { return add(.fieldScalarKindChanged, at: path) }
        // What is said with no label is compared with no other. A text may become many: readers take the last.
        guard let oldLabel = labels.old, let newLabel = labels.new, oldLabel != newLabel else { return }
        if old.scalarKind != .stringOrBytes { add(.fieldNumericLabelChanged, at: path) }
    }

    private mutating func compareNamed(_ oldID: MessageID, _ newID: MessageID, at path: [String]) {
        let old = earlier[oldID]
        let new = later[newID]
        guard old.localName == new.localName else { return add(.fieldNamedTypeChanged, at: path) }
        // Those of the schemas' own files are compared where they are declared.
        if old.file == ProtobufLanguage.fileName, new.file == ProtobufLanguage.fileName { return }
        let pair = Pair(earlier: oldID, later: newID)
        findings.append(.imported(pair, path: path))
        if seen.insert(pair).inserted { imported.append(pair) }
    }
}

/// What stands before a field's type.
enum FieldLabel {
    case optional
    case required
    case repeated
}

/// Which scalars can be read as which: those that are written alike.
enum ScalarKind {
    case generalNumber
    case signedNumber
    case stringOrBytes
    case fixed32
    case fixed64
    case float
    case double
    case message
}

extension FieldType {
    /// The scalars that this one can be read as. Enums are numbers.
    var scalarKind: ScalarKind {
        switch self {
        case .int32, .int64, .uint32, .uint64, .bool, .enumeration: .generalNumber
        case .sint32, .sint64: .signedNumber
        case .string, .bytes: .stringOrBytes
        case .fixed32, .sfixed32: .fixed32
        case .fixed64, .sfixed64: .fixed64
        case .float: .float
        case .double: .double
        case .message, .group: .message
        }
    }

    /// Whether it is a message between two tags.
    var isGroup: Bool {
        if case .group = self { true } else { false }
    }
}

extension FieldDescriptor {
    /// What stands before the type in the message's file; nothing in a oneof, and for most fields of proto3.
    func label(in message: MessageDescriptor) -> FieldLabel? {
        switch cardinality {
        case .repeated: .repeated
        case .required: .required
        case .singular: oneof != nil || message.isProto3 && !isProto3Optional ? nil : .optional
        }
    }
}

extension MessageDescriptor {
    /// The fields that are compared, by number. Schema Registry leaves out groups and extensions.
    var comparedFields: [Int: FieldDescriptor] {
        let compared = fields.filter { !$0.isExtension && !$0.type.isGroup }
        return Dictionary(compared.map { ($0.number, $0) }) { first, _ in first }
    }

    /// The full name without the package of its file.
    var localName: String {
        package.isEmpty ? fullName : String(fullName.dropFirst(package.count + 1))
    }
}

extension TypeTable {
    /// The messages that are declared in one, without those of its groups.
    func declared(in message: MessageDescriptor) -> [MessageID] {
        let groups = Set(message.fields.filter(\.type.isGroup).compactMap(\.type.message))
        return message.messages.filter { !groups.contains($0) }
    }
}
