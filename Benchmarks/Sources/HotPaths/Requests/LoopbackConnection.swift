import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A TCP connection over 127.0.0.1 on which one request is under way at a time.
///
/// Takes no memory from the heap once it is made: what is counted while it is used is the server's. One owner, one thread.
final class LoopbackConnection {
    /// Enough for a megabyte of records and what stands around them.
    private static let capacity = 2 << 20
    private static let lengthSize = 4

    private var descriptor: Int32
    /// The last answer, its length included.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: LoopbackConnection.capacity, alignment: 64)
    private var received = 0

    /// Connects to a server on this machine.
    init(port: Int) throws {
        #if os(Linux)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw HotPathFailure("cannot connect to 127.0.0.1:\(port): errno \(errno)") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        end()
        buffer.deallocate()
    }

    /// Ends the connection; a second call does nothing.
    func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Sends a frame and waits until the whole answer is there.
    ///
    /// - Throws: ``HotPathFailure`` if the server has closed the connection, or answers more than is expected.
    func exchange(_ request: ByteSlice) throws {
        try send(request)
        received = 0
        while received < Self.lengthSize { try receive() }
        let size = Self.lengthSize + Int(UInt32(bigEndian: buffer.load(as: UInt32.self)))
        guard size <= buffer.count else { throw HotPathFailure("an answer of \(size) bytes") }
        while received < size { try receive() }
        guard received == size else { throw HotPathFailure("more than one answer to one request") }
    }

    /// A copy of the last answer, without its length.
    var lastAnswer: ByteSlice {
        guard received > Self.lengthSize else { return .empty }
        return ByteSlice([UInt8](UnsafeRawBufferPointer(rebasing: buffer[Self.lengthSize..<received])))
    }

    private func send(_ request: ByteSlice) throws {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            guard count > 0 || errno == EINTR else { throw HotPathFailure("cannot send a request: errno \(errno)") }
            sent += max(count, 0)
        }
    }

    private func receive() throws {
        let count = read(descriptor, buffer.baseAddress! + received, buffer.count - received)
        guard count != 0 else { throw HotPathFailure("the broker has closed the connection") }
        guard count > 0 || errno == EINTR else { throw HotPathFailure("cannot read an answer: errno \(errno)") }
        received += max(count, 0)
    }
}
