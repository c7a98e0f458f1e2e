public import RecordFormat

/// A record to be appended to a topic.
///
/// A string literal is a record with that value:
///
/// ```swift
/// try await topic.append("hello", requiring: .device)
/// ```
public struct NewRecord: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The key, by which records are kept together and compacted.
    public var key: ByteSlice?
    /// The value; `nil` deletes the key in a compacted topic.
    public var value: ByteSlice?
    /// Names and values beside the record's own.
    public var headers: [RecordHeader]
    /// The record's time; `nil` for the moment of the append.
    public var timestamp: Timestamp?
    /// The partition; `nil` leaves it to the key, or without one to the topic.
    public var partition: Int32?

    /// Creates a record from bytes.
    public init(
        key: ByteSlice? = nil, value: ByteSlice?, headers: [RecordHeader] = [], timestamp: Timestamp? = nil,
        partition: Int32? = nil
    ) {
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
        self.partition = partition
    }

    /// Creates a record from text, which is kept as UTF-8.
    public init(key: String? = nil, value: String?, headers: [RecordHeader] = [], timestamp: Timestamp? = nil) {
        self.init(
            key: key.map { ByteSlice($0) }, value: value.map { ByteSlice($0) }, headers: headers, timestamp: timestamp)
    }

    /// Creates a record from the text of its value.
    public init(stringLiteral value: String) { self.init(value: ByteSlice(value)) }

    /// The bytes it takes in a batch at most.
    var sizeBound: Int {
        RecordBatchBuilder.sizeBound(key: key?.count ?? 0, value: value?.count ?? 0, headers: headers)
    }
}

/// What has to be true of appended records before an append returns. There is no default: it is the caller's promise to
/// others.
public enum Durability: Sendable, Hashable {
    /// The operating system has them: they outlive this process, and not a power cut.
    case pageCache
    /// The device has them: they outlive a power cut too. One sync is shared by all who wait for it.
    case device
}

/// Where records of one append have landed in one partition.
public struct AppendedRecords: Sendable, Hashable {
    /// The partition.
    public var partition: TopicPartition
    /// The offset of the first record.
    public var firstOffset: LogOffset
    /// The offset after the last record's.
    public var nextOffset: LogOffset
}
