internal import LogCore
internal import RecordFormat
internal import Synchronization

/// One partition's place in the file of flush marks.
///
/// Safe to use from any thread. Its lock makes what is written last also what was true last: a flush that ended before a
/// truncation must not write its mark behind it.
///
/// - SeeAlso: docs/format/flush-marks.md
final class FlushMarkSlot: Sendable {
    /// Whose slot it is.
    struct Key: Hashable, Sendable {
        var topicID: TopicID
        var partition: Int32
        /// Of the directory's name: one that was copied to another is another log.
        var nameChecksum: UInt32

        init(_ partition: TopicPartition, topicID: TopicID) {
            self.init(
                topicID: topicID, partition: partition.partition,
                nameChecksum: FlushMarkSlot.nameChecksum(partition.directoryName))
        }

        init(topicID: TopicID, partition: Int32, nameChecksum: UInt32) {
            self.topicID = topicID
            self.partition = partition
            self.nameChecksum = nameChecksum
        }
    }

    private struct State {
        /// What was written last.
        var written: FlushMark?
        /// Whether nothing may be written any more.
        var isRetired = false
    }

    let key: Key
    let index: Int
    private let file: FlushMarkFile
    private let state = Mutex(State())

    init(key: Key, index: Int, file: FlushMarkFile) {
        self.key = key
        self.index = index
        self.file = file
    }

    /// Writes down how far the last flush of `log` came; does nothing if that is known.
    ///
    /// A slot that cannot be written is left alone from then on: what it says is behind then, and still right.
    func note(_ log: PartitionLog) {
        state.withLock { state in
            // Looked at under the lock: after a truncation it is gone, whatever the flush before has said.
            guard !state.isRetired, let mark = log.flushMark, mark != state.written else { return }
            state.isRetired = !file.write(Self.encode(key, mark), to: index)
            state.written = mark
        }
    }

    /// Empties the slot, durably, before its log goes back behind what it says.
    ///
    /// - Throws: ``LogError`` with code `.io`; the slot may say what it said.
    func clear() throws(LogError) {
        try state.withLock { state throws(LogError) in
            try file.clear([index])
            state.written = nil
        }
    }

    /// Has nothing be written any more: the slot will be another's.
    func retire() { state.withLock { $0.isRetired = true } }
}

// MARK: - The bytes

extension FlushMarkSlot {
    /// The bytes of a slot, and of the header before the first.
    static let size = 64
    /// Where a slot stands in the file.
    static func range(of index: Int) -> Range<Int> { (index + 1) * size..<(index + 2) * size }

    /// "MRFLUSH1".
    private static let magic: UInt64 = 0x4d52_464c_5553_4831
    private static let checksumSize = 4

    /// What the file begins with.
    static var header: ByteSlice {
        var bytes = ByteAccumulator(capacity: size)
        bytes.append(bigEndian: magic)
        for _ in 1..<size / 8 { bytes.append(bigEndian: UInt64(0)) }
        return bytes.finish()
    }

    static func isHeader(_ bytes: ByteSlice) -> Bool {
        bytes.count >= size && bytes.bytes.bigEndian(at: 0, as: UInt64.self) == magic
    }

    static func isBlank(_ bytes: ByteSlice) -> Bool { (0..<bytes.count).allSatisfy { bytes[$0] == 0 } }

    static func nameChecksum(_ name: String) -> UInt32 { CRC32C.checksum(of: ByteSlice(name).bytes) }

    static func encode(_ key: Key, _ mark: FlushMark) -> ByteSlice {
        var bytes = ByteAccumulator(capacity: size)
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: key.nameChecksum)
        bytes.append(bigEndian: key.topicID.high)
        bytes.append(bigEndian: key.topicID.low)
        bytes.append(bigEndian: key.partition)
        bytes.append(bigEndian: mark.lastBatch?.checksum ?? 0)
        bytes.append(bigEndian: mark.recoveryPoint.rawValue)
        bytes.append(bigEndian: mark.segmentBaseOffset.rawValue)
        bytes.append(bigEndian: Int64(mark.lastBatch?.position ?? -1))
        bytes.append(bigEndian: mark.largestTimestamp.milliseconds)
        bytes.withUnsafeMutableBytes { memory in
            let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: memory[checksumSize...]))
            memory.storeBytes(of: checksum.bigEndian, as: UInt32.self)
        }
        return bytes.finish()
    }

    /// The key and mark in a slot; `nil` for an empty one, or one that is not whole.
    static func decode(_ slice: ByteSlice) -> (key: Key, mark: FlushMark)? {
        let bytes = slice.bytes
        guard bytes.byteCount == size,
            bytes.bigEndian(at: 0, as: UInt32.self)
                == CRC32C.checksum(of: bytes.extracting(droppingFirst: checksumSize))
        else { return nil }
        let position: Int64 = bytes.bigEndian(at: 48)
        let recoveryPoint: Int64 = bytes.bigEndian(at: 32)
        let base: Int64 = bytes.bigEndian(at: 40)
        guard base >= 0, recoveryPoint >= base, position >= -1 else { return nil }
        let key = Key(
            topicID: TopicID(high: bytes.bigEndian(at: 8), low: bytes.bigEndian(at: 16)),
            partition: bytes.bigEndian(at: 24), nameChecksum: bytes.bigEndian(at: 4))
        let batch = FlushMark.Batch(position: Int(position), checksum: bytes.bigEndian(at: 28))
        return (
            key,
            FlushMark(
                recoveryPoint: LogOffset(recoveryPoint), segmentBaseOffset: LogOffset(base),
                lastBatch: position < 0 ? nil : batch,
                largestTimestamp: Timestamp(milliseconds: bytes.bigEndian(at: 56)))
        )
    }
}
