import RecordFormat
import StorageHarness

/// What the record at an offset has to be: it follows from the seed, the round that wrote it, partition and offset.
///
/// So a check needs no copy of what was written, and a record of an earlier round in a later one's place shows.
struct Payload: Equatable {
    let key: ByteSlice
    let value: ByteSlice
    let timestamp: Timestamp

    init(seed: UInt64, round: Int, partition: Int32, offset: Int64) {
        var random = SeededGenerator(seed: seed &+ UInt64(round) << 40 &+ UInt64(partition) << 56)
        random = SeededGenerator(seed: random.next() &+ UInt64(offset))
        let first = random.next()
        // Mostly small, one in 64 of more than a page.
        let count = first % 64 == 0 ? 4096 + Int(first >> 8 % 4096) : 1 + Int(first >> 8 % 300)
        value = ByteSlice(unsafeCapacity: count) { bytes in
            for start in stride(from: 0, to: count, by: 8) {
                withUnsafeBytes(of: random.next()) { word in
                    bytes[start..<min(start + 8, count)].copyBytes(from: word.prefix(count - start))
                }
            }
            return count
        }
        key = ByteSlice("\(round)/\(partition)/\(offset)")
        // Rising on the whole, not from record to record: what a time index has to cope with.
        timestamp = Timestamp(milliseconds: 1_700_000_000_000 + offset * 10 + Int64(first % 50))
    }

    /// Whether a record that was read is this one.
    func matches(_ record: Record) -> Bool {
        record.key == key && record.value == value && record.timestamp == timestamp && record.headers.isEmpty
    }
}
