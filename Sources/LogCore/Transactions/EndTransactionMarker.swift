public import RecordFormat

/// The one record of a control batch: how a transaction ended, and under which coordinator (KIP-98).
///
/// - SeeAlso: docs/format/transaction-index.md
public struct EndTransactionMarker: Sendable, Hashable {
    /// How a transaction ended; the numbers are those of the marker's key.
    public enum Outcome: Int16, Sendable, Hashable {
        /// Readers of committed records skip what the transaction wrote.
        case aborted = 0
        /// The transaction's records count.
        case committed = 1
    }

    /// How the transaction ended.
    public var outcome: Outcome
    /// The generation of the transaction coordinator that decided; an older one is fenced.
    public var coordinatorEpoch: Int32

    /// Creates a marker.
    public init(_ outcome: Outcome, coordinatorEpoch: Int32) {
        self.outcome = outcome
        self.coordinatorEpoch = coordinatorEpoch
    }

    private static let version: Int16 = 0
    private static let keySize = 4
    private static let valueSize = 6

    /// The control batch that ends the open transaction of `producer`, ready to be appended by a coordinator.
    ///
    /// - Throws: ``RecordFormatError`` never in practice: a batch of one small record is never full.
    public func batch(
        endingTransactionOf producer: ProducerID, epoch: ProducerEpoch, at timestamp: Timestamp
    ) throws(RecordFormatError) -> ByteSlice {
        var key = ByteAccumulator(capacity: Self.keySize)
        key.append(bigEndian: Self.version)
        key.append(bigEndian: outcome.rawValue)
        var value = ByteAccumulator(capacity: Self.valueSize)
        value.append(bigEndian: Self.version)
        value.append(bigEndian: coordinatorEpoch)
        var builder = RecordBatchBuilder(
            producer: .init(id: producer, epoch: epoch, baseSequence: .none, isTransactional: true), isControl: true,
            capacity: 128)
        try builder.append(timestamp: timestamp, key: key.finish(), value: value.finish())
        return try builder.finish()
    }

    /// Reads the marker of a control batch.
    ///
    /// - Parameter batch: The whole batch, its checksum checked.
    /// - Returns: `nil` for a control batch of another kind, and for one whose record compaction has taken.
    /// - Throws: ``LogError`` with code `.invalidRecord` if key or value are too short to be a marker's.
    public static func read(_ batch: RecordBatch) throws(LogError) -> EndTransactionMarker? {
        guard batch.header.attributes.isControl, batch.header.recordCount > 0 else { return nil }
        do {
            // Markers are a few bytes; what claims to be one and is compressed to more is none.
            let section = try batch.recordSection(limit: 4096)
            var cursor = RecordCursor(range: 0..<section.count, count: batch.header.recordCount)
            guard let fields = try cursor.next(in: section.bytes), let key = fields.key, key.count >= keySize else {
                throw LogError(.invalidRecord, "a control record has no version and type in its key")
            }
            let type: Int16 = section.bytes.bigEndian(at: key.lowerBound + 2)
            // Later versions may add fields behind those of the first; other types are not about transactions.
            guard let outcome = Outcome(rawValue: type) else { return nil }
            guard let value = fields.value, value.count >= valueSize else {
                throw LogError(.invalidRecord, "a transaction marker has no coordinator epoch in its value")
            }
            return EndTransactionMarker(
                outcome, coordinatorEpoch: section.bytes.bigEndian(at: value.lowerBound + 2))
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.invalidRecord, "a control record does not parse", cause: "\(error)")
        }
    }
}
