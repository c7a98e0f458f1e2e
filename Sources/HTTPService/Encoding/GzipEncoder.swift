internal import CZlib

/// Writes gzip bit by bit (RFC 1952). For one task at a time.
final class GzipEncoder {
    /// How much of what went in has to have come out.
    enum Flush {
        /// As zlib likes.
        case none
        /// All of it, so that the reader sees it.
        case all
        /// All of it, and nothing comes any more.
        case end
    }

    /// What a stream needs while it is open: those that live long take less.
    enum Memory {
        /// 256 KiB, for what is done at once.
        case full
        /// 64 KiB, for streams, of which there may be many.
        case small
    }

    private static let pieceSize = 16 * 1024

    private let stream: UnsafeMutablePointer<z_stream>
    private let hasBegun: Bool

    /// Creates an encoder.
    ///
    /// - Parameter level: From 1 for the fastest to 9 for the smallest.
    /// - Returns: `nil` when there is no memory for it.
    init?(level: Int, memory: Memory) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Bits of window, 16 more for gzip's frame, and zlib's number for the size of its tables.
        let (window, tables): (Int32, Int32) = memory == .full ? (15, 8) : (13, 6)
        let status = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, window + 16, tables, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        hasBegun = status == Z_OK
        if !hasBegun { return nil }
    }

    deinit {
        if hasBegun { deflateEnd(stream) }
        stream.deallocate()
    }

    /// Encodes bytes and adds what comes out to `output`.
    func append(_ bytes: ArraySlice<UInt8>, flush: Flush, to output: inout [UInt8]) {
        let mode =
            switch flush {
            case .none: Z_NO_FLUSH
            case .all: Z_SYNC_FLUSH
            case .end: Z_FINISH
            }
        bytes.withUnsafeBufferPointer { source in
            stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
            stream.pointee.avail_in = UInt32(source.count)
            var isDone = false
            while !isDone {
                let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { target, count in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(Self.pieceSize)
                    _ = deflate(stream, mode)
                    count = Self.pieceSize - Int(stream.pointee.avail_out)
                }
                output += piece
                // What filled the room may have had more to say.
                isDone = piece.count < Self.pieceSize
            }
        }
    }
}

extension GzipEncoder {
    /// Encodes a whole body.
    ///
    /// - Returns: `nil` when there is no memory for it.
    static func encoded(_ bytes: [UInt8], level: Int) async -> [UInt8]? {
        guard let encoder = GzipEncoder(level: level, memory: .full) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 + 64)
        var rest = bytes[...]
        while rest.count > 64 * 1024 {
            encoder.append(rest.prefix(64 * 1024), flush: .none, to: &output)
            rest = rest.dropFirst(64 * 1024)
            // Others on this thread need not wait for all of a large one.
            await Task.yield()
        }
        encoder.append(rest, flush: .end, to: &output)
        return output
    }
}
