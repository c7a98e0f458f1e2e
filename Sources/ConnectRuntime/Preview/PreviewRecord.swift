public import ConnectAPI
public import RecordFormat

/// A record that somebody wants to see go through transforms, or how it looks on its way.
public struct PreviewRecord: Sendable, Hashable {
    /// The topic.
    public var topic: String
    /// The partition; of a sink's record 0 if there is none.
    public var partition: Int32?
    /// The offset, for transforms of sinks.
    public var offset: Int64
    /// When it was made.
    public var timestamp: Timestamp?
    /// The key.
    public var key = SchemaAndValue.null
    /// The value.
    public var value = SchemaAndValue.null
    /// The key's bytes, which the connector's converter makes the key of.
    public var rawKey: ByteSlice?
    /// The value's bytes, which the connector's converter makes the value of.
    public var rawValue: ByteSlice?
    /// The headers.
    public var headers = ConnectHeaders()

    /// Creates a record without key, value and headers.
    public init(topic: String, offset: Int64) {
        self.topic = topic
        self.offset = offset
    }

    /// Shows a record.
    init(_ record: some ConnectRecord, offset: Int64) {
        topic = record.topic
        partition = record.partition
        self.offset = offset
        timestamp = record.timestamp
        key = SchemaAndValue(record.keySchema, record.key)
        value = SchemaAndValue(record.valueSchema, record.value)
        headers = record.headers
    }

    /// As a source's task would return it.
    var sourceRecord: SourceRecord {
        SourceRecord(
            sourcePartition: [:], sourceOffset: [:], topic: topic, partition: partition, keySchema: key.schema,
            key: key.value, valueSchema: value.schema, value: value.value, timestamp: timestamp, headers: headers)
    }

    /// As a sink's task would be put it.
    var sinkRecord: SinkRecord {
        SinkRecord(
            origin: TopicPartition(topic, partition ?? 0), offset: LogOffset(offset), keySchema: key.schema,
            key: key.value, valueSchema: value.schema, value: value.value, timestamp: timestamp, headers: headers)
    }
}

/// A record's way through transforms.
public struct PreviewedRecord: Sendable, Hashable {
    /// What becomes of a record, at one transform or at the end.
    public enum Outcome: String, Sendable, Hashable {
        /// A transform took it and returned one.
        case changed
        /// A predicate kept it from the transform.
        case passedBy = "passed-by"
        /// A transform dropped it.
        case dropped
        /// A converter, a transform or a predicate failed.
        case failed
        /// It came to the end.
        case arrived
    }

    /// One transform's part in it.
    public struct Step: Sendable, Hashable {
        /// The transform's name in the configuration.
        public var alias: String
        /// Its class.
        public var className: String
        /// What became of the record.
        public var outcome: Outcome
        /// The record as it left the transform; `nil` if it did not, or passed it by.
        public var record: PreviewRecord?
        /// Why it failed.
        public var error: String?
    }

    /// The transforms in order, to the end or to where it was dropped or failed.
    public var steps: [Step]
    /// What became of it.
    public var outcome: Outcome
    /// The record at the end; `nil` if it did not come there.
    public var record: PreviewRecord?
    /// Why it failed.
    public var error: String?
}
