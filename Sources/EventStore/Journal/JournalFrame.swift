internal import LogCore
internal import RecordFormat

/// One log, as a journal names it: the same name with another topic's identity is another log.
struct JournalKey: Hashable, Sendable {
    var partition: TopicPartition
    var topicID: TopicID
}

/// What one write to a journal adds: bytes of many logs, or the word that what was said of some logs is void.
///
/// A frame counts as a whole or not at all, by its checksum.
///
/// - SeeAlso: docs/format/commit-journal.md
struct JournalFrame: ~Copyable {
    /// What an entry says of a log.
    enum Entry {
        /// These bytes of the journal's file belong at a position of a segment's log file.
        case bytes(JournalKey, segment: LogOffset, position: Int, source: Range<Int>)
        /// Nothing that stands before counts for this log any more.
        case void(JournalKey)
    }

    /// "MRJF".
    private static let magic: UInt32 = 0x4d52_4a46
    /// The bytes before the entries.
    static let headerSize = 32
    /// What of those the checksum does not cover: the magic number, and itself.
    private static let uncheckedSize = 8
    /// The bytes of an entry beside the topic's name and what it brings.
    private static let fixedSize = 1 + 2 + 16 + 4 + 8 + 8 + 4
    private static let bytesKind: UInt8 = 0
    private static let voidKind: UInt8 = 1

    private var content: ByteAccumulator
    private var entryCount: UInt32 = 0

    /// Creates a frame without entries.
    init(capacity: Int = 4096) {
        content = ByteAccumulator(capacity: max(capacity, Self.headerSize))
        for _ in 0..<Self.headerSize / 8 { content.append(bigEndian: UInt64(0)) }
    }

    /// The bytes that an entry takes.
    static func size(of key: JournalKey, byteCount: Int = 0) -> Int {
        fixedSize + key.partition.topic.utf8.count + byteCount
    }

    /// Adds the bytes that `flush` has to reach.
    ///
    /// - Throws: ``LogError`` if they cannot be read; the frame is of no use then.
    mutating func add(_ key: JournalKey, _ flush: SharedFlush, _ range: Range<Int>) throws(LogError) {
        begin(Self.bytesKind, key)
        content.append(bigEndian: flush.segmentBaseOffset.rawValue)
        content.append(bigEndian: Int64(range.lowerBound))
        content.append(bigEndian: UInt32(range.count))
        unsafe try content.appendUninitialized(room: range.count) { target throws(LogError) in
            unsafe try flush.readUnsynced(into: target)
            return target.count
        }
    }

    /// Says that what stands before is void for a log.
    mutating func addVoid(_ key: JournalKey) {
        begin(Self.voidKind, key)
        content.append(bigEndian: Int64(0))
        content.append(bigEndian: Int64(0))
        content.append(bigEndian: UInt32(0))
    }

    private mutating func begin(_ kind: UInt8, _ key: JournalKey) {
        entryCount += 1
        content.append(bigEndian: kind)
        content.append(bigEndian: UInt16(key.partition.topic.utf8.count))
        content.append(key.partition.topic.utf8Span.span.bytes)
        content.append(bigEndian: key.topicID.high)
        content.append(bigEndian: key.topicID.low)
        content.append(bigEndian: key.partition.partition)
    }

    /// The frame's bytes.
    ///
    /// - Parameters:
    ///   - generation: That of the file.
    ///   - number: How many frames stand before it.
    consuming func finish(generation: UInt64, number: UInt32) -> ByteSlice {
        let (count, entryCount) = (content.count, entryCount)
        unsafe content.withUnsafeMutableBytes { memory in
            unsafe memory.storeBytes(of: Self.magic.bigEndian, as: UInt32.self)
            unsafe memory.storeBytes(of: generation.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe memory.storeBytes(of: number.bigEndian, toByteOffset: 16, as: UInt32.self)
            unsafe memory.storeBytes(of: entryCount.bigEndian, toByteOffset: 20, as: UInt32.self)
            unsafe memory.storeBytes(of: UInt64(count - Self.headerSize).bigEndian, toByteOffset: 24, as: UInt64.self)
            let checked = unsafe UnsafeRawBufferPointer(rebasing: memory[Self.uncheckedSize...])
            let checksum = unsafe CRC32C.checksum(of: checked)
            unsafe memory.storeBytes(of: checksum.bigEndian, toByteOffset: 4, as: UInt32.self)
        }
        return content.finish()
    }

    /// The size of the frame whose header stands in `header`; `nil` if it is none of that generation and number.
    static func size(in header: ByteSlice, generation: UInt64, number: UInt32) -> Int? {
        guard header.count == headerSize else { return nil }
        let bytes = header.bytes
        guard bytes.bigEndian(at: 0, as: UInt32.self) == magic, bytes.bigEndian(at: 8, as: UInt64.self) == generation,
            bytes.bigEndian(at: 16, as: UInt32.self) == number
        else { return nil }
        let length: UInt64 = bytes.bigEndian(at: 24)
        return length <= UInt64(Int32.max) ? headerSize + Int(length) : nil
    }

    /// The entries of a whole frame, which begins at `start` of its file; `nil` if it is damaged.
    static func entries(in frame: ByteSlice, at start: Int) -> [Entry]? {
        let bytes = frame.bytes
        guard bytes.byteCount >= headerSize,
            bytes.bigEndian(at: 4, as: UInt32.self)
                == CRC32C.checksum(of: bytes.extracting(droppingFirst: uncheckedSize))
        else { return nil }
        var entries: [Entry] = []
        var position = headerSize
        for _ in 0..<bytes.bigEndian(at: 20, as: UInt32.self) {
            guard bytes.byteCount - position >= fixedSize else { return nil }
            let kind = frame[position]
            let nameSize = Int(bytes.bigEndian(at: position + 1, as: UInt16.self))
            position += 3
            guard bytes.byteCount - position >= fixedSize - 3 + nameSize,
                let topic = frame[position..<position + nameSize].validatedString
            else { return nil }
            position += nameSize
            let key = JournalKey(
                partition: TopicPartition(topic, bytes.bigEndian(at: position + 16)),
                topicID: TopicID(high: bytes.bigEndian(at: position), low: bytes.bigEndian(at: position + 8)))
            let base: Int64 = bytes.bigEndian(at: position + 20)
            let target: Int64 = bytes.bigEndian(at: position + 28)
            let count = Int(bytes.bigEndian(at: position + 36, as: UInt32.self))
            position += 40
            switch kind {
            case voidKind: entries.append(.void(key))
            case bytesKind:
                guard base >= 0, target >= 0, count <= bytes.byteCount - position else { return nil }
                entries.append(
                    .bytes(
                        key, segment: LogOffset(base), position: Int(target),
                        source: start + position..<start + position + count))
                position += count
            default: return nil
            }
        }
        return entries
    }
}
