import NIOCore
package import RecordFormat

/// Cuts a stream of bytes into frames: a four-byte length, then that many bytes.
///
/// A frame's memory is allocated once, when its length is known, and filled in place; slices of the answer keep it
/// alive.
package struct FrameAssembler {
    private let limit: Int
    private var lengthBytes: (filled: Int, value: UInt32) = (0, 0)
    private var frame: FrameStorage?
    private var filled = 0

    /// Creates an assembler that refuses frames of more than `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Takes in what arrived and calls `body` with each frame that it completes.
    ///
    /// - Throws: ``KafkaClientError`` with code `.malformedResponse` for a length that no answer has.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer, body: (ByteSlice) -> Void
    ) throws(KafkaClientError) {
        var position = 0
        while position < bytes.count {
            guard let storage = frame else {
                lengthBytes.value = lengthBytes.value << 8 | UInt32(bytes[position])
                lengthBytes.filled += 1
                position += 1
                if lengthBytes.filled == 4 { try startFrame() }
                continue
            }
            let count = min(bytes.count - position, storage.memory.count - filled)
            storage.memory.baseAddress!.advanced(by: filled)
                .copyMemory(from: bytes.baseAddress!.advanced(by: position), byteCount: count)
            position += count
            filled += count
            if filled == storage.memory.count {
                frame = nil
                body(ByteSlice(owner: storage, unsafeBytes: UnsafeRawBufferPointer(storage.memory)))
            }
        }
    }

    private mutating func startFrame() throws(KafkaClientError) {
        let length = Int(Int32(bitPattern: lengthBytes.value))
        // Every answer starts with its correlation id, so four bytes are the least.
        guard length >= 4, length <= limit else {
            throw KafkaClientError(
                .malformedResponse,
                "a frame of \(length) bytes, \(limit) are allowed; is this a Kafka broker, and a listener without TLS?")
        }
        frame = FrameStorage(capacity: length)
        filled = 0
        lengthBytes = (0, 0)
    }
}

/// The memory of one frame, freed when the last slice of it goes.
private final class FrameStorage: @unchecked Sendable {
    // Sendable because it is written only until the frame is handed out.
    let memory: UnsafeMutableRawBufferPointer

    init(capacity: Int) { memory = .allocate(byteCount: capacity, alignment: 64) }

    deinit { memory.deallocate() }
}
