/// The messages that are declared in another or in a file, some of which are not printed as messages: the entries of maps, and
/// groups, whose field has them.
struct NestedMessages {
    let messages: [MessageProto]
    /// Where their list stands in the file.
    let path: [Int]
    /// The names of those that stand with a field.
    private(set) var groups: Set<String> = []

    private let places: [String: Int]

    init(_ messages: [MessageProto], at path: [Int]) {
        self.messages = messages
        self.path = path
        places = Dictionary(messages.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The key and value of the map that a field is; `nil` where it is none.
    ///
    /// - Parameter name: The name of the message around it, which complete names have before that of the entry.
    func mapEntry(of field: FieldProto, in name: String) -> (key: FieldProto, value: FieldProto)? {
        guard let type = field.typeName, let entry = message(type), entry.isMapEntry, entry.fields.count == 2,
            type == entry.name || type.hasSuffix(".\(name).\(entry.name)")
        else { return nil }
        return (entry.fields[0], entry.fields[1])
    }

    /// The message of a group with its place, once: a descriptor may have several fields say that it is theirs.
    mutating func takeGroup(of field: FieldProto) -> (message: MessageProto, path: [Int])? {
        guard field.type == FieldProto.groupType, let type = field.typeName, let message = message(type),
            groups.insert(message.name).inserted
        else { return nil }
        return (message, path + [places[message.name] ?? 0])
    }

    private func message(_ typeName: String) -> MessageProto? {
        guard let last = typeName.split(separator: ".").last, let place = places[String(last)] else { return nil }
        return messages[place]
    }
}
