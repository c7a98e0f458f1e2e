import KafkaClient
import RecordFormat

extension KafkaProducer {
    /// Writes records of `size` bytes as fast as they are taken, and waits until all are acknowledged.
    ///
    /// - Throws: What kept one of them from being written.
    func write(_ count: Int, of size: Int, to topic: String) async throws {
        let value = ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size))
        let chunk = [ProducerRecord](repeating: ProducerRecord(topic: topic, value: value), count: 1000)
        // Receipts of records in one batch are one, so that keeping all of them costs little.
        var receipts: [SendReceipts] = []
        for start in stride(from: 0, to: count, by: chunk.count) {
            receipts.append(try await enqueue(contentsOf: Array(chunk.prefix(count - start))))
        }
        try await flush()
        for receipts in receipts { _ = try await receipts.runs() }
    }
}
