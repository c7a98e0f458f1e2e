import DequeModule
import KafkaProtocol
import NIOCore
import NIOPosix
import RecordFormat

/// A client's connection that does no more than the test asks: it sends frames or plain bytes, and matches answers with
/// requests by order and number.
final class TestConnection: Sendable {
    /// The broker closed the connection.
    struct Closed: Error {}

    let channel: any Channel
    private let handler: NIOLoopBound<Handler>

    private init(channel: any Channel, handler: NIOLoopBound<Handler>) {
        self.channel = channel
        self.handler = handler
    }

    static func connect(port: Int) async throws -> TestConnection {
        let loops = MultiThreadedEventLoopGroup.singleton
        return try await ClientBootstrap(group: loops).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = Handler()
                try channel.pipeline.syncOperations.addHandler(handler)
                return TestConnection(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
            }
        }
    }

    /// Sends a request and waits for its answer.
    func ask<Request: KafkaRequest>(_ request: Request, version: Int16? = nil) async throws -> Request.Response {
        try await begin(request, version: version).get()
    }

    /// Sends a request; the answer comes when it comes.
    func begin<Request: KafkaRequest>(
        _ request: Request, version: Int16? = nil
    ) throws -> EventLoopFuture<Request.Response> {
        let version = version ?? Request.versions.upperBound
        let frame = try Self.bytes(of: request, version: version, correlationID: 0)
        return send(frame, numbered: true).flatMapThrowing { try Self.decode($0, to: Request.self, version: version) }
    }

    /// Sends a request that gets no answer.
    func tell<Request: KafkaRequest>(_ request: Request, version: Int16? = nil) async throws {
        let frame = try Self.bytes(of: request, version: version ?? Request.versions.upperBound, correlationID: -1)
        try await sendRaw(frame)
    }

    /// Sends bytes as they are; what comes back is for ``frame()``.
    func sendRaw(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Sends a frame and gives the next one that comes back.
    func exchange(_ frame: [UInt8]) async throws -> ByteSlice { try await send(frame, numbered: false).get() }

    func close() async throws { try await channel.close() }

    /// Waits until the broker has closed the connection.
    func untilClosed() async throws { try await channel.closeFuture.get() }

    private func send(_ frame: [UInt8], numbered: Bool) -> EventLoopFuture<ByteSlice> {
        let promise = channel.eventLoop.makePromise(of: ByteSlice.self)
        channel.eventLoop.execute { [self] in handler.value.send(frame, numbered: numbered, channel, promise) }
        return promise.futureResult
    }

    /// A request's frame with its length.
    static func bytes<Request: KafkaRequest>(
        of request: Request, version: Int16, correlationID: Int32
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let frame = try KafkaFrame.encodeRequest(
            request, version: version, correlationID: correlationID, clientID: "test")
        for case .bytes(let segment) in frame.segments { bytes += segment.array }
        return bytes
    }

    /// Reads an answer, which must have no byte too many, and notes the error codes in it.
    static func decode<Request: KafkaRequest>(
        _ frame: ByteSlice, to request: Request.Type, version: Int16
    ) throws -> Request.Response {
        var reader = ProtocolReader(frame)
        _ = try ResponseHeader(from: &reader, for: Request.apiKey, version: version)
        let response = try Request.Response(from: &reader, version: version)
        guard reader.remaining == 0 else {
            throw TestFailure("\(Request.apiKey.name) version \(version): \(reader.remaining) bytes behind the answer")
        }
        try WireErrorCodes.shared?.note(response, of: Request.apiKey)
        return response
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var waiting: Deque<(number: Int32?, promise: EventLoopPromise<ByteSlice>)> = []
        private var lastNumber: Int32 = 0
        private var unread = ByteBuffer()
        private var isClosed = false

        func send(_ frame: [UInt8], numbered: Bool, _ channel: any Channel, _ promise: EventLoopPromise<ByteSlice>) {
            guard !isClosed else { return promise.fail(Closed()) }
            var frame = frame
            lastNumber += 1
            // Behind the length, the API and its version.
            if numbered {
                for index in 0..<4 {
                    frame[8 + index] = UInt8(truncatingIfNeeded: lastNumber >> (24 - 8 * Int32(index)))
                }
            }
            waiting.append((numbered ? lastNumber : nil, promise))
            channel.writeAndFlush(ByteBuffer(bytes: frame), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var incoming = unwrapInboundIn(data)
            unread.writeBuffer(&incoming)
            while let length = unread.getInteger(at: unread.readerIndex, as: Int32.self),
                unread.readableBytes >= 4 + Int(length)
            {
                unread.moveReaderIndex(forwardBy: 4)
                let frame = ByteSlice(unread.readBytes(length: Int(length)) ?? [])
                guard let next = waiting.popFirst() else { continue }
                let number = try? KafkaFrame.correlationID(ofResponse: frame)
                if let expected = next.number, number != expected {
                    next.promise.fail(
                        TestFailure(
                            "answer \(number.map(String.init) ?? "without number") came in the place of \(expected)"))
                } else {
                    next.promise.succeed(frame)
                }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            isClosed = true
            while let next = waiting.popFirst() { next.promise.fail(Closed()) }
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
