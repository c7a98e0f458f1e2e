import ConnectAPI
import RecordFormat

/// What is in the file of a worker that is alone: our own format, or Kafka's.
///
/// - SeeAlso: docs/format/connect-offsets.md
struct OffsetFileContent {
    /// What every file begins with: `MRCOFF`, and the version.
    static let magic: [UInt8] = [0x4D, 0x52, 0x43, 0x4F, 0x46, 0x46, 0x00, 0x01]
    /// The bytes of an entry before its records: length and checksum.
    private static let headerSize = 8
    /// The longest entry: a commit of a million offsets is a fifth of it.
    private static let maximumLength = 1 << 29

    /// What is in force.
    private(set) var entries: [ByteSlice: ByteSlice] = [:]
    /// Where a write begins that a crash cut off.
    private(set) var tornAt: Int?
    /// Whether it is Kafka's format.
    private(set) var isForeign = false

    /// Reads the bytes of a file; there is none yet when they are `nil`.
    ///
    /// - Throws: ``ConnectError`` with code `.failed` and the position of what is damaged.
    init(bytes: [UInt8]?, path: String) throws {
        guard let bytes, !bytes.isEmpty else { return }
        if bytes.starts(with: JavaOffsetMap.magic) {
            isForeign = true
            do {
                for (key, value) in try JavaOffsetMap(bytes).entries { entries[ByteSlice(key)] = ByteSlice(value) }
            } catch {
                throw ConnectError(.failed, "\(path) is no map of offsets as Kafka writes it: \(error)")
            }
            return
        }
        guard bytes.starts(with: Self.magic) else {
            // A file is put in its place whole, so this is no crash's doing.
            throw ConnectError(
                .failed, "\(path) is no file of offsets: set offset.storage.file.filename to another one")
        }
        try read(bytes, path)
    }

    private mutating func read(_ bytes: [UInt8], _ path: String) throws {
        var position = Self.magic.count
        while position < bytes.count {
            guard let end = Self.entryEnd(bytes, position) else {
                // Each write is flushed before the next begins, so a crash can only have spoiled the last one.
                let later = position + 1..<max(bytes.count, position + 1)
                if let intact = later.first(where: { Self.entryEnd(bytes, $0) != nil }) {
                    throw ConnectError(
                        .failed,
                        "\(path) is damaged at byte \(position), before an intact entry at byte \(intact): restore"
                            + " it, or remove it to have connectors begin anew")
                }
                tornAt = position
                return
            }
            var reader = BigEndianReader(bytes, position + Self.headerSize..<end)
            guard let records = Self.records(&reader) else {
                throw ConnectError(.failed, "\(path) has an entry at byte \(position) that means nothing")
            }
            for (key, value) in records { entries[key] = value }
            position = end
        }
    }

    /// Where the entry at `position` ends; `nil` when there is no intact one.
    private static func entryEnd(_ bytes: [UInt8], _ position: Int) -> Int? {
        var reader = BigEndianReader(bytes, position..<bytes.count)
        guard let length = reader.int32(), let checksum = reader.int32() else { return nil }
        let start = position + headerSize
        // The smallest entry has the number of its records, and one with neither key nor value.
        guard length >= 12, length <= maximumLength, Int(length) <= bytes.count - start else { return nil }
        let end = start + Int(length)
        return crc(bytes[start..<end]) == UInt32(bitPattern: checksum) ? end : nil
    }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
    }

    private static func records(_ reader: inout BigEndianReader) -> [(ByteSlice, ByteSlice?)]? {
        guard let count = reader.int32(), count > 0 else { return nil }
        var records: [(ByteSlice, ByteSlice?)] = []
        for _ in 0..<count {
            guard let keyLength = reader.int32(), let key = reader.bytes(Int(keyLength)),
                let valueLength = reader.int32()
            else { return nil }
            if valueLength == -1 {
                records.append((ByteSlice(key), nil))
            } else {
                guard let value = reader.bytes(Int(valueLength)) else { return nil }
                records.append((ByteSlice(key), ByteSlice(value)))
            }
        }
        return reader.isAtEnd ? records : nil
    }

    // MARK: Writing

    /// The bytes of one write.
    ///
    /// - Throws: ``ConnectError`` with code `.failed` for more than a file can have in one.
    static func encodedEntry(_ records: [(key: ByteSlice, value: ByteSlice?)]) throws -> [UInt8] {
        let length = records.reduce(4) { $0 + 8 + $1.key.count + ($1.value?.count ?? 0) }
        guard length <= maximumLength else {
            throw ConnectError(.failed, "\(records.count) offsets are too many bytes to be stored at a time: \(length)")
        }
        var content: [UInt8] = []
        content.reserveCapacity(length)
        append(Int32(records.count), to: &content)
        for record in records {
            append(Int32(record.key.count), to: &content)
            content += record.key.array
            append(Int32(record.value?.count ?? -1), to: &content)
            content += record.value?.array ?? []
        }
        precondition(content.count == length, "an entry has the length that was worked out")
        var entry: [UInt8] = []
        append(Int32(length), to: &entry)
        append(Int32(bitPattern: crc(content[...])), to: &entry)
        return entry + content
    }

    /// The bytes of a file that has these entries.
    static func encoded(_ entries: [ByteSlice: ByteSlice]) -> [UInt8] {
        entries.reduce(into: magic) { bytes, entry in
            // One record cannot be too long: it was written before.
            bytes += (try? encodedEntry([(entry.key, entry.value)])) ?? []
        }
    }

    private static func append(_ value: Int32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }
}

/// Numbers and bytes in order from a part of an array; what is beyond its end is `nil`.
struct BigEndianReader {
    private let all: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ all: [UInt8], _ range: Range<Int>) {
        self.all = all
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether everything was read.
    var isAtEnd: Bool { position == end }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= end - position else { return nil }
        defer { position += count }
        return Array(all[position..<position + count])
    }

    mutating func int8() -> UInt8? { bytes(1)?.first }

    mutating func int16() -> UInt16? { bytes(2).map { $0.reduce(0) { $0 << 8 | UInt16($1) } } }

    mutating func int32() -> Int32? {
        bytes(4).map { Int32(bitPattern: $0.reduce(0) { $0 << 8 | UInt32($1) }) }
    }
}
