import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat

extension ChannelHandlerContext {
    /// Writes an answer: what is in memory in one buffer, what is in a log file as a stretch for the kernel to send.
    ///
    /// - Returns: The bytes that are in memory.
    func write(_ frame: EncodedFrame) -> Int {
        let inMemory = frame.segments.reduce(0) { sum, segment in
            if case .bytes(let bytes) = segment { sum + bytes.count } else { sum }
        }
        var buffer = channel.allocator.buffer(capacity: inMemory)
        for segment in frame.segments {
            switch segment {
            case .bytes(let bytes):
                bytes.withUnsafeBytes { _ = buffer.writeBytes($0) }
            case .external(let records):
                if buffer.readableBytes > 0 {
                    write(NIOAny(IOData.byteBuffer(buffer)), promise: nil)
                    buffer = channel.allocator.buffer(capacity: 256)
                }
                write(records)
            }
        }
        if buffer.readableBytes > 0 { write(NIOAny(IOData.byteBuffer(buffer)), promise: nil) }
        return inMemory
    }

    /// Hands a stretch of a log file to the kernel.
    private func write(_ records: any ExternalRecords) {
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
