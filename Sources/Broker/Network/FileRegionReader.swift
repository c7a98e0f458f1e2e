import DequeModule
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads stretches of log files into memory for connections that are encrypted: the kernel cannot send those as they are.
///
/// A stretch is read piece by piece as the client takes it, so that a connection holds little of a large answer, and for a
/// while only, so that others have their turn. Bound to the channel's event loop, which reads: what would wait for the device
/// was loaded before (``Broker/fetch(_:_:_:)``).
final class FileRegionReader: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    /// Bytes that are read at a time: four records of TLS.
    private static let pieceSize = 64 << 10

    /// What was written behind a stretch that is not read to its end, that stretch first.
    private var waiting = Deque<(data: IOData, promise: EventLoopPromise<Void>?)>()
    /// Bytes of what waits that are in memory, and that are in files.
    private(set) var waitingBytes = (inMemory: 0, inFiles: 0)
    private var isSending = false
    /// Why nothing is sent any more.
    private var failure: (any Error)?

    /// Whether all that was written has gone on to the channel.
    var isEmpty: Bool { waiting.isEmpty }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // In the place of what could not be read, nothing else may come.
        if let failure {
            promise?.fail(failure)
            return
        }
        let data = unwrapOutboundIn(data)
        switch data {
        case .byteBuffer(let bytes) where waiting.isEmpty:
            context.write(wrapOutboundOut(bytes), promise: promise)
            return
        case .byteBuffer(let bytes): waitingBytes.inMemory += bytes.readableBytes
        case .fileRegion(let region): waitingBytes.inFiles += region.readableBytes
        }
        waiting.append((data, promise))
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        send(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send(context)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(ChannelError.ioOnClosedChannel) }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input { fail(ChannelError.ioOnClosedChannel) }
        context.close(mode: mode, promise: promise)
    }

    /// Sends what waits, until the client has to take some of it first or the turn is over.
    private func send(_ context: ChannelHandlerContext) {
        // A flush may tell of a change before it returns.
        guard !isSending else { return }
        isSending = true
        defer { isSending = false }
        let end = NIODeadline.now() + Turns.length
        var piece: ByteBuffer?
        while context.channel.isWritable, !waiting.isEmpty {
            guard NIODeadline.now() < end else { return sendLater(context) }
            let next = waiting.removeFirst()
            switch next.data {
            case .byteBuffer(let bytes):
                waitingBytes.inMemory -= bytes.readableBytes
                context.write(wrapOutboundOut(bytes), promise: next.promise)
            case .fileRegion(var region):
                var bytes = piece.take() ?? context.channel.allocator.buffer(capacity: Self.pieceSize)
                bytes.clear()
                do { try Self.read(&region, into: &bytes) } catch {
                    next.promise?.fail(error)
                    // What was promised cannot be sent: the stream ends here.
                    fail(error)
                    context.fireErrorCaught(error)
                    return context.close(promise: nil)
                }
                waitingBytes.inFiles -= bytes.readableBytes
                let isLast = region.readableBytes == 0
                if !isLast { waiting.prepend((.fileRegion(region), next.promise)) }
                context.write(wrapOutboundOut(bytes), promise: isLast ? next.promise : nil)
                piece = bytes
            }
            context.flush()
        }
    }

    /// Goes on when others have had their turn, and tells the connection when there is nothing left.
    private func sendLater(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.send(context)
            if handler.isEmpty, handler.failure == nil { context.fireChannelWritabilityChanged() }
        }
    }

    /// Reads the next piece of a stretch.
    private static func read(_ region: inout FileRegion, into bytes: inout ByteBuffer) throws {
        let (position, count) = (region.readerIndex, min(pieceSize, region.readableBytes))
        try region.fileHandle.withUnsafeFileDescriptor { descriptor in
            while bytes.readableBytes < count {
                let done = bytes.readableBytes
                var got = 0
                _ = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { room in
                    got = pread(descriptor, room.baseAddress, count - done, off_t(position + done))
                    return max(got, 0)
                }
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    throw IOError(errnoCode: got < 0 ? errno : EIO, reason: "a log file has less than was to be sent")
                }
            }
        }
        region.moveReaderIndex(forwardBy: count)
    }

    private func fail(_ error: any Error) {
        failure = failure ?? error
        waitingBytes = (0, 0)
        while let next = waiting.popFirst() { next.promise?.fail(error) }
    }
}
