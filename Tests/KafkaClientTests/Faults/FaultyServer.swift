import KafkaProtocol
import NIOCore
import NIOPosix
import RecordFormat
import Synchronization

@testable import KafkaClient

/// A broker's port that loses connections, answers with errors, or speaks old versions, as the test says.
///
/// Requests that get through are answered by the responder behind it, one after the other per connection.
final class FaultyServer: Sendable {
    /// What happens to one request.
    enum Fault: Sendable {
        /// It is served.
        case none
        /// The connection ends before it is served.
        case loseRequest
        /// It is served, and the connection ends instead of the answer.
        case loseAnswer
        /// It is not served; the answer, if it is a produce answer, carries an error.
        case refuse(ErrorCode)
        /// It is served, and answered with an error all the same.
        case serveAndRefuse(ErrorCode)
        /// These bytes are sent instead of an answer.
        case answer(bytes: [UInt8])
    }

    typealias Script = @Sendable (APIKey, _ number: Int) -> Fault

    private let responder: any RequestResponder
    private let script: Script
    private let newestVersions: [APIKey: Int16]?
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let counts = Mutex<[APIKey: Int]>([:])
    private let channel = Mutex<(any Channel)?>(nil)

    /// - Parameters:
    ///   - newestVersions: The newest version of each API that the server admits to, and no other API; `nil` for all.
    ///   - script: Decides over the requests of each API, which are counted from 0.
    init(
        _ responder: any RequestResponder, newestVersions: [APIKey: Int16]? = nil,
        script: @escaping Script = { _, _ in .none }
    ) {
        self.responder = responder
        self.newestVersions = newestVersions
        self.script = script
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
    var address: String { "127.0.0.1:\(port)" }

    /// How many requests of an API came.
    func count(of key: APIKey) -> Int { counts.withLock { $0[key] ?? 0 } }

    func start() async throws {
        let bound = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FaultyServerHandler(server: self, channel: channel))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.withLock { $0 = bound }
    }

    func stop() async throws { try await group.shutdownGracefully() }

    /// Serves one frame; what it returns is to be sent, and `nil` ends the connection.
    func serve(_ frame: ByteSlice) async throws -> [UInt8]? {
        let (header, body) = try KafkaFrame.decodeRequestHeader(frame)
        let number = counts.withLock { counts in
            defer { counts[header.apiKey, default: 0] += 1 }
            return counts[header.apiKey] ?? 0
        }
        let fault = script(header.apiKey, number)
        switch fault {
        case .loseRequest: return nil
        case .answer(let bytes): return bytes
        default: break
        }
        if header.apiKey == .apiVersions { return try versions(for: header) }
        guard let type = header.apiKey.requestType else { return nil }
        let answer = try await serve(type, header, body, fault)
        if case .loseAnswer = fault { return nil }
        return answer
    }

    private func serve<Request: KafkaRequest>(
        _ type: Request.Type, _ header: RequestHeader, _ body: ProtocolReader, _ fault: Fault
    ) async throws -> [UInt8] {
        var body = body
        let request = try Request(from: &body, version: header.apiVersion)
        var response: any KafkaMessage = Request.Response()
        if case .refuse = fault {
        } else {
            response = try await responder.respond(to: request, version: header.apiVersion, clientID: header.clientID)
        }
        switch fault {
        case .refuse(let code), .serveAndRefuse(let code):
            if let produce = request as? ProduceRequest { response = Self.refusal(of: produce, code) }
        default: break
        }
        return try Self.encode(rewritten(response), header)
    }

    private static func encode(_ response: any KafkaMessage, _ header: RequestHeader) throws -> [UInt8] {
        try KafkaFrame.encodeResponse(
            response, for: header.apiKey, version: header.apiVersion, correlationID: header.correlationID
        ).joined().array
    }

    private static func refusal(of request: ProduceRequest, _ code: ErrorCode) -> ProduceResponse {
        ProduceResponse(
            responses: request.topicData.map { topic in
                .init(
                    name: topic.name,
                    partitionResponses: topic.partitionData.map {
                        .init(index: $0.index, errorCode: code.rawValue, baseOffset: -1)
                    })
            })
    }

    /// The answer with this server in the broker's place, so that clients stay with it.
    private func rewritten(_ response: any KafkaMessage) -> any KafkaMessage {
        if var metadata = response as? MetadataResponse {
            for index in metadata.brokers.indices {
                metadata.brokers[index].host = "127.0.0.1"
                metadata.brokers[index].port = Int32(port)
            }
            return metadata
        }
        if var coordinator = response as? FindCoordinatorResponse {
            coordinator.host = "127.0.0.1"
            coordinator.port = Int32(port)
            return coordinator
        }
        return response
    }

    private func versions(for header: RequestHeader) throws -> [UInt8] {
        let all = (Int16(0)...100).map(APIKey.init(rawValue:)).compactMap { key in
            key.supportedVersions.flatMap { versions -> ApiVersionsResponse.ApiVersion? in
                let newest = newestVersions.map { $0[key] } ?? versions.upperBound
                guard let newest else { return nil }
                return .init(
                    apiKey: key.rawValue, minVersion: versions.lowerBound, maxVersion: min(newest, versions.upperBound))
            }
        }
        var response = ApiVersionsResponse(apiKeys: all)
        var version = header.apiVersion
        if let newest = newestVersions?[.apiVersions], version > newest {
            response.errorCode = ErrorCode.unsupportedVersion.rawValue
            version = 0
        }
        var header = header
        header.apiVersion = version
        return try Self.encode(response, header)
    }
}

/// Cuts a connection's bytes into frames and has them served in order.
private final class FaultyServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var assembler = FrameAssembler(limit: 64 << 20)
    private let frames: AsyncStream<ByteSlice>.Continuation

    init(server: FaultyServer, channel: any Channel) {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteSlice.self)
        frames = continuation
        Task {
            for await frame in stream {
                guard let answer = try? await server.serve(frame) else { break }
                channel.writeAndFlush(ByteBuffer(bytes: answer), promise: nil)
            }
            // The client may have ended it long ago, and the server its event loop since.
            if channel.isActive { try? await channel.close() }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frames = frames
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
                try assembler.consume(bytes) { frames.yield($0) }
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { frames.finish() }
}
