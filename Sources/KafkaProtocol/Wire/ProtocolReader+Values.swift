public import RecordFormat

// MARK: - Strings

extension ProtocolReader {
    /// Reads a string that may be null where `allowNull` says so.
    @inlinable public mutating func readNullableString(
        _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) -> String? {
        guard let length = try readStringLength(field, compact: compact) else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return nil
        }
        return try readText(field, length: length)
    }

    /// Reads a string.
    @inlinable public mutating func readString(_ field: StaticString, compact: Bool) throws(ProtocolError) -> String {
        guard let length = try readStringLength(field, compact: compact) else {
            throw ProtocolError.unexpectedNull(field)
        }
        return try readText(field, length: length)
    }

    /// Copies the next `length` bytes into a string; what is not UTF-8 becomes U+FFFD, as in Kafka.
    @usableFromInline
    mutating func readText(_ field: StaticString, length: Int) throws(ProtocolError) -> String {
        guard remaining >= length else { throw ProtocolError.truncated(field, needs: length, has: remaining) }
        let start = cursor
        cursor += length
        return unsafe source.withUnsafeBytes {
            unsafe String(decoding: UnsafeRawBufferPointer(rebasing: $0[start..<start + length]), as: UTF8.self)
        }
    }
}

// MARK: - Bytes and records

extension ProtocolReader {
    /// Reads bytes that may be null where `allowNull` says so.
    @inlinable public mutating func readNullableBytes(
        _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) -> ByteSlice? {
        guard let length = try readLength(field, compact: compact) else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return nil
        }
        return try readSlice(field, length: length)
    }

    /// Reads bytes.
    @inlinable public mutating func readBytes(_ field: StaticString, compact: Bool) throws(ProtocolError) -> ByteSlice {
        guard let length = try readLength(field, compact: compact) else { throw ProtocolError.unexpectedNull(field) }
        return try readSlice(field, length: length)
    }

    /// Reads the records of a response, which may be null where `allowNull` says so.
    @inlinable public mutating func readNullableRecords(
        _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) -> Records? {
        try readNullableBytes(field, compact: compact, allowNull: allowNull).map(Records.bytes)
    }

    /// Reads the records of a response.
    @inlinable public mutating func readRecords(_ field: StaticString, compact: Bool) throws(ProtocolError) -> Records {
        .bytes(try readBytes(field, compact: compact))
    }
}

// MARK: - Structures and arrays

extension ProtocolReader {
    /// How many elements an array makes room for before the first is read.
    ///
    /// An element in memory is many times larger than the byte that it takes at least, so that room for a count that
    /// is a lie could be gigabytes. Beyond this, room grows with the elements that have been there.
    @usableFromInline static var firstRoom: Int { 256 }

    /// Reads a structure.
    @inlinable public mutating func readStructure<Value: ProtocolStructure>(
        _ field: StaticString, version: Int16
    ) throws(ProtocolError) -> Value {
        do { return try Value(from: &self, version: version) } catch { throw error.nested(in: field) }
    }

    /// Reads a structure that may be null where `allowNull` says so: a byte of 1 or -1 stands before it.
    @inlinable public mutating func readNullableStructure<Value: ProtocolStructure>(
        _ field: StaticString, version: Int16, allowNull: Bool = true
    ) throws(ProtocolError) -> Value? {
        guard try readInt8(field) >= 0 else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return nil
        }
        return try readStructure(field, version: version)
    }

    /// Reads an array of structures that may be null where `allowNull` says so.
    @inlinable public mutating func readNullableArray<Element: ProtocolStructure>(
        _ field: StaticString, version: Int16, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) -> [Element]? {
        guard let count = try readCount(field, compact: compact) else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return nil
        }
        var elements: [Element] = []
        elements.reserveCapacity(min(count, Self.firstRoom))
        for index in 0..<count {
            do {
                elements.append(try Element(from: &self, version: version))
            } catch {
                throw error.nested(in: field, at: index)
            }
        }
        return elements
    }

    /// Reads an array of structures.
    @inlinable public mutating func readArray<Element: ProtocolStructure>(
        _ field: StaticString, version: Int16, compact: Bool
    ) throws(ProtocolError) -> [Element] {
        guard let elements: [Element] = try readNullableArray(field, version: version, compact: compact) else {
            throw ProtocolError.unexpectedNull(field)
        }
        return elements
    }

    /// Reads an array of numbers, strings or UUIDs that may be null where `allowNull` says so.
    @inlinable public mutating func readNullableArray<Element: WireElement>(
        _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) -> [Element]? {
        guard let count = try readCount(field, compact: compact) else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return nil
        }
        var elements: [Element] = []
        elements.reserveCapacity(min(count, Self.firstRoom))
        for index in 0..<count {
            do {
                elements.append(try Element.readElement(from: &self, compact: compact))
            } catch {
                throw error.nested(in: field, at: index)
            }
        }
        return elements
    }

    /// Reads an array of numbers, strings or UUIDs.
    @inlinable public mutating func readArray<Element: WireElement>(
        _ field: StaticString, compact: Bool
    ) throws(ProtocolError) -> [Element] {
        guard let elements: [Element] = try readNullableArray(field, compact: compact) else {
            throw ProtocolError.unexpectedNull(field)
        }
        return elements
    }
}
