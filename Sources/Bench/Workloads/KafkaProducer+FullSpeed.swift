import KafkaClient
import RecordFormat

extension KafkaProducer {
    /// Writes records of `size` bytes as fast as they are taken, and waits until all are acknowledged.
    ///
    /// - Returns: When the records were acknowledged.
    /// - Throws: What kept one of them from being written.
    @discardableResult func write(_ count: Int, of size: Int, to topic: String) async throws -> Timeline {
        try await write(count, of: ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size)), to: topic)
    }

    /// The same with records that have the value `value`.
    @discardableResult func write(_ count: Int, of value: ByteSlice, to topic: String) async throws -> Timeline {
        let chunk = [ProducerRecord](repeating: ProducerRecord(topic: topic, value: value), count: Self.chunkSize)
        return try await write(count) { Array(chunk.prefix($0.count)) }
    }

    /// How many records are handed over at once.
    private static let chunkSize = 1000

    /// Writes records as fast as they are taken, and waits until all are acknowledged.
    ///
    /// Acknowledgements are counted in the order in which the records were sent, a thousand records at a time: while
    /// records are sent, that costs a lock and the reading of a clock for each thousand of them.
    ///
    /// - Parameter records: Makes the records with the numbers that it is given.
    /// - Returns: When the records were acknowledged.
    /// - Throws: What kept one of them from being written.
    @discardableResult func write(
        _ count: Int, _ records: (Range<Int>) -> [ProducerRecord]
    ) async throws -> Timeline {
        // Receipts of records in one batch are one, so that keeping all of them costs little.
        var receipts: [SendReceipts] = []
        var decided = 0
        var timeline = Timeline(from: MonotonicClock.nanoseconds)
        for start in stride(from: 0, to: count, by: Self.chunkSize) {
            receipts.append(
                try await enqueue(contentsOf: records(start..<min(count, start + Self.chunkSize))))
            let before = decided
            while decided < receipts.count, receipts[decided].last?.isDone == true { decided += 1 }
            if decided > before {
                timeline.add(
                    receipts[before..<decided].reduce(0) { $0 + $1.count }, at: MonotonicClock.nanoseconds)
            }
        }
        // What is left goes out at once, while its acknowledgements are counted.
        async let flushed: Void = flush()
        for receipts in receipts[decided...] {
            _ = try await receipts.last?.metadata()
            timeline.add(receipts.count, at: MonotonicClock.nanoseconds)
        }
        try await flushed
        for receipts in receipts { _ = try await receipts.runs() }
        return timeline
    }
}
