internal import RecordFormat

/// The `.snapshot` file: the producer table as it was at the offset in the file's name, in Kafka's format.
///
/// - SeeAlso: docs/format/producer-snapshot.md
enum ProducerSnapshot {
    private static let version: Int16 = 1
    private static let headerSize = 10
    private static let checksumPosition = 2
    private static let entrySize = 46
    /// More producers than a partition can have in a day: 46 bytes each.
    private static let sizeLimit = 256 << 20

    static func encode(_ table: ProducerTable) -> ByteSlice {
        var bytes = ByteAccumulator(capacity: headerSize + table.producers.count * entrySize)
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: Int32(table.producers.count))
        for (id, producer) in table.producers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let last = producer.batches.last
            bytes.append(bigEndian: id.rawValue)
            bytes.append(bigEndian: producer.standing.epoch.rawValue)
            bytes.append(bigEndian: last?.lastSequence.rawValue ?? -1)
            bytes.append(bigEndian: last?.lastOffset.rawValue ?? -1)
            bytes.append(bigEndian: last?.offsetDelta ?? 0)
            bytes.append(bigEndian: producer.lastTimestamp.milliseconds)
            bytes.append(bigEndian: producer.standing.coordinatorEpoch)
            bytes.append(bigEndian: producer.standing.openTransactionStart?.rawValue ?? -1)
        }
        unsafe bytes.withUnsafeMutableBytes { memory in
            let covered = unsafe UnsafeRawBufferPointer(rebasing: memory[(checksumPosition + 4)...])
            unsafe memory.storeBigEndian(CRC32C.checksum(of: covered), at: checksumPosition)
        }
        return bytes.finish()
    }

    /// Reads the snapshot that was taken at `offset`.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat` for another version, a wrong checksum or length, or entries
    ///   that speak of what cannot be.
    static func read(at offset: LogOffset, in directory: LogDirectory) throws(LogError) -> ProducerTable {
        let file = try directory.open(FileNames.segment(offset, FileNames.Suffix.producerSnapshot), .readOnly)
        let size = try file.size()
        guard size >= headerSize, size <= sizeLimit else { throw bad(file.path, "\(size) bytes") }
        return try decode(try file.read(at: 0, count: size), takenAt: offset, path: file.path)
    }

    static func decode(_ slice: ByteSlice, takenAt offset: LogOffset, path: String) throws(LogError) -> ProducerTable {
        let bytes = slice.bytes
        guard bytes.byteCount >= headerSize else { throw bad(path, "\(bytes.byteCount) bytes") }
        guard bytes.bigEndian(at: 0, as: Int16.self) == version else { throw bad(path, "unknown version") }
        let checksum = CRC32C.checksum(of: bytes.extracting(droppingFirst: checksumPosition + 4))
        guard bytes.bigEndian(at: checksumPosition, as: UInt32.self) == checksum else {
            throw bad(path, "wrong checksum")
        }
        let count = Int(bytes.bigEndian(at: 6, as: Int32.self))
        guard count >= 0, bytes.byteCount == headerSize + count * entrySize else { throw bad(path, "\(count) entries") }
        var table = ProducerTable()
        var transactions: Set<LogOffset> = []
        for index in 0..<count {
            let (id, producer) = entry(in: bytes, at: headerSize + index * entrySize)
            // What is right by its checksum alone may have been written by another program.
            guard id.rawValue >= 0, table.producers[id] == nil, isPossible(producer, below: offset),
                producer.standing.openTransactionStart.map({ transactions.insert($0).inserted }) ?? true
            else { throw bad(path, "entry \(index) is impossible below offset \(offset)") }
            table.restore(id, producer)
        }
        return table
    }

    private static func entry(in bytes: RawSpan, at start: Int) -> (ProducerID, ProducerTable.Producer) {
        let timestamp = Timestamp(milliseconds: bytes.bigEndian(at: start + 26))
        let openTransaction = LogOffset(bytes.bigEndian(at: start + 38))
        var producer = ProducerTable.Producer(
            standing: ProducerStanding(
                epoch: ProducerEpoch(bytes.bigEndian(at: start + 8)),
                coordinatorEpoch: bytes.bigEndian(at: start + 34),
                openTransactionStart: openTransaction >= .zero ? openTransaction : nil),
            lastTimestamp: timestamp)
        let lastSequence = SequenceNumber(bytes.bigEndian(at: start + 10))
        let delta = bytes.bigEndian(at: start + 22, as: Int32.self)
        let lastOffset = LogOffset(bytes.bigEndian(at: start + 14))
        if lastOffset >= .zero, delta >= 0 {
            producer.batches = [
                ProducerTable.Batch(
                    firstSequence: lastSequence.goingBack(by: delta), lastSequence: lastSequence,
                    lastOffset: lastOffset, offsetDelta: delta, timestamp: timestamp)
            ]
        }
        return (ProducerID(bytes.bigEndian(at: start)), producer)
    }

    /// Whether a producer can have come to this by writing below `offset`.
    private static func isPossible(_ producer: ProducerTable.Producer, below offset: LogOffset) -> Bool {
        if let start = producer.standing.openTransactionStart, start >= offset { return false }
        guard let batch = producer.batches.first else { return true }
        return batch.firstOffset >= .zero && batch.lastOffset < offset && batch.lastSequence.rawValue >= -1
    }

    private static func bad(_ path: String, _ what: String) -> LogError {
        LogError(.unsupportedFormat, "\(path) is no producer snapshot: \(what)")
    }
}

extension SequenceNumber {
    /// The number `count` records before, wrapping below 0 to 2^31 - 1; that of a batch without numbers stays `.none`.
    fileprivate func goingBack(by count: Int32) -> SequenceNumber {
        guard self != .none else { return .none }
        let first = Int64(rawValue) - Int64(count)
        return SequenceNumber(Int32(first < 0 ? first + Int64(Int32.max) + 1 : first))
    }
}
