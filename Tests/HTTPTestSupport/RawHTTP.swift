public import HTTPService
import NIOCore
import NIOPosix

/// Bytes over a connection: what a test sends, and all that comes back until the server closes.
public enum RawHTTP {
    /// Sends `request` and returns everything that comes back.
    public static func exchange(_ address: HTTPListener, _ request: String) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            for try await var part in inbound { answer.writeBuffer(&part) }
            return String(buffer: answer)
        }
    }

    /// An answer taken apart.
    public struct Answer: Sendable {
        /// The status code.
        public var status: Int
        /// The header lines in lower case names.
        public var headers: [String: String]
        /// The body.
        public var body: String
    }

    /// Sends a request with a body, if any.
    ///
    /// - Parameters:
    ///   - type: The body's media type.
    ///   - fields: Further header lines.
    public static func send(
        _ address: HTTPListener, _ method: String, _ target: String, body: String? = nil,
        type: String = "application/json", fields: [String] = []
    ) async throws -> Answer {
        var request = "\(method) \(target) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for field in fields { request += field + "\r\n" }
        if let body { request += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n" }
        let text = try await exchange(address, request + "\r\n" + (body ?? ""))
        let bytes = Array(text.utf8)
        let end =
            (0..<max(0, bytes.count - 3)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) } ?? bytes.count
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let rest = bytes[min(end + 4, bytes.count)...]
        let content = headers["transfer-encoding"]?.lowercased() == "chunked" ? joined(chunks: rest) : Array(rest)
        return Answer(status: status, headers: headers, body: String(decoding: content, as: UTF8.self))
    }
}
