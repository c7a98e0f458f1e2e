/// One record as a reader sees it; key, value and headers share the batch's bytes.
public struct Record: Sendable, Hashable {
    /// Its position in the partition.
    public var offset: LogOffset
    /// The producer's time, or the broker's where the topic says so.
    public var timestamp: Timestamp
    /// The key, or `nil` for a null one.
    public var key: ByteSlice?
    /// The value, or `nil` for a null one (a tombstone in a compacted topic).
    public var value: ByteSlice?
    /// The headers in the order of the producer; keys may repeat (KIP-82).
    public var headers: [RecordHeader]

    /// Creates a record.
    public init(
        offset: LogOffset, timestamp: Timestamp, key: ByteSlice?, value: ByteSlice?, headers: [RecordHeader] = []
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}

/// A name and a value beside a record's own (KIP-82).
public struct RecordHeader: Sendable, Hashable {
    /// The name.
    public var key: String
    /// The value, or `nil` for a null one.
    public var value: ByteSlice?

    /// Creates a header.
    public init(key: String, value: ByteSlice?) {
        self.key = key
        self.value = value
    }
}
