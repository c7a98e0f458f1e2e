import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat

/// The answers of one connection on their way to its channel: what is in memory is put together, so that all of a tick leave as
/// one buffer, which is used again. Between answers a connection keeps up to 4 KiB of it.
///
/// Bound to the connection's event loop.
struct AnswerBuffer {
    /// Bytes that are handed to the channel before the tick ends, so that it can say when they are too many.
    private static let mark = 16 << 10
    /// The most bytes that a connection keeps for its next answers.
    private static let largestKept = 4 << 10

    private var buffer = ByteBuffer()
    /// Whether the channel has what is in the buffer.
    private var isHandedOver = false

    /// Bytes that the channel does not have yet.
    var byteCount: Int { isHandedOver ? 0 : buffer.readableBytes }

    /// Takes an answer: what is in memory is kept until ``handOver(to:)``, or until it is much; what is in a log file goes to the channel as a stretch for
    /// the kernel to send, behind all that came before.
    ///
    /// - Returns: The bytes that are in memory.
    mutating func write(_ frame: EncodedFrame, to context: ChannelHandlerContext) -> Int {
        var inMemory = 0
        for segment in frame.segments {
            switch segment {
            case .bytes(let bytes):
                inMemory += bytes.count
                makeReady()
                bytes.withUnsafeBytes { _ = buffer.writeBytes($0) }
            case .external(let records):
                handOver(to: context)
                context.write(records)
            }
        }
        if buffer.readableBytes >= Self.mark { handOver(to: context) }
        return inMemory
    }

    /// Gives the channel what it does not have yet; whoever calls this flushes the channel afterwards, which may close it.
    mutating func handOver(to context: ChannelHandlerContext) {
        guard !isHandedOver, buffer.readableBytes > 0 else { return }
        context.write(NIOAny(IOData.byteBuffer(buffer)), promise: nil)
        if buffer.capacity > Self.largestKept { buffer = ByteBuffer() } else { isHandedOver = true }
    }

    private mutating func makeReady() {
        guard isHandedOver else { return }
        isHandedOver = false
        // As a rule all is sent by now, and the memory is free again; where it is not, this takes as much as is needed.
        buffer.clear(minimumCapacity: 0)
    }
}

extension ChannelHandlerContext {
    /// Hands a stretch of a log file to the kernel.
    fileprivate func write(_ records: any ExternalRecords) {
        guard let records = records as? FileRecords else {
            preconditionFailure("the broker's answers refer to log files only")
        }
        let slice = records.slice
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: slice.file.descriptor)
        let region = FileRegion(
            fileHandle: handle, readerIndex: slice.position, endIndex: slice.position + slice.byteCount)
        let promise = eventLoop.makePromise(of: Void.self)
        // The log's own object owns the descriptor; the handle only lends it to NIO until the bytes are out.
        promise.futureResult.whenComplete { _ in
            withExtendedLifetime(slice) { _ = try? handle.takeDescriptorOwnership() }
        }
        write(NIOAny(IOData.fileRegion(region)), promise: promise)
    }
}
