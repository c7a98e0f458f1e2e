import JSON
import RecordFormat

/// A record as requests of API v3 give it.
struct ProduceEntry: Sendable, Hashable {
    /// The partition; `nil` leaves it to the key.
    var partition: Int32?
    /// Names and values beside the record's own.
    var headers: [RecordHeader]
    /// The key; `nil` for none.
    var key: RecordData?
    /// The value; `nil` for none.
    var value: RecordData?
    /// The record's time; `nil` for now.
    var timestamp: Timestamp?

    /// A record of nothing.
    static let empty = ProduceEntry(partition: nil, headers: [], key: nil, value: nil, timestamp: nil)

    /// Whether neither key nor value has a schema, which may have to be asked for.
    var isPlain: Bool { key?.isPlain ?? true && value?.isPlain ?? true }

    private init(
        partition: Int32?, headers: [RecordHeader], key: RecordData?, value: RecordData?, timestamp: Timestamp?
    ) {
        self.partition = partition
        self.headers = headers
        self.key = key
        self.value = value
        self.timestamp = timestamp
    }

    /// Reads a record.
    ///
    /// - Throws: ``RESTError`` with status 400, or 40402 for a partition that no topic has.
    init(_ object: JSONObject) throws {
        partition = try object.optionalInteger("partition_id", as: Int32.self)
        headers = try (object.optionalObjects("headers") ?? []).map(Self.header)
        key = try object["key"].flatMap { try $0.isNull ? nil : RecordData($0, "key") }
        value = try object["value"].flatMap { try $0.isNull ? nil : RecordData($0, "value") }
        switch object["timestamp"] {
        case nil, .null?: timestamp = nil
        case let json?:
            guard let time = json.string.flatMap({ InstantText.milliseconds(of: $0) }), time >= 0 else {
                throw RESTError.badRequest(
                    "'timestamp' has to be a time of ISO 8601, such as 2026-11-22T10:00:00.000Z, from 1970 on")
            }
            timestamp = Timestamp(milliseconds: time)
        }
        if let partition, partition < 0 { throw RESTError.partitionNotFound }
    }

    private static func header(_ object: JSONObject) throws -> RecordHeader {
        let name = try object.text("name")
        guard let text = try object.optionalText("value") else { return RecordHeader(key: name, value: nil) }
        guard let bytes = Base64.decode(Array(text.utf8)[...]) else {
            throw RESTError.badRequest("the value of header \(name) is not a valid base64 string")
        }
        return RecordHeader(key: name, value: bytes)
    }
}
