public import JSON
public import SchemaFormat

extension ProtobufSchema {
    /// The bytes of the first message, behind the index that says so.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidValue` and the path of what does not fit.
    public func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] { try encode(value, as: nil) }

    /// The bytes of a message, behind the indexes that say which it is.
    ///
    /// - Parameter fullName: The message's full name; the first message's for `nil`.
    /// - Throws: ``SchemaError`` with code `.invalidValue` and the path of what does not fit.
    public func encode(_ value: JSONValue, as fullName: String?) throws(SchemaError) -> [UInt8] {
        let wanted = indexedMessages.first { fullName == nil || types[$0.id].fullName == fullName }
        guard let message = wanted else {
            throw SchemaError(
                .invalidValue,
                fullName.map { "the schema has no message '\($0)'" } ?? "the schema has no message to write values of")
        }
        do {
            return MessageIndexes.encode(message.indexes)
                + (try MessageEncoder(types).message(message.id, value, depth: 0))
        } catch {
            throw error.error(in: types[message.id].fullName)
        }
    }

    /// The JSON form of a message, from the indexes that say which it is and its bytes.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidBytes`, or `.limitExceeded` where default values would make many times
    ///   as many values as there are bytes.
    public func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue {
        let bytes = bytes.withUnsafeBytes { Array($0) }
        let (id, start) = try message(at: bytes)
        var decoder = MessageDecoder(types, byteCount: bytes.count)
        do {
            return try decoder.message(id, bytes, start..<bytes.count, depth: 0)
        } catch {
            throw error.error(in: types[id].fullName)
        }
    }

    /// The message that bytes are of, and where it begins in them, behind its indexes.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidBytes`.
    public func message(at bytes: [UInt8]) throws(SchemaError) -> (id: MessageID, start: Int) {
        let found: (indexes: [Int], end: Int)
        do {
            found = try MessageIndexes.decode(bytes)
        } catch {
            throw error.error(in: name ?? "the schema")
        }
        guard let message = indexedMessages.first(where: { $0.indexes == found.indexes }) else {
            throw SchemaError(.invalidBytes, "the schema has no message with the indexes \(found.indexes)")
        }
        return (message.id, found.end)
    }
}
