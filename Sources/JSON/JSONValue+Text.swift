extension JSONValue {
    /// Reads one document.
    ///
    /// - Parameter bytes: The whole text in UTF-8.
    /// - Throws: ``JSONError`` when the bytes are not exactly one JSON document, or nest deeper than 1000 levels.
    public init(parsing bytes: [UInt8]) throws(JSONError) { self = try JSONParser.parse(bytes) }

    /// Reads one document.
    ///
    /// - Throws: ``JSONError`` as ``init(parsing:)-([UInt8])`` does.
    public init(parsing text: String) throws(JSONError) { self = try JSONParser.parse(Array(text.utf8)) }

    /// The document in UTF-8 as Jackson writes it: no spaces, members in order, nothing escaped that need not be.
    public var utf8: [UInt8] {
        var writer = JSONWriter()
        writer.add(self)
        return writer.utf8
    }

    /// The document as text, as ``utf8`` has it.
    public var text: String { String(decoding: utf8, as: UTF8.self) }
}
