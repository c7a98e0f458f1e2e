public import RecordFormat

/// Writes the wire forms of Kafka's protocol.
///
/// Bytes go to one growing piece of memory; records of 4 KiB and more become segments of their own, which are not
/// copied, and records outside of memory always do. A writer has one user and ends with ``finish()``.
///
/// - SeeAlso: docs/format/protocol-schema.md
@safe public struct ProtocolWriter: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawBufferPointer
    @usableFromInline var count = 0
    private var storage: FrameStorage
    /// The records that are not copied, each with the position in `memory` before which it belongs.
    private var insertions: [(position: Int, records: Records)] = []

    /// From this size on, records are a segment: below it, a copy costs less than one more buffer to send.
    public static var segmentThreshold: Int { 4096 }

    /// Creates an empty writer.
    ///
    /// - Parameter capacity: The bytes to make room for at first; more room is made as needed.
    public init(capacity: Int = 256) {
        storage = FrameStorage(capacity: max(capacity, 64))
        unsafe memory = storage.memory
    }

    /// The number of bytes written so far, records that are not copied included.
    public var byteCount: Int { insertions.reduce(count) { $0 + $1.records.byteCount } }

    /// What has been written.
    public consuming func finish() -> EncodedFrame {
        let written = unsafe ByteSlice(
            owner: storage, unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        guard !insertions.isEmpty else { return EncodedFrame(segments: [.bytes(written)]) }
        var segments: [Records] = []
        var position = 0
        for insertion in insertions {
            if insertion.position > position { segments.append(.bytes(written[position..<insertion.position])) }
            segments.append(insertion.records)
            position = insertion.position
        }
        if position < count { segments.append(.bytes(written[position..<count])) }
        return EncodedFrame(segments: segments)
    }

    /// Makes room for `needed` more bytes.
    @usableFromInline @inline(never)
    mutating func grow(by needed: Int) {
        let larger = unsafe FrameStorage(capacity: max(memory.count * 2, count + needed))
        unsafe larger.memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        storage = larger
        unsafe memory = larger.memory
    }

    @inlinable @inline(__always)
    mutating func reserve(_ needed: Int) {
        if unsafe memory.count - count < needed { grow(by: needed) }
    }

    /// Places `records` here without copying them.
    @usableFromInline mutating func insert(_ records: Records) {
        guard records.byteCount > 0 else { return }
        insertions.append((count, records))
    }
}

// MARK: - Numbers

extension ProtocolWriter {
    /// Writes a big-endian integer of fixed width.
    @inlinable @inline(__always)
    mutating func writeInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        reserve(MemoryLayout<Value>.size)
        unsafe memory.storeBytes(of: value.bigEndian, toByteOffset: count, as: Value.self)
        count += MemoryLayout<Value>.size
    }

    /// Writes a byte of 1 or 0.
    @inlinable public mutating func writeBool(_ value: Bool) { writeInteger(value ? 1 : 0 as UInt8) }

    /// Writes an 8-bit integer.
    @inlinable public mutating func writeInt8(_ value: Int8) { writeInteger(value) }

    /// Writes a 16-bit integer.
    @inlinable public mutating func writeInt16(_ value: Int16) { writeInteger(value) }

    /// Writes a 32-bit integer.
    @inlinable public mutating func writeInt32(_ value: Int32) { writeInteger(value) }

    /// Writes a 64-bit integer.
    @inlinable public mutating func writeInt64(_ value: Int64) { writeInteger(value) }

    /// Writes a 16-bit integer without sign.
    @inlinable public mutating func writeUInt16(_ value: UInt16) { writeInteger(value) }

    /// Writes a 32-bit integer without sign.
    @inlinable public mutating func writeUInt32(_ value: UInt32) { writeInteger(value) }

    /// Writes an IEEE 754 number of 64 bits.
    @inlinable public mutating func writeDouble(_ value: Double) { writeInteger(value.bitPattern) }

    /// Writes the 16 bytes of a UUID.
    @inlinable public mutating func writeTopicID(_ value: TopicID) {
        writeInteger(value.high)
        writeInteger(value.low)
    }

    /// Writes a number in 1 to 5 bytes, seven bits each, lowest first (KIP-482).
    @inlinable public mutating func writeVarint(_ value: UInt32) {
        reserve(5)
        var rest = value
        while rest >= 0x80 {
            unsafe memory[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest &>>= 7
        }
        unsafe memory[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    /// Replaces the 32 bits at `position`, which have been written before.
    mutating func replaceInt32(at position: Int, with value: Int32) {
        precondition(position >= 0 && position + 4 <= count, "nothing has been written there")
        unsafe memory.storeBytes(of: value.bigEndian, toByteOffset: position, as: Int32.self)
    }
}

// MARK: - Tagged fields

extension ProtocolWriter {
    /// Writes how many tagged fields follow (KIP-482).
    @inlinable public mutating func writeTaggedFieldCount(_ count: Int) { writeVarint(UInt32(count)) }

    /// Writes a tagged field's tag; its value follows, then ``endTaggedField(startedAt:)``.
    ///
    /// - Returns: Where the value starts.
    @inlinable public mutating func beginTaggedField(_ tag: UInt32) -> Int {
        writeVarint(tag)
        // One byte holds the length of nearly every tagged field.
        writeInteger(0 as UInt8)
        return count
    }

    /// Writes the length of the value that was begun at `start` before it.
    public mutating func endTaggedField(startedAt start: Int) {
        let length = count - start
        precondition(length >= 0 && (insertions.last?.position ?? 0) < start, "records cannot be tagged")
        guard length >= 0x80 else {
            unsafe memory[start - 1] = UInt8(length)
            return
        }
        // The length needs more than its byte: write it behind the value, then change their places.
        let bytes = unsafe ByteSlice(copying: UnsafeRawBufferPointer(rebasing: memory[start..<count]).bytes)
        count = start - 1
        writeVarint(UInt32(length))
        append(bytes)
    }
}
