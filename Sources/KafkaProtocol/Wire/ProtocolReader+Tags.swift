/// A tagged field whose value is being read (KIP-482).
public struct TaggedField: Sendable {
    /// The number that says which field it is.
    public let tag: UInt32
    /// The position behind the field's value.
    @usableFromInline let end: Int
    /// The reader's limit outside of the field.
    @usableFromInline let outerLimit: Int

    @inlinable init(tag: UInt32, end: Int, outerLimit: Int) {
        self.tag = tag
        self.end = end
        self.outerLimit = outerLimit
    }
}

extension ProtocolReader {
    /// Reads how many tagged fields follow.
    @inlinable public mutating func readTaggedFieldCount() throws(ProtocolError) -> Int {
        let count = Int(try readVarint("tagged fields"))
        // A tagged field takes two bytes at least, its tag and its length.
        guard count <= remaining / 2 else { throw ProtocolError.invalidCount("tagged fields", count, has: remaining) }
        return count
    }

    /// Reads a tagged field's tag and length; the value that is read next cannot go beyond them.
    @inlinable public mutating func beginTaggedField() throws(ProtocolError) -> TaggedField {
        let tag = try readVarint("tagged fields")
        let length = Int(try readVarint("tagged fields"))
        guard length <= remaining else {
            throw ProtocolError.truncated("tagged fields", needs: length, has: remaining)
        }
        let field = TaggedField(tag: tag, end: cursor + length, outerLimit: limit)
        limit = field.end
        return field
    }

    /// Goes on behind `field` without reading its value: a newer peer sends what we do not know.
    @inlinable public mutating func skip(_ field: TaggedField) { cursor = field.end }

    /// Goes on behind `field`, whose value has been read.
    ///
    /// - Throws: ``ProtocolError`` with code `.malformed` if the value is shorter than its length says.
    @inlinable public mutating func endTaggedField(_ field: TaggedField) throws(ProtocolError) {
        guard cursor == field.end else {
            throw ProtocolError.malformedTag(field.tag, unread: field.end - cursor)
        }
        limit = field.outerLimit
    }

    /// Skips all tagged fields of a structure that knows none.
    @inlinable public mutating func skipTaggedFields() throws(ProtocolError) {
        for _ in 0..<(try readTaggedFieldCount()) {
            let field = try beginTaggedField()
            skip(field)
            try endTaggedField(field)
        }
    }
}
