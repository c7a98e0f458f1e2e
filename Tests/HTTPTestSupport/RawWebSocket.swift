/// Frames of a WebSocket by hand, on a ``RawSocket``.
public enum RawWebSocket {
    /// A frame that came.
    public struct Frame: Sendable, Equatable {
        /// 1 for text, 2 for bytes, 8 for the end, 9 and 10 for ping and pong.
        public var opcode: UInt8
        /// What it carries.
        public var payload: [UInt8]

        /// Creates a frame.
        public init(_ opcode: UInt8, _ payload: [UInt8] = []) {
            self.opcode = opcode
            self.payload = payload
        }

        /// A text.
        public static func text(_ text: String) -> Frame { Frame(1, Array(text.utf8)) }

        /// The code of a frame that ends the connection.
        public var code: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    /// The head of a request for a WebSocket.
    public static func request(_ target: String, fields: [String] = []) -> String {
        var head = "GET \(target) HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        for field in fields { head += field + "\r\n" }
        return head + "\r\n"
    }

    /// The bytes of a frame as a client sends it.
    public static func bytes(_ frame: Frame, isLast: Bool = true, isMasked: Bool = true, flags: UInt8 = 0) -> [UInt8] {
        let size = frame.payload.count
        var bytes: [UInt8] = [(isLast ? 0x80 : 0) | flags | frame.opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch size {
        case ..<126: bytes.append(mask | UInt8(size))
        case ..<65536: bytes += [mask | 126, UInt8(size >> 8), UInt8(size & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }
        }
        guard isMasked else { return bytes + frame.payload }
        let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        return bytes + key + frame.payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    /// Reads a frame of the server's.
    public static func receive(_ socket: inout RawSocket) async throws -> Frame {
        let head = try await socket.receive(count: 2)
        var size = Int(head[1] & 0x7F)
        if size == 126 {
            let bytes = try await socket.receive(count: 2)
            size = Int(bytes[0]) << 8 | Int(bytes[1])
        } else if size == 127 {
            size = try await socket.receive(count: 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(head[0] & 0x0F, size == 0 ? [] : try await socket.receive(count: size))
    }
}
