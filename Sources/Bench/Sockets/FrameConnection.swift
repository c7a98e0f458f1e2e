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

/// One end of a connection over which frames go: what has come of them, and what the other end has not taken yet.
final class FrameConnection {
    /// Frames below this size are read into memory and sent as one piece.
    private static let copiedSize = 64 << 10

    let descriptor: Int32
    private var input: ReceivedBytes
    private var output: [Records] = []
    /// How much of the first of ``output`` is sent.
    private var sent = 0

    /// - Parameter capacity: Bytes of memory for what comes, to begin with.
    init(_ descriptor: Int32, capacity: Int = 4 << 20) {
        self.descriptor = descriptor
        input = ReceivedBytes(capacity: capacity)
        LoopbackSocket.unblock(descriptor)
    }

    deinit { close(descriptor) }

    /// Whether the other end has not taken all that is for it.
    var hasOutput: Bool { !output.isEmpty }

    /// Takes what the socket has.
    ///
    /// - Returns: Whether the other end is still there.
    func receive() -> Bool {
        guard let count = try? input.receive(from: descriptor) else { return false }
        return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
    }

    /// The next whole frame, without its length; `nil` until more is received. It is good until then.
    ///
    /// - Throws: ``BenchFailure`` for a length that is negative or above ``ReceivedBytes/limit``.
    func nextFrame() throws -> ByteSlice? {
        guard let range = try input.nextKafkaFrame() else { return nil }
        defer { input.drop(range.upperBound) }
        return input.slice(range)
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

    /// Sends all that waits, however long the socket takes.
    ///
    /// - Throws: ``BenchFailure`` if the other end has gone.
    func send() throws {
        while hasOutput {
            guard flush() else { throw Self.gone }
        }
    }

    /// The next whole frame, once it has come.
    ///
    /// - Throws: ``BenchFailure`` if the other end has gone, or says nothing for ten seconds.
    func awaitFrame() throws -> ByteSlice {
        while true {
            if let frame = try nextFrame() { return frame }
            guard waitForInput(), receive() else { throw Self.gone }
        }
    }

    private static let gone = BenchFailure(description: "the server has closed the connection")

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
