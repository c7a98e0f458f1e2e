/// Frames of HTTP/2 by hand, on a ``RawSocket``.
public enum RawHTTP2 {
    /// A frame.
    public struct Frame: Sendable, Equatable {
        /// 0 for data, 1 for header fields, 3 for a reset, 4 for settings, 6 for a ping, 7 for going away, 8 for a window,
        /// 9 for more header fields.
        public var type: UInt8
        /// 1 for the end of a stream or an answer to settings and pings, 4 for the end of header fields.
        public var flags: UInt8
        /// Which stream; 0 for the connection.
        public var stream: Int
        /// What it carries.
        public var payload: [UInt8]

        /// Creates a frame.
        public init(_ type: UInt8, flags: UInt8 = 0, stream: Int = 0, _ payload: [UInt8] = []) {
            self.type = type
            self.flags = flags
            self.stream = stream
            self.payload = payload
        }

        /// The frame as it is sent.
        public var bytes: [UInt8] {
            func big(_ value: Int, _ count: Int) -> [UInt8] {
                (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
            }
            return big(payload.count, 3) + [type, flags] + big(stream, 4) + payload
        }
    }

    /// What a connection begins with: the preface and no settings of ours.
    public static let beginning = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Frame(4).bytes

    /// The header fields of a request, by the static table and literals that nobody keeps.
    public static func fields(_ method: String, _ path: String, _ others: [(String, String)] = []) -> [UInt8] {
        func text(_ value: String) -> [UInt8] { [UInt8(value.utf8.count)] + Array(value.utf8) }
        var bytes: [UInt8] = [0x86]
        bytes += method == "GET" ? [0x82] : method == "POST" ? [0x83] : [0x02] + text(method)
        bytes += [0x04] + text(path) + [0x01] + text("test")
        for (name, value) in others { bytes += [0x00] + text(name) + text(value) }
        return bytes
    }

    /// Reads a frame.
    public static func receive(_ socket: inout RawSocket) async throws -> Frame {
        let head = try await socket.receive(count: 9)
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        let size = number(head[..<3])
        let payload = size == 0 ? [] : try await socket.receive(count: size)
        return Frame(head[3], flags: head[4], stream: number(head[5...]), payload)
    }

    /// Reads up to the next frame of a type.
    public static func receive(_ type: UInt8, _ socket: inout RawSocket) async throws -> Frame {
        while true {
            let frame = try await receive(&socket)
            if frame.type == type { return frame }
        }
    }
}
