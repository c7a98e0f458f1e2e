public import RecordFormat

/// What arrays hold besides structures: numbers, strings and UUIDs.
public protocol WireElement: Sendable {
    /// Reads one element; errors have an empty path, which the array completes.
    static func readElement(from reader: inout ProtocolReader, compact: Bool) throws(ProtocolError) -> Self
    /// Writes one element.
    func writeElement(into writer: inout ProtocolWriter, compact: Bool) throws(ProtocolError)
}

extension Int8: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> Int8 {
        try reader.readInt8("")
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) { writer.writeInt8(self) }
}

extension Int16: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> Int16 {
        try reader.readInt16("")
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) { writer.writeInt16(self) }
}

extension Int32: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> Int32 {
        try reader.readInt32("")
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) { writer.writeInt32(self) }
}

extension Int64: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> Int64 {
        try reader.readInt64("")
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) { writer.writeInt64(self) }
}

extension String: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> String {
        try reader.readString("", compact: compact)
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) throws(ProtocolError) {
        try writer.writeString(self, "", compact: compact)
    }
}

extension TopicID: WireElement {
    /// Reads the element as the protocol has it.
    @inlinable public static func readElement(
        from reader: inout ProtocolReader, compact: Bool
    ) throws(ProtocolError) -> TopicID {
        try reader.readTopicID("")
    }

    /// Writes the element as the protocol has it.
    @inlinable public func writeElement(into writer: inout ProtocolWriter, compact: Bool) { writer.writeTopicID(self) }
}
