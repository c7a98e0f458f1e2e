public import RecordFormat

/// A record to be written.
public struct ProducerRecord: Sendable, Hashable {
    /// The topic.
    public var topic: String
    /// The partition; `nil` leaves it to the key, or without one to the producer.
    public var partition: Int32?
    /// The key, by which records are kept together and compacted.
    public var key: ByteSlice?
    /// The value; `nil` deletes the key in a compacted topic.
    public var value: ByteSlice?
    /// Names and values beside the record's own.
    public var headers: [RecordHeader]
    /// The record's time; `nil` for the moment it is handed over.
    public var timestamp: Timestamp?

    /// Creates a record.
    public init(
        topic: String, partition: Int32? = nil, key: ByteSlice? = nil, value: ByteSlice?, headers: [RecordHeader] = [],
        timestamp: Timestamp? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    /// The bytes it takes in a batch at most.
    package var sizeBound: Int {
        RecordBatchBuilder.sizeBound(key: key?.count ?? 0, value: value?.count ?? 0, headers: headers)
    }
}

/// Where a record was written.
public struct RecordMetadata: Sendable, Hashable {
    /// The topic.
    public var topic: String
    /// The partition.
    public var partition: Int32
    /// The record's offset; `nil` when the broker was not asked for an acknowledgement, or knew the batch already but
    /// no longer its offset.
    public var offset: LogOffset?
    /// The record's time, or the broker's where the topic says so.
    public var timestamp: Timestamp

    /// Describes where a record was written.
    public init(topic: String, partition: Int32, offset: LogOffset?, timestamp: Timestamp) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }
}
