#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// TCP over 127.0.0.1, as bare as it comes: what the limits and the null server are made of.
enum LoopbackSocket {
    #if os(Linux)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif

    /// A socket that listens.
    ///
    /// - Parameter port: 0 for one that is free.
    static func listening(on port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, stream, 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = address(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withGeneric(&address) {
            bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                && getsockname(descriptor, $0, &length) == 0
        }
        guard isListening else { throw failure("listen on 127.0.0.1:\(port)", descriptor) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Ports that nobody listens on, for programs that cannot be told to find one themselves. Somebody else may take one before
    /// they do.
    static func freePorts(_ count: Int) throws -> [UInt16] {
        var listeners: [Int32] = []
        defer { for listener in listeners { close(listener) } }
        // All of them first, so that they differ.
        return try (0..<count).map { _ in
            let (descriptor, port) = try listening()
            listeners.append(descriptor)
            return port
        }
    }

    /// A connection.
    static func connection(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        var address = address(port)
        let isConnected = withGeneric(&address) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
        guard isConnected else { throw failure("connect to 127.0.0.1:\(port)", descriptor) }
        sendAtOnce(descriptor)
        return descriptor
    }

    /// A connection to a server on this machine.
    ///
    /// - Parameter server: Host and port.
    static func connection(to server: String) throws -> Int32 {
        guard let port = server.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw BenchFailure(description: "\(server) has no port")
        }
        return try connection(to: port)
    }

    /// Takes the next connection of a listening socket.
    static func nextConnection(of listener: Int32) throws -> Int32 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { throw failure("accept", -1) }
        sendAtOnce(descriptor)
        return descriptor
    }

    /// Has reads and writes of a socket return at once, whatever they got done.
    static func unblock(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    private static func sendAtOnce(_ descriptor: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func withGeneric<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }

    private static func failure(_ what: String, _ descriptor: Int32) -> BenchFailure {
        defer { if descriptor >= 0 { close(descriptor) } }
        return BenchFailure(description: "cannot \(what): errno \(errno)")
    }
}
