import RecordFormat

/// What a produce request of API v2 says: where each record's parts stand, and which schemas they have.
struct ProduceBody: Sendable {
    /// One record of the request.
    struct Record: Sendable {
        /// Where the key stands; `nil` for none.
        var key: JSONCursor.Extent?
        /// Where the value stands; `nil` for none.
        var value: JSONCursor.Extent?
        /// The partition that the record names.
        var partition: Int64?
        /// The record's time in milliseconds since 1970.
        var timestamp: Int64?
        /// The record's headers.
        var headers: [RecordHeader] = []
    }

    /// The schema of keys or of values, as the request names it.
    struct SchemaReference: Sendable, Hashable {
        /// Its id.
        var id: Int32?
        /// Its text.
        var text: String?

        /// Whether none is named.
        var isEmpty: Bool { id == nil && text == nil }
    }

    /// The records, in order; never empty.
    private(set) var records: [Record] = []
    /// The schema of the keys.
    private(set) var keySchema = SchemaReference()
    /// The schema of the values.
    private(set) var valueSchema = SchemaReference()
    /// The text, walked through to its end.
    private(set) var cursor: JSONCursor

    /// Reads a request.
    ///
    /// - Throws: ``RESTError``: 400 for what is no JSON, 422 for what is no produce request.
    init(_ bytes: [UInt8]) throws {
        cursor = JSONCursor(bytes)
        guard !cursor.isAtEnd() else { throw RESTError.invalidPayload("Request body is empty. Data is required.") }
        try readRequest()
        try cursor.finish()
        guard !records.isEmpty else { throw RESTError.validation("records may not be empty") }
    }

    private mutating func readRequest() throws {
        if try cursor.takeNull() { throw RESTError.invalidPayload("Null input provided. Data is required.") }
        try cursor.beginObject()
        var isFirst = true
        while let name = try cursor.nextName(isFirst: &isFirst) {
            if cursor.matches(name, "records") {
                try readRecords()
            } else if cursor.matches(name, "value_schema_id") {
                valueSchema.id = try schemaID("value_schema_id")
            } else if cursor.matches(name, "value_schema") {
                valueSchema.text = try optionalText("value_schema")
            } else if cursor.matches(name, "key_schema_id") {
                keySchema.id = try schemaID("key_schema_id")
            } else if cursor.matches(name, "key_schema") {
                keySchema.text = try optionalText("key_schema")
            } else {
                throw unrecognized(name)
            }
        }
    }

    private mutating func readRecords() throws {
        // Of two members with one name the later counts, as with Jackson.
        records = []
        if try cursor.takeNull() { return }
        try cursor.beginArray()
        var isFirst = true
        while try cursor.nextElement(isFirst: &isFirst) { try readRecord() }
    }

    private mutating func readRecord() throws {
        var record = Record()
        try cursor.beginObject()
        var isFirst = true
        while let name = try cursor.nextName(isFirst: &isFirst) {
            if cursor.matches(name, "value") {
                record.value = try cursor.skipValue()
            } else if cursor.matches(name, "key") {
                record.key = try cursor.skipValue()
            } else if cursor.matches(name, "partition") {
                record.partition = try optionalInteger("partition", in: 0...Int64(Int32.max))
            } else if cursor.matches(name, "timestamp") {
                record.timestamp = try optionalInteger("timestamp", in: 0...Int64.max)
            } else if cursor.matches(name, "headers") {
                record.headers = try readHeaders()
            } else {
                throw unrecognized(name)
            }
        }
        records.append(record)
    }

    /// Headers as Strimzi's bridge has them: `[{"key":"k","value":"base64"}]`.
    private mutating func readHeaders() throws -> [RecordHeader] {
        if try cursor.takeNull() { return [] }
        try cursor.beginArray()
        var headers: [RecordHeader] = []
        var isFirst = true
        while try cursor.nextElement(isFirst: &isFirst) { headers.append(try readHeader()) }
        return headers
    }

    private mutating func readHeader() throws -> RecordHeader {
        try cursor.beginObject()
        var key: String?
        var value: ByteSlice?
        var isFirst = true
        while let name = try cursor.nextName(isFirst: &isFirst) {
            if cursor.matches(name, "key") {
                key = try cursor.takeString()
            } else if cursor.matches(name, "value") {
                if try cursor.takeNull() { continue }
                guard let text = try cursor.takeString(), let bytes = Base64.decode(ArraySlice(text.utf8)) else {
                    throw RESTError.validation("Record header value contains invalid base64 encoding")
                }
                value = bytes
            } else {
                throw unrecognized(name)
            }
        }
        guard let key else { throw RESTError.validation("Record header key may not be null") }
        return RecordHeader(key: key, value: value)
    }

    // MARK: Scalars

    private mutating func schemaID(_ name: String) throws -> Int32? {
        try optionalInteger(name, in: Int64(Int32.min)...Int64(Int32.max)).map { Int32($0) }
    }

    private mutating func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        if try cursor.takeNull() { return nil }
        guard let value = try cursor.takeInteger() else { throw RESTError(400, "\(name) has to be a whole number") }
        guard range.contains(value) else {
            throw RESTError.validation(
                range.lowerBound == 0 && value < 0
                    ? "\(name) must be greater than or equal to 0" : "\(name) is out of its range")
        }
        return value
    }

    private mutating func optionalText(_ name: String) throws -> String? {
        if try cursor.takeNull() { return nil }
        guard let text = try cursor.takeString() else { throw RESTError(400, "\(name) has to be a text") }
        return text
    }

    private func unrecognized(_ name: Range<Int>) -> RESTError {
        .validation("Unrecognized field: " + String(decoding: cursor.bytes[name].prefix(100), as: UTF8.self))
    }
}
