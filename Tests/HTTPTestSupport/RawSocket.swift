public import HTTPService
import NIOCore
import NIOPosix

/// A connection that sends and reads step by step, with no protocol of its own. For one task at a time.
public struct RawSocket {
    /// The server closed before what a test waits for had come.
    public struct Closed: Error, CustomStringConvertible {
        /// What came before.
        public let received: [UInt8]
        /// The bytes as text.
        public var description: String { "closed behind \(String(decoding: received, as: UTF8.self))" }
    }

    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []

    /// Connects, and closes once `body` is through.
    public static func connect<Result>(
        to address: HTTPListener, _ body: (inout RawSocket) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2),
                            isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var socket = RawSocket(
                channel: channel.channel, outbound: outbound, inbound: inbound.makeAsyncIterator())
            return try await body(&socket)
        }
    }

    /// The way out by itself, for another task.
    public struct Writer: Sendable {
        let channel: any Channel

        /// Sends bytes; waits until the system has taken all of them.
        public func send(bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    }

    /// The way out by itself, for another task.
    public var writer: Writer { Writer(channel: channel) }

    /// Sends text.
    public func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Sends bytes.
    public func send(bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Says that nothing more is sent.
    public func finish() { outbound.finish() }

    /// Reads up to and with a text.
    ///
    /// - Throws: ``Closed`` when the server closes before.
    public mutating func receive(until text: String) async throws -> String {
        let wanted = Array(text.utf8)
        var searched = 0
        while true {
            while searched + wanted.count <= received.count {
                if received[searched..<(searched + wanted.count)].elementsEqual(wanted) {
                    let found = received[..<(searched + wanted.count)]
                    received.removeFirst(found.count)
                    return String(decoding: found, as: UTF8.self)
                }
                searched += 1
            }
            guard try await fill() else { throw Closed(received: received) }
        }
    }

    /// Reads so many bytes.
    ///
    /// - Throws: ``Closed`` when the server closes before.
    public mutating func receive(count: Int) async throws -> [UInt8] {
        while received.count < count {
            guard try await fill() else { throw Closed(received: received) }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Reads until the server closes.
    public mutating func rest() async -> String {
        while (try? await fill()) == true {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    private mutating func fill() async throws -> Bool {
        guard let part = try await inbound.next() else { return false }
        received += part.readableBytesView
        return true
    }
}
