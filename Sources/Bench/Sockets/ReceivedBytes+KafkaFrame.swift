import KafkaProtocol
import RecordFormat

/// Kafka's frames, which begin with their length.
extension ReceivedBytes {
    /// Where the first frame lies, without its length; `nil` until it is whole.
    ///
    /// - Throws: ``BenchFailure`` for a length that is negative or above ``ReceivedBytes/limit``.
    borrowing func nextKafkaFrame() throws -> Range<Int>? {
        guard count >= KafkaFrame.lengthPrefixSize else { return nil }
        let length = Int(bytes.bigEndian(at: 0, as: Int32.self))
        guard (0...Self.limit).contains(length) else { throw BenchFailure(description: "a frame of \(length) bytes") }
        let end = KafkaFrame.lengthPrefixSize + length
        return count >= end ? KafkaFrame.lengthPrefixSize..<end : nil
    }
}
