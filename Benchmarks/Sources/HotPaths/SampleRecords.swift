import RecordFormat

/// The records that hot paths have in a batch: values of 100 bytes without keys.
struct SampleRecords {
    let count: Int
    /// The time of all of them; now, because brokers refuse what is too far in the future.
    let time = Timestamp.now()
    private let value = ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: 100))

    init(count: Int) { self.count = count }

    /// One batch of them, made the way `KafkaProducer` makes its own.
    func encoded() throws -> ByteSlice {
        let room = count * RecordBatchBuilder.sizeBound(key: 0, value: value.count, headers: [])
        var builder = RecordBatchBuilder(capacity: RecordBatchHeader.size + room)
        for _ in 0..<count {
            try builder.append(timestamp: time, key: ByteSlice?.none, value: value, headers: [])
        }
        return try builder.finish()
    }
}
