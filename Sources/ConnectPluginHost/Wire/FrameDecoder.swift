import ConnectAPI
import NIOCore

/// Cuts the bytes that a plug-in writes into frames: a length of four bytes, big-endian, and so many bytes of JSON.
///
/// Nothing is allocated for a length alone: room grows with the bytes that came.
///
/// - SeeAlso: docs/plugin-protocol.md, "Frames"
struct FrameDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// The most bytes that a frame may have behind its length; what is announced to the plug-in in `hello`.
    static let defaultLimit = 16 * 1024 * 1024

    /// The most bytes behind a length.
    let limit: Int

    mutating func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard length >= 2, length <= limit else { throw refusal(of: length, buffer) }
        guard buffer.readableBytes >= 4 + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: 4)
        return buffer.readSlice(length: Int(length))
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? {
        if let frame = try decode(buffer: &buffer) { return frame }
        guard buffer.readableBytes == 0 else {
            let count = buffer.readableBytes
            buffer.clear()
            throw ConnectError(.failed, "the standard output ended within a frame, after \(count) bytes of it")
        }
        return nil
    }

    /// The length as bytes and the body behind it.
    ///
    /// - Precondition: the body is within the limit of every decoder.
    static func frame(_ body: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(4 + body.count)
        buffer.writeInteger(UInt32(body.count))
        buffer.writeBytes(body)
        return buffer
    }

    private func refusal(of length: UInt32, _ buffer: ByteBuffer) -> ConnectError {
        // What a `print` leaves is the mistake that everyone makes first.
        let start = buffer.getBytes(at: buffer.readerIndex, length: 4) ?? []
        if start.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            return ConnectError(
                .failed,
                "the standard output has text that begins with '\(String(decoding: start, as: UTF8.self))'; only frames belong"
                    + " there, print to standard error instead")
        }
        return ConnectError(.failed, "a frame of \(length) bytes; from 2 to \(limit) are allowed")
    }
}
