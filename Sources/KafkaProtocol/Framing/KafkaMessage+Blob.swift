public import RecordFormat

/// Messages that travel or rest as bytes behind their version: what group members tell each other through the
/// coordinator, and what internal topics hold.
extension KafkaMessage {
    /// The message behind its version.
    ///
    /// - Throws: ``ProtocolError`` if `version` has no form for what the message holds.
    public func versionedBytes(version: Int16) throws(ProtocolError) -> ByteSlice {
        var writer = ProtocolWriter()
        writer.writeInt16(version)
        try encode(into: &writer, version: version)
        guard case .bytes(let bytes)? = writer.finish().segments.first else { return .empty }
        return bytes
    }

    /// Reads a message behind its version.
    ///
    /// A version above ours is read as our newest: later versions of such messages add fields at the end only, which
    /// are left unread.
    public init(versionedBytes bytes: ByteSlice) throws(ProtocolError) {
        var reader = ProtocolReader(bytes)
        let version = try reader.readInt16("version")
        try self.init(from: &reader, version: min(version, Self.versions.upperBound))
    }
}
