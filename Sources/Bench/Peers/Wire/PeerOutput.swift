import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is to be said to a server: the bytes that protocols write, until the socket takes them.
struct PeerOutput {
    /// What follows a message's time, for messages of any size that is allowed.
    private static let filler = [UInt8](repeating: UInt8(ascii: "x"), count: PeerBatch.largestSize)

    /// What was written, until all of it is sent.
    private(set) var bytes: [UInt8] = []
    /// How much of ``bytes`` is sent.
    private var sent = 0
    /// The socket, which someone else closes; without one, bytes are only written.
    private let descriptor: Int32?

    init(to descriptor: Int32? = nil) { self.descriptor = descriptor }

    /// Whether something is not sent yet.
    var isPending: Bool { sent < bytes.count }

    /// How many bytes were written.
    var count: Int { bytes.count }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ more: ByteSlice) { more.withUnsafeBytes { bytes.append(contentsOf: $0) } }

    mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Puts a number in the place of one that was written before its value was known.
    mutating func replace<Integer: FixedWidthInteger & BitwiseCopyable>(bigEndian value: Integer, at position: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBigEndian(value, at: position) }
    }

    /// Appends a message: the time when it was due, and filler up to its size.
    mutating func appendMessage(due: Int64, size: Int) {
        append(bigEndian: due)
        bytes.append(contentsOf: Self.filler[..<(size - PeerBatch.smallestSize)])
    }

    /// Sends what the socket takes without waiting.
    ///
    /// - Throws: ``BenchFailure`` where the server is gone.
    mutating func flush() throws {
        guard let descriptor else { return }
        while isPending {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_DONTWAIT))
            }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BenchFailure(description: "the server takes no more: errno \(errno)") }
            sent += count
        }
        bytes.removeAll(keepingCapacity: true)
        sent = 0
    }
}
