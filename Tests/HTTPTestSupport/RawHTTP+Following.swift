public import HTTPService
import NIOCore
import NIOPosix

extension RawHTTP {
    /// Sends a GET and shows `body` all that has come back after each part of it, until the server closes.
    ///
    /// - Parameter fields: Further header lines.
    /// - Returns: All that came back.
    public static func follow(
        _ address: HTTPListener, _ target: String, fields: [String] = [],
        _ body: (_ text: String) async throws -> Void
    ) async throws -> String {
        let lines = fields.map { $0 + "\r\n" }.joined()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(
                ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\(lines)\r\n"))
            var answer = ByteBuffer()
            for try await var part in inbound {
                answer.writeBuffer(&part)
                try await body(String(buffer: answer))
            }
            return String(buffer: answer)
        }
    }
}
