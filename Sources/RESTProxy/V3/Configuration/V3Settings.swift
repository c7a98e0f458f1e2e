import KafkaClient

/// The settings of API v3, by the names that the REST Proxy of others has for them.
struct V3Settings: Sendable {
    /// What stands after `crn://` in resources' names (`confluent.resource.name.authority`).
    var nameAuthority: String
    /// The most bytes that one record of a stream may have as JSON (`api.v3.produce.request.size.limit.max.bytes`).
    var maximumRecordSize: Int
    /// The most entries of one `records:batch` (`api.v3.produce.batch.maximum.entries`).
    var maximumBatchEntries: Int
    /// Whether a produce request without a body writes a record without key and value
    /// (`null.request.body.always.publishes.empty.record`).
    var emptyBodyIsARecord: Bool
    /// How long a stream may stay open (`streaming.connection.max.duration.ms`).
    var maximumStreamDuration: Duration
    /// How long a stream that has been open for too long may still send
    /// (`streaming.connection.max.duration.grace.period.ms`).
    var streamGracePeriod: Duration
    /// The most records of one stream that wait for their acknowledgement (`api.v3.produce.stream.max.in.flight`).
    var maximumInFlight: Int
    /// How much may be produced in a second; `nil` for as much as the cluster takes.
    var produceLimits: ProduceLimits?
    /// What holds for reading.
    var records: RecordsSettings

    /// Reads them.
    ///
    /// - Throws: ``RESTProxySettingsError``.
    init(_ settings: RESTProxySettings) throws {
        let reader = PropertyReader(settings.properties)
        nameAuthority = reader.text("confluent.resource.name.authority", or: "")
        let size = try reader.integer("api.v3.produce.request.size.limit.max.bytes", or: 0, in: 0...(1 << 30))
        // 0 is no limit elsewhere; here nothing is without one.
        // JSON is larger than the record that it makes, by a third in base64, and at times by much more.
        maximumRecordSize =
            size == 0 ? min(settings.maximumBodySize, 4 * settings.producer.maximumRequestSize) : size
        maximumBatchEntries = try reader.integer("api.v3.produce.batch.maximum.entries", or: 10, in: 1...50)
        emptyBodyIsARecord = try reader.flag("null.request.body.always.publishes.empty.record", or: false)
        maximumStreamDuration = try reader.milliseconds(
            "streaming.connection.max.duration.ms", or: .seconds(86_400))
        streamGracePeriod = try reader.milliseconds(
            "streaming.connection.max.duration.grace.period.ms", or: .milliseconds(500))
        maximumInFlight = try reader.integer("api.v3.produce.stream.max.in.flight", or: 1000, in: 1...100_000)
        let isLimited = try reader.flag("api.v3.produce.rate.limit.enabled", or: false)
        produceLimits = isLimited ? try ProduceLimits(reader) : nil
        records = try RecordsSettings(reader, settings)
    }
}

/// How much may be produced in a second.
struct ProduceLimits: Sendable, Hashable {
    /// Records for one cluster (`api.v3.produce.rate.limit.max.requests.per.sec`).
    var requests: Int
    /// Records in all (`api.v3.produce.rate.limit.max.requests.global.per.sec`).
    var requestsInAll: Int
    /// Bytes of records' JSON for one cluster (`api.v3.produce.rate.limit.max.bytes.per.sec`).
    var bytes: Int
    /// Bytes of records' JSON in all (`api.v3.produce.rate.limit.max.bytes.global.per.sec`).
    var bytesInAll: Int

    /// Limits it.
    init(requests: Int, requestsInAll: Int, bytes: Int, bytesInAll: Int) {
        self.requests = requests
        self.requestsInAll = requestsInAll
        self.bytes = bytes
        self.bytesInAll = bytesInAll
    }

    init(_ reader: PropertyReader) throws {
        func limit(_ name: String, or standard: Int) throws -> Int {
            try reader.integer("api.v3.produce.rate.limit." + name, or: standard, in: 1...Int(Int32.max))
        }
        requests = try limit("max.requests.per.sec", or: 10_000)
        requestsInAll = try limit("max.requests.global.per.sec", or: 10_000)
        bytes = try limit("max.bytes.per.sec", or: 10_000_000)
        bytesInAll = try limit("max.bytes.global.per.sec", or: 10_000_000)
    }
}

/// What holds for reading records.
struct RecordsSettings: Sendable {
    /// The most records of one answer (`api.v3.records.max.records`).
    var maximumRecords: Int
    /// The most bytes of keys, values and headers of one answer (`api.v3.records.max.bytes`).
    var maximumBytes: Int
    /// The longest that an answer waits for records (`api.v3.records.max.wait.ms`).
    var maximumWait: Duration
    /// How many reads and streams there may be at once (`api.v3.records.max.readers`).
    var maximumReaders: Int
    /// How many bytes a reader may have fetched ahead of its client (`api.v3.records.buffer.bytes`).
    var bufferBytes: Int
    /// After how long without a record a stream says that it lives (`api.v3.records.heartbeat.ms`).
    var heartbeat: Duration

    init(_ reader: PropertyReader, _ settings: RESTProxySettings) throws {
        maximumRecords = try reader.integer("api.v3.records.max.records", or: 10_000, in: 1...1_000_000)
        maximumBytes = try reader.integer("api.v3.records.max.bytes", or: 8 << 20, in: 1...(1 << 30))
        maximumWait = try reader.milliseconds("api.v3.records.max.wait.ms", or: .seconds(30))
        maximumReaders = try reader.integer("api.v3.records.max.readers", or: 500, in: 1...100_000)
        bufferBytes = try reader.integer("api.v3.records.buffer.bytes", or: 256 << 10, in: 1024...(64 << 20))
        heartbeat = try reader.milliseconds("api.v3.records.heartbeat.ms", or: .seconds(15))
    }
}
