import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import ServerHarness
import Synchronization
import Testing

@testable import Broker

@Suite struct FileRegionReaderTests {
    private let directory: TemporaryDirectory
    private let content: [UInt8]
    private let channel: EmbeddedChannel

    init() throws {
        directory = try TemporaryDirectory()
        content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        try Data(content).write(to: URL(filePath: directory.path("log")))
        channel = EmbeddedChannel(handler: FileRegionReader())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func region(_ range: Range<Int>) throws -> FileRegion {
        let handle = try NIOFileHandle(_deprecatedPath: directory.path("log"))
        return FileRegion(fileHandle: handle, readerIndex: range.lowerBound, endIndex: range.upperBound)
    }

    private func close(_ region: FileRegion) throws { try region.fileHandle.close() }

    /// What came out of the channel.
    private func sent() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return bytes
    }

    @Test func stretchesAndBytesLeaveInTheOrderInWhichTheyWereWritten() throws {
        let region = try region(100..<200_100)
        let (first, stretch, last) = (ByteBuffer(bytes: [1, 2]), IOData.fileRegion(region), ByteBuffer(bytes: [3]))
        let ends = Mutex<[Int]>([])
        for (number, data) in [IOData.byteBuffer(first), stretch, .byteBuffer(last)].enumerated() {
            channel.write(data).whenSuccess { ends.withLock { $0.append(number) } }
        }
        #expect(ends.withLock { $0 }.isEmpty)
        channel.flush()
        #expect(try sent() == [1, 2] + content[100..<200_100] + [3])
        #expect(ends.withLock { $0 } == [0, 1, 2])
        try close(region)
        _ = try channel.finish()
    }

    @Test func nothingIsReadForAClientThatTakesNothing() throws {
        let region = try region(0..<300_000)
        channel.isWritable = false
        let isSent = Mutex(false)
        channel.writeAndFlush(IOData.fileRegion(region)).whenSuccess { isSent.withLock { $0 = true } }
        #expect(try sent().isEmpty && !isSent.withLock { $0 })
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(try sent() == content)
        #expect(isSent.withLock { $0 })
        try close(region)
        _ = try channel.finish()
    }

    @Test func withTheConnectionWhatWaitsEnds() throws {
        let region = try region(0..<300_000)
        channel.isWritable = false
        let errors = Mutex<[ChannelError]>([])
        for data in [IOData.fileRegion(region), .byteBuffer(ByteBuffer(bytes: [1]))] {
            channel.write(data).whenFailure { error in
                errors.withLock { $0 += [error as? ChannelError].compactMap(\.self) }
            }
        }
        channel.close(promise: nil)
        #expect(errors.withLock { $0 } == [.ioOnClosedChannel, .ioOnClosedChannel])
        try close(region)
    }

    @Test func whatIsWrittenBehindAHalfReadStretchComesBehindIt() throws {
        let region = try region(0..<300_000)
        // Writable until it has sent three pieces, as a client that takes so much and then takes its time.
        let pieces = Pieces(limit: 3)
        try channel.pipeline.syncOperations.addHandler(pieces, position: .first)
        channel.write(IOData.fileRegion(region), promise: nil)
        channel.flush()
        #expect(pieces.count == 3)
        channel.writeAndFlush(IOData.byteBuffer(ByteBuffer(bytes: [1, 2])), promise: nil)
        #expect(pieces.count == 3)
        let reader = try channel.pipeline.syncOperations.handler(type: FileRegionReader.self)
        #expect(reader.waitingBytes.inMemory == 2 && reader.waitingBytes.inFiles == 300_000 - 3 << 16)
        pieces.limit = .max
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.run()
        #expect(try sent() == content + [1, 2] && reader.isEmpty)
        #expect(reader.waitingBytes.inMemory == 0 && reader.waitingBytes.inFiles == 0)
        try close(region)
        _ = try channel.finish()
    }

    /// Makes the channel unwritable after some writes.
    private final class Pieces: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var limit: Int
        var count = 0

        init(limit: Int) { self.limit = limit }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            count += 1
            context.write(data, promise: promise)
            if count == limit { (context.channel as? EmbeddedChannel)?.isWritable = false }
        }
    }

    /// Answers that cannot be kept are not filled up with something else.
    @Test func aFileThatIsShorterThanWasPromisedEndsTheConnection() throws {
        let region = try region(250_000..<400_000)
        let failure = Mutex<(any Error)?>(nil)
        channel.writeAndFlush(IOData.fileRegion(region)).whenFailure { error in failure.withLock { $0 = error } }
        #expect(failure.withLock { $0 as? IOError }?.errnoCode == EIO)
        #expect(!channel.isActive)
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
        let isLateRefused = Mutex(false)
        let late = IOData.byteBuffer(ByteBuffer(bytes: [1]))
        channel.writeAndFlush(late).whenFailure { _ in isLateRefused.withLock { $0 = true } }
        #expect(isLateRefused.withLock { $0 })
        #expect(try sent().isEmpty)
        try close(region)
    }
}
