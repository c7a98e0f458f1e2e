public import LogCore
public import RecordFormat

/// A batch that a tail has read, and where it lies.
///
/// Sendable because it holds values and shared bytes that no one writes to.
public struct TailBatch: Sendable {
    /// The partition that it lies in.
    public let partition: TopicPartition
    /// The batch; its first records may lie below the offset that was asked for.
    public let batch: RecordBatch
    /// The first offset that the reader has not had before.
    public let firstOffset: LogOffset

    /// The offset after its last record's: what to commit once the batch is dealt with.
    public var nextOffset: LogOffset { batch.header.nextOffset }

    /// The records that the reader has not had before, decompressed if need be.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch` if they do not parse.
    public func records() throws(LogError) -> [Record] {
        do {
            let records = try batch.records()
            guard batch.header.baseOffset < firstOffset else { return records }
            return Array(records.drop { $0.offset < firstOffset })
        } catch {
            throw LogError(.corruptBatch, "the batch at \(batch.header.baseOffset) of \(partition)", cause: "\(error)")
        }
    }
}
