import CShims
import KafkaProtocol
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One end of a connection over which frames go: one piece of memory that they are received in, and what the other end has
/// not taken yet.
final class FrameConnection {
    /// Memory that is used again and again: what is cut out of it is good until the next ``FrameConnection/receive()``.
    private final class Room {
        let memory: UnsafeMutableRawBufferPointer

        init(capacity: Int) { memory = .allocate(byteCount: capacity, alignment: 64) }

        deinit { memory.deallocate() }
    }

    /// Frames below this size are read into memory and sent as one piece.
    private static let copiedSize = 64 << 10
    /// The most bytes of a frame.
    private static let largestFrame = 100 << 20

    let descriptor: Int32
    private var room = Room(capacity: 4 << 20)
    /// What was received and not cut yet.
    private var received = 0..<0
    private var output: [Records] = []
    /// How much of the first of ``output`` is sent.
    private var sent = 0

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        LoopbackSocket.unblock(descriptor)
    }

    deinit { close(descriptor) }

    /// Whether the other end has not taken all that is for it.
    var hasOutput: Bool { !output.isEmpty }

    /// Takes what the socket has.
    ///
    /// - Returns: Whether the other end is still there.
    func receive() -> Bool {
        if received.isEmpty {
            received = 0..<0
        } else if received.lowerBound > 0 {
            memmove(room.memory.baseAddress!, room.memory.baseAddress! + received.lowerBound, received.count)
            received = 0..<received.count
        }
        if received.upperBound == room.memory.count {
            let larger = Room(capacity: 2 * room.memory.count)
            larger.memory.copyMemory(from: UnsafeRawBufferPointer(room.memory))
            room = larger
        }
        let count = read(
            descriptor, room.memory.baseAddress! + received.upperBound, room.memory.count - received.upperBound)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        received = received.lowerBound..<received.upperBound + count
        return count > 0
    }

    /// The next whole frame, without its length; `nil` until more is received.
    func nextFrame() throws -> ByteSlice? {
        guard received.count >= KafkaFrame.lengthPrefixSize else { return nil }
        let prefix = room.memory.loadUnaligned(fromByteOffset: received.lowerBound, as: UInt32.self)
        let length = Int(UInt32(bigEndian: prefix))
        guard length <= Self.largestFrame else {
            throw BenchFailure(description: "a frame of \(length) bytes")
        }
        let start = received.lowerBound + KafkaFrame.lengthPrefixSize
        guard received.upperBound - start >= length else { return nil }
        received = start + length..<received.upperBound
        return ByteSlice(
            owner: room, unsafeBytes: UnsafeRawBufferPointer(rebasing: room.memory[start..<start + length]))
    }

    /// Has a frame sent behind those that are waiting.
    func enqueue(_ frame: EncodedFrame) throws {
        // What is small goes with its header, as one piece.
        if frame.byteCount < Self.copiedSize {
            output.append(.bytes(try frame.joined()))
        } else {
            output += frame.segments
        }
    }

    /// Waits until there is something to receive.
    ///
    /// - Returns: Whether there is, after ten seconds at most.
    func waitForInput() -> Bool {
        var socket = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 10_000) > 0
    }

    /// Sends what the socket takes.
    ///
    /// - Returns: Whether the other end is still there.
    func flush() -> Bool {
        while let first = output.first {
            let count = push(first)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            // A file that is shorter than what was promised of it.
            if count == 0, sent < first.byteCount { return false }
            sent += count
            guard sent == first.byteCount else { continue }
            output.removeFirst()
            sent = 0
        }
        return true
    }

    private func push(_ piece: Records) -> Int {
        switch piece {
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
        case .external(let records):
            guard let region = records as? NullLog.Region else { preconditionFailure("records of another server") }
            return Int(
                millrace_send_file(
                    descriptor, region.descriptor, Int64(region.position + sent), region.byteCount - sent))
        }
    }
}
