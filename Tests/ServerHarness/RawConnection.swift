import Foundation

/// A TCP connection that sends whatever bytes it is given and reads what comes, with no protocol of its own.
///
/// For one task at a time. Its calls block for at most ``patience``, which only a failing check uses up.
package final class RawConnection {
    /// How a read ended.
    package enum Arrival: Equatable {
        /// These bytes came.
        case bytes([UInt8])
        /// The server closed the connection.
        case closed
        /// Neither within the patience.
        case nothing
    }

    /// The longest wait of one call.
    package static let patience = Duration.seconds(60)

    private let socket: Int32

    /// Connects to a port of 127.0.0.1.
    package init(port: UInt16) throws {
        socket = Foundation.socket(AF_INET, LoopbackAddress.streamType, 0)
        guard socket >= 0 else { throw HarnessError("socket: errno \(errno)") }
        var timeout = timeval(tv_sec: Int(Self.patience.components.seconds), tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let connected = LoopbackAddress.with(port: port) { Foundation.connect(socket, $0, $1) }
        guard connected == 0 else {
            let code = errno
            close(socket)
            throw HarnessError("connect to port \(port): errno \(code)")
        }
    }

    deinit {
        close(socket)
    }

    /// Sends the bytes, or as many of them as the server takes before it closes the connection.
    ///
    /// - Returns: Whether all of them went out.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.send(socket, buffer.baseAddress! + sent, buffer.count - sent, LoopbackAddress.noSignal)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Tells the server that nothing more will be sent; answers can still be read.
    package func finishSending() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Reads what comes next.
    package func receive() -> Arrival {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        } while count < 0 && errno == EINTR
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        // A reset is how a connection with unread bytes in it is closed.
        if count == 0 || errno == ECONNRESET { return .closed }
        return .nothing
    }

    /// Reads one frame: a length of four bytes and that many more.
    ///
    /// - Returns: The frame without its length; nil when the connection ended or nothing came.
    package func receiveFrame() -> [UInt8]? {
        var received: [UInt8] = []
        while true {
            if received.count >= 4 {
                let length = received[..<4].reduce(0) { $0 << 8 | Int($1) }
                if received.count >= 4 + length { return Array(received[4..<4 + length]) }
            }
            guard case .bytes(let bytes) = receive() else { return nil }
            received += bytes
        }
    }

    /// Reads until the server closes the connection.
    ///
    /// - Returns: What came before; nil when the connection stayed open.
    package func receiveUntilClosed() -> [UInt8]? {
        var received: [UInt8] = []
        while true {
            switch receive() {
            case .bytes(let bytes): received += bytes
            case .closed: return received
            case .nothing: return nil
            }
        }
    }
}

/// Finds ports that nothing listens on.
package enum FreePort {
    /// Ports outside the range from which the kernel gives ports to connections, so that none of a client's own
    /// connections takes one while the server is away; no two alike.
    package static func find(_ count: Int) throws -> [UInt16] {
        var ports: [UInt16] = []
        // Bound until all are found: a port that was let go could be found twice.
        var probes: [Int32] = []
        defer { for probe in probes { close(probe) } }
        let candidates = candidates()
        for _ in 0..<1000 where ports.count < count {
            let port = UInt16.random(in: candidates)
            let probe = socket(AF_INET, LoopbackAddress.streamType, 0)
            probes.append(probe)
            if LoopbackAddress.with(port: port, { bind(probe, $0, $1) }) == 0 { ports.append(port) }
        }
        guard ports.count == count else { throw HarnessError("no \(count) free ports found in \(candidates)") }
        return ports
    }

    /// The larger part of 10,000..<65,536 that lies outside the kernel's own range; all of it where that is not known.
    private static func candidates() -> Range<UInt16> {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let bounds = text?.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) } ?? []
        guard bounds.count == 2 else { return 15_000..<30_000 }
        let below = 10_000..<max(10_000, bounds[0])
        let above = min(bounds[1], .max - 1) + 1..<UInt16.max
        let larger = below.count >= above.count ? below : above
        return larger.isEmpty ? 15_000..<30_000 : larger
    }
}

/// What differs between the C libraries about a socket on 127.0.0.1.
private enum LoopbackAddress {
    #if canImport(Glibc)
    static let streamType = Int32(SOCK_STREAM.rawValue)
    static let noSignal = Int32(MSG_NOSIGNAL)
    #else
    static let streamType = SOCK_STREAM
    static let noSignal: Int32 = 0
    #endif

    static func with<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
