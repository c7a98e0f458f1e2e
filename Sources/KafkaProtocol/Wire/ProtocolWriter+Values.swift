public import RecordFormat

// MARK: - Lengths

extension ProtocolWriter {
    /// Writes what stands before an array, bytes or records; `nil` for null.
    @inlinable mutating func writeLength(_ length: Int?, _ field: StaticString, compact: Bool) throws(ProtocolError) {
        // One below the largest: the compact form adds one.
        if let length, length >= Int(Int32.max) {
            throw ProtocolError.invalidLength(field, length, limit: Int(Int32.max) - 1)
        }
        if compact {
            writeVarint(length.map { UInt32($0) + 1 } ?? 0)
        } else {
            writeInt32(length.map(Int32.init) ?? -1)
        }
    }

    /// Copies `bytes`.
    @usableFromInline mutating func append(_ bytes: ByteSlice) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + source.count])
                .copyMemory(from: source)
        }
        count += bytes.count
    }
}

// MARK: - Strings

extension ProtocolWriter {
    /// Writes a string of at most 2^15 - 1 bytes.
    public mutating func writeString(_ value: String, _ field: StaticString, compact: Bool) throws(ProtocolError) {
        let length = value.utf8.count
        guard length <= Int16.max else { throw ProtocolError.invalidLength(field, length, limit: Int(Int16.max)) }
        if compact { writeVarint(UInt32(length) + 1) } else { writeInt16(Int16(length)) }
        reserve(length)
        var value = value
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + length])
        value.withUTF8 { unsafe target.copyMemory(from: UnsafeRawBufferPointer($0)) }
        count += length
    }

    /// Writes a string that may be null where `allowNull` says so.
    @inlinable public mutating func writeNullableString(
        _ value: String?, _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        if let value { return try writeString(value, field, compact: compact) }
        guard allowNull else { throw ProtocolError.unexpectedNull(field) }
        if compact { writeVarint(0) } else { writeInt16(-1) }
    }
}

// MARK: - Bytes and records

extension ProtocolWriter {
    /// Writes bytes, copying them.
    @inlinable public mutating func writeBytes(
        _ value: ByteSlice, _ field: StaticString, compact: Bool
    ) throws(ProtocolError) {
        try writeLength(value.count, field, compact: compact)
        append(value)
    }

    /// Writes bytes that may be null where `allowNull` says so, copying them.
    @inlinable public mutating func writeNullableBytes(
        _ value: ByteSlice?, _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        if let value { return try writeBytes(value, field, compact: compact) }
        try writeNull(field, compact: compact, allowNull: allowNull)
    }

    /// Writes records, which are copied only if they are few.
    @inlinable public mutating func writeRecords(
        _ value: Records, _ field: StaticString, compact: Bool
    ) throws(ProtocolError) {
        try writeLength(value.byteCount, field, compact: compact)
        if case .bytes(let bytes) = value, bytes.count < Self.segmentThreshold { append(bytes) } else { insert(value) }
    }

    /// Writes records, which are copied only if they are few.
    @inlinable public mutating func writeRecords(
        _ value: ByteSlice, _ field: StaticString, compact: Bool
    ) throws(ProtocolError) {
        try writeRecords(.bytes(value), field, compact: compact)
    }

    /// Writes records that may be null where `allowNull` says so.
    @inlinable public mutating func writeNullableRecords(
        _ value: Records?, _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        if let value { return try writeRecords(value, field, compact: compact) }
        try writeNull(field, compact: compact, allowNull: allowNull)
    }

    /// Writes records that may be null where `allowNull` says so.
    @inlinable public mutating func writeNullableRecords(
        _ value: ByteSlice?, _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        try writeNullableRecords(value.map(Records.bytes), field, compact: compact, allowNull: allowNull)
    }

    @inlinable mutating func writeNull(_ field: StaticString, compact: Bool, allowNull: Bool) throws(ProtocolError) {
        guard allowNull else { throw ProtocolError.unexpectedNull(field) }
        try writeLength(nil, field, compact: compact)
    }
}

// MARK: - Structures and arrays

extension ProtocolWriter {
    /// Writes a structure.
    @inlinable public mutating func writeStructure(
        _ value: some ProtocolStructure, _ field: StaticString, version: Int16
    ) throws(ProtocolError) {
        do { try value.encode(into: &self, version: version) } catch { throw error.nested(in: field) }
    }

    /// Writes a structure that may be null where `allowNull` says so, behind a byte of 1 or -1.
    @inlinable public mutating func writeNullableStructure(
        _ value: (some ProtocolStructure)?, _ field: StaticString, version: Int16, allowNull: Bool = true
    ) throws(ProtocolError) {
        guard let value else {
            guard allowNull else { throw ProtocolError.unexpectedNull(field) }
            return writeInt8(-1)
        }
        writeInt8(1)
        try writeStructure(value, field, version: version)
    }

    /// Writes an array of structures.
    @inlinable public mutating func writeArray<Element: ProtocolStructure>(
        _ value: [Element], _ field: StaticString, version: Int16, compact: Bool
    ) throws(ProtocolError) {
        try writeLength(value.count, field, compact: compact)
        for index in value.indices {
            do {
                try value[index].encode(into: &self, version: version)
            } catch {
                throw error.nested(in: field, at: index)
            }
        }
    }

    /// Writes an array of structures that may be null where `allowNull` says so.
    @inlinable public mutating func writeNullableArray<Element: ProtocolStructure>(
        _ value: [Element]?, _ field: StaticString, version: Int16, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        if let value { return try writeArray(value, field, version: version, compact: compact) }
        try writeNull(field, compact: compact, allowNull: allowNull)
    }

    /// Writes an array of numbers, strings or UUIDs.
    @inlinable public mutating func writeArray<Element: WireElement>(
        _ value: [Element], _ field: StaticString, compact: Bool
    ) throws(ProtocolError) {
        try writeLength(value.count, field, compact: compact)
        for index in value.indices {
            do {
                try value[index].writeElement(into: &self, compact: compact)
            } catch {
                throw error.nested(in: field, at: index)
            }
        }
    }

    /// Writes an array of numbers, strings or UUIDs that may be null where `allowNull` says so.
    @inlinable public mutating func writeNullableArray<Element: WireElement>(
        _ value: [Element]?, _ field: StaticString, compact: Bool, allowNull: Bool = true
    ) throws(ProtocolError) {
        if let value { return try writeArray(value, field, compact: compact) }
        try writeNull(field, compact: compact, allowNull: allowNull)
    }
}
