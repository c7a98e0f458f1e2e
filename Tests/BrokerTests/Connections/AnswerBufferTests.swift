import KafkaProtocol
import NIOCore
import NIOEmbedded
import Testing

@testable import Broker

/// Answers on their way to a channel: put together, in order, and in no more memory than they take.
@Suite struct AnswerBufferTests {
    /// Lets a test write as a handler does.
    private final class Writer: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = IOData

        private(set) var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
    }

    private let channel = EmbeddedChannel()
    private let writer = Writer()

    init() throws { try channel.pipeline.syncOperations.addHandler(writer) }

    private func frame(_ correlationID: Int32) throws -> EncodedFrame {
        try KafkaFrame.encodeResponse(
            HeartbeatResponse(), for: .heartbeat, version: 0, correlationID: correlationID)
    }

    /// A frame with a message of this size.
    private func frame(size: Int) throws -> EncodedFrame {
        var response = ProduceResponse()
        response.responses = [.init(name: String(repeating: "n", count: size), partitionResponses: [])]
        return try KafkaFrame.encodeResponse(response, for: .produce, version: 3, correlationID: 1)
    }

    private func sent() throws -> [ByteBuffer] {
        var buffers: [ByteBuffer] = []
        while case .byteBuffer(let buffer)? = try channel.readOutbound(as: IOData.self) { buffers.append(buffer) }
        return buffers
    }

    @Test func answersOfATickLeaveTogether() throws {
        let context = try #require(writer.context)
        var answers = AnswerBuffer()
        var size = 0
        for number in Int32(1)...3 { size += answers.write(try frame(number), to: context) }
        #expect(answers.byteCount == size)
        answers.handOver(to: context)
        answers.handOver(to: context)
        #expect(answers.byteCount == 0)
        context.flush()
        let buffers = try sent()
        #expect(buffers.count == 1)
        var all = try #require(buffers.first)
        #expect(all.readableBytes == size)
        for number in Int32(1)...3 {
            let length = all.readInteger(as: Int32.self) ?? 0
            var answer = all.readSlice(length: Int(length))
            let found = answer?.readInteger(as: Int32.self)
            #expect(found == number)
        }
    }

    @Test func muchIsHandedOverAtOnce() throws {
        let context = try #require(writer.context)
        var answers = AnswerBuffer()
        let size = answers.write(try frame(size: 20_000), to: context)
        #expect(answers.byteCount == 0 && size > 20_000)
        let more = answers.write(try frame(7), to: context)
        #expect(answers.byteCount == more)
        answers.handOver(to: context)
        context.flush()
        #expect(try sent().map(\.readableBytes) == [size, more])
    }

    /// A client that takes nothing makes the channel keep every buffer.
    @Test func smallAnswersTakeLittleAfterALargerOne() throws {
        let context = try #require(writer.context)
        var answers = AnswerBuffer()
        var kept: [ByteBuffer] = []
        for number in Int32(0)..<20 {
            _ = answers.write(number == 0 ? try frame(size: 3_000) : try frame(number), to: context)
            answers.handOver(to: context)
            context.flush()
            kept += try sent()
        }
        #expect(kept.count == 20)
        #expect(kept.dropFirst().allSatisfy { $0.capacity <= 64 })
    }
}
