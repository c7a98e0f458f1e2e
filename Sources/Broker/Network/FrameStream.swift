import KafkaProtocol
import NIOCore

/// Cuts the bytes of a connection into request frames.
///
/// A frame that arrived in one piece shares the memory it was received in. One that did not is put together in memory
/// of its own, as large as the frame: whatever is held is a part of a frame that has not come whole, or waits to be cut.
struct FrameStream {
    /// A length that no request of this connection may have.
    struct IllegalLength: Error, CustomStringConvertible {
        var description: String
    }

    /// Only produce requests carry records. What other requests name, a thousandth of this names in practice; and
    /// decoding takes several times the memory of the frame.
    static let maxSizeWithoutRecords = 8 << 20
    /// Requests of up to this size are put together as they come; larger ones only once ``admit()`` was called. A quarter
    /// of what one look at the socket may bring.
    static let freeSize = 64 << 10
    private static let lengthSize = KafkaFrame.lengthPrefixSize

    private let maxSize: Int
    /// What was received and not cut yet, in order; none of them is empty.
    private var received: [ByteBuffer] = []
    /// The beginning of a frame, with its length, whose rest has not come.
    private var partial: ByteBuffer?
    /// The size of a large frame that is coming and not admitted yet, with its length.
    private(set) var sizeHeldBack: Int?
    private var isAdmitted = false

    /// Creates a stream whose requests have at most `maxSize` bytes (`socket.request.max.bytes`).
    init(maxSize: Int) { self.maxSize = maxSize }

    /// Takes in what arrived.
    mutating func append(_ bytes: ByteBuffer) {
        if bytes.readableBytes > 0 { received.append(bytes) }
    }

    /// Whether nothing waits to be cut or to be completed.
    var isEmpty: Bool { received.isEmpty && partial == nil }

    /// The bytes of memory that a frame without its end takes.
    var partialCapacity: Int { partial?.capacity ?? 0 }

    /// Lets the large frame that is coming be put together.
    mutating func admit() {
        sizeHeldBack = nil
        isAdmitted = true
    }

    /// The next whole frame without its length, or `nil` until more bytes come or ``sizeHeldBack`` is admitted.
    ///
    /// - Throws: ``IllegalLength``: no frame can be found behind such a one.
    mutating func next() throws(IllegalLength) -> ByteBuffer? {
        while sizeHeldBack == nil, !received.isEmpty {
            if partial != nil {
                if let frame = try completePartial() { return frame }
                continue
            }
            let size = try frameSize(received[0])
            if let size, received[0].readableBytes >= size {
                received[0].moveReaderIndex(forwardBy: Self.lengthSize)
                let frame = received[0].readSlice(length: size - Self.lengthSize)
                dropReadBuffer()
                return frame
            }
            if isHeldBack(size) { return nil }
            // No more than this rest is copied: what is in front of it has been cut.
            partial = ByteBuffer()
        }
        return nil
    }

    /// Moves bytes from what was received to the frame that lacks them; returns the frame once it is whole.
    private mutating func completePartial() throws(IllegalLength) -> ByteBuffer? {
        let present = partial!.readableBytes
        let size = try frameSize(partial!)
        if isHeldBack(size) { return nil }
        // First the length alone, which may be all there is to the frame, then the kind of request if it matters.
        let next = present < Self.lengthSize ? Self.lengthSize : Self.lengthSize + MemoryLayout<Int16>.size
        let count = min((size ?? next) - present, received[0].readableBytes)
        if let size, present + count > size / 4, partial!.capacity < size {
            // Room for the whole frame at once, but only once a good part of it has come: a length alone is no reason
            // to allocate.
            partial!.reserveCapacity(size)
        }
        partial!.writeImmutableBuffer(received[0].readSlice(length: count)!)
        dropReadBuffer()
        guard try frameSize(partial!) == present + count else { return nil }
        var frame = partial!
        partial = nil
        isAdmitted = false
        frame.moveReaderIndex(forwardBy: Self.lengthSize)
        return frame
    }

    /// Whether a frame that is not here whole has to wait until it is admitted.
    private mutating func isHeldBack(_ size: Int?) -> Bool {
        guard let size, size > Self.freeSize, !isAdmitted else { return false }
        sizeHeldBack = size
        return true
    }

    private mutating func dropReadBuffer() {
        if received[0].readableBytes == 0 { received.removeFirst() }
    }

    /// The size of the frame at the beginning of `bytes`, with its length; `nil` until enough of it has come to tell.
    private func frameSize(_ bytes: ByteBuffer) throws(IllegalLength) -> Int? {
        guard let length = bytes.getInteger(at: bytes.readerIndex, as: Int32.self) else { return nil }
        guard length >= 0, Int(length) <= maxSize else {
            throw IllegalLength(
                description: "a frame of \(length) bytes is outside of 0...\(maxSize) (socket.request.max.bytes)")
        }
        if Int(length) > Self.maxSizeWithoutRecords {
            guard let key = bytes.getInteger(at: bytes.readerIndex + Self.lengthSize, as: Int16.self) else {
                return nil
            }
            guard APIKey(rawValue: key) == .produce else {
                throw IllegalLength(
                    description:
                        "a frame of \(length) bytes is outside of 0...\(Self.maxSizeWithoutRecords), the limit "
                        + "of requests without records")
            }
        }
        return Self.lengthSize + Int(length)
    }
}
