public import RecordFormat

/// What source and sink records have in common, and what a transform may change.
public protocol ConnectRecord: Sendable {
    /// The topic the record goes to or came from.
    var topic: String { get set }
    /// The partition; for a source record `nil` leaves the choice to the producer.
    var partition: Int32? { get set }
    /// The type of the key, or `nil` when none is known.
    var keySchema: ConnectSchema? { get set }
    /// The key.
    var key: ConnectValue { get set }
    /// The type of the value, or `nil` when none is known.
    var valueSchema: ConnectSchema? { get set }
    /// The value.
    var value: ConnectValue { get set }
    /// When the record was made, or `nil` when the source does not say.
    var timestamp: Timestamp? { get set }
    /// The headers.
    var headers: ConnectHeaders { get set }
}

/// A record that a source task read from its system and that goes to Kafka.
public struct SourceRecord: ConnectRecord, Hashable {
    /// Which part of the system the record came from, such as `{"filename":"access.log"}`; only single values.
    public var sourcePartition: ConnectMap
    /// Where to go on after this record, such as `{"position":512}`; only single values.
    public var sourceOffset: ConnectMap {
        get { offset.map }
        set { offset = .known(newValue) }
    }
    var offset: SourceOffset
    /// The topic the record goes to or came from.
    public var topic: String
    /// The partition; `nil` leaves the choice to the producer.
    public var partition: Int32?
    /// The type of the key, or `nil` when none is known.
    public var keySchema: ConnectSchema?
    /// The key.
    public var key: ConnectValue
    /// The type of the value, or `nil` when none is known.
    public var valueSchema: ConnectSchema?
    /// The value.
    public var value: ConnectValue
    /// When the record was made, or `nil` when the source does not say.
    public var timestamp: Timestamp?
    /// The headers.
    public var headers: ConnectHeaders

    /// Creates a record.
    public init(
        sourcePartition: ConnectMap, sourceOffset: ConnectMap, topic: String, partition: Int32? = nil,
        keySchema: ConnectSchema? = nil, key: ConnectValue = .null, valueSchema: ConnectSchema? = nil,
        value: ConnectValue, timestamp: Timestamp? = nil, headers: ConnectHeaders = ConnectHeaders()
    ) {
        self.sourcePartition = sourcePartition
        offset = .known(sourceOffset)
        self.topic = topic
        self.partition = partition
        self.keySchema = keySchema
        self.key = key
        self.valueSchema = valueSchema
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }

    /// Creates one that has its own value and offset, and everything else of another.
    init(_ common: borrowing SourceRecord, value: ConnectValue, offset: SourceOffset) {
        sourcePartition = common.sourcePartition
        self.offset = offset
        topic = common.topic
        partition = common.partition
        keySchema = common.keySchema
        key = common.key
        valueSchema = common.valueSchema
        self.value = value
        timestamp = common.timestamp
        headers = common.headers
    }
}

/// A record that came from Kafka and goes to a sink task's system.
public struct SinkRecord: ConnectRecord, Hashable {
    /// The topic the record goes to or came from.
    public var topic: String
    /// The partition; `nil` leaves the choice to the producer.
    public var partition: Int32?
    /// The type of the key, or `nil` when none is known.
    public var keySchema: ConnectSchema?
    /// The key.
    public var key: ConnectValue
    /// The type of the value, or `nil` when none is known.
    public var valueSchema: ConnectSchema?
    /// The value.
    public var value: ConnectValue
    /// When the record was made, or `nil` when the source does not say.
    public var timestamp: Timestamp?
    /// The headers.
    public var headers: ConnectHeaders
    /// The record's offset in Kafka, whatever a transform made of topic and partition.
    public let offset: LogOffset
    /// The topic and partition the record was read from, whatever a transform made of them (KIP-793).
    public let origin: TopicPartition
    private let source: ConsumedRecord

    /// Creates a record.
    public init(
        origin: TopicPartition, offset: LogOffset, keySchema: ConnectSchema? = nil, key: ConnectValue = .null,
        valueSchema: ConnectSchema? = nil, value: ConnectValue, timestamp: Timestamp? = nil,
        headers: ConnectHeaders = ConnectHeaders()
    ) {
        self.init(
            origin: origin, offset: offset, keySchema: keySchema, key: key, valueSchema: valueSchema, value: value,
            timestamp: timestamp, headers: headers, source: ConsumedRecord(record: nil))
    }

    /// Creates the record that a record of Kafka's became.
    ///
    /// - Parameter isKept: Whether it keeps that one, for dead letters; its bytes stay in memory as long as this does.
    package init(
        consumed record: Record, isKept: Bool, origin: TopicPartition, key: SchemaAndValue, value: SchemaAndValue,
        headers: ConnectHeaders
    ) {
        self.init(
            origin: origin, offset: record.offset, keySchema: key.schema, key: key.value, valueSchema: value.schema,
            value: value.value, timestamp: record.timestamp, headers: headers,
            source: ConsumedRecord(record: isKept ? record : nil))
    }

    private init(
        origin: TopicPartition, offset: LogOffset, keySchema: ConnectSchema?, key: ConnectValue,
        valueSchema: ConnectSchema?, value: ConnectValue, timestamp: Timestamp?, headers: ConnectHeaders,
        source: ConsumedRecord
    ) {
        self.origin = origin
        self.offset = offset
        self.source = source
        topic = origin.topic
        partition = origin.partition
        self.keySchema = keySchema
        self.key = key
        self.valueSchema = valueSchema
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }

    /// The record as it was read; `nil` for one that was not.
    package var consumed: Record? { source.record }
}

/// What a sink record was before it was converted: no part of what it is, so that all of these are equal.
private struct ConsumedRecord: Sendable, Hashable {
    let record: Record?

    static func == (left: ConsumedRecord, right: ConsumedRecord) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
