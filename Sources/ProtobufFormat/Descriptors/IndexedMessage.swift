/// A message that can stand at the top of a record, with the way to it that is written before the record's bytes.
struct IndexedMessage: Sendable {
    let id: MessageID
    /// Its place at the top level, then that in each message around it.
    let indexes: [Int]

    /// The file's messages and those in them, as far as the text spells them out: the entries of `map<…>` do not count.
    static func list(_ messages: [MessageElement], of types: TypeTable, package: String) -> [IndexedMessage] {
        list(messages, of: types, scope: package.isEmpty ? "" : package + ".", path: [])
    }

    private static func list(
        _ messages: [MessageElement], of types: TypeTable, scope: String, path: [Int]
    ) -> [IndexedMessage] {
        messages.enumerated().flatMap { index, message -> [IndexedMessage] in
            let fullName = scope + message.name
            guard let id = types.message(named: fullName) else { return [] }
            let path = path + [index]
            let own = IndexedMessage(id: id, indexes: path)
            return [own] + list(message.messages, of: types, scope: fullName + ".", path: path)
        }
    }
}

extension ProtobufSchema {
    /// The messages of the file that records can be of, in the order of the file, each before those in it.
    public var messages: [MessageID] { indexedMessages.map(\.id) }

    /// The indexes that stand before a record of a message; `nil` where the file has no message of that name.
    public func messageIndexes(of fullName: String) -> [Int]? {
        indexedMessages.first { types[$0.id].fullName == fullName }?.indexes
    }

    /// The full name of the message that indexes lead to; the first message's for none.
    public func messageName(at indexes: [Int]) -> String? {
        let wanted = indexes.isEmpty ? [0] : indexes
        return indexedMessages.first { $0.indexes == wanted }.map { types[$0.id].fullName }
    }
}
