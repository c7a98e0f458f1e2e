import RecordFormat
import SchemaClient

extension SchemaMark {
    /// Which schema a record's key or value was written with: the header says so, or else what stands before the message.
    ///
    /// - Throws: `SchemaClientError` where neither does.
    init(of bytes: ByteSlice, isKey: Bool, headers: [RecordHeader]) throws(SchemaClientError) {
        let name = Self.headerName(isKey: isKey)
        if let header = headers.last(where: { $0.key == name })?.value {
            try self.init(header: header.bytes)
        } else {
            try self.init(before: bytes.bytes)
        }
    }

    /// The message in a key or value.
    func message(in bytes: ByteSlice) -> ByteSlice {
        leadingBytes.isEmpty ? bytes[messageStart..<bytes.count] : ByteSlice(leadingBytes + bytes.array)
    }
}
