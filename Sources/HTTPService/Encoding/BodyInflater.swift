internal import CZlib
import HTTPTypes

/// Undoes gzip and deflate bit by bit, and refuses what grows beyond its bounds.
///
/// A few kilobytes can be made to grow a thousandfold. Two bounds hold: how many bytes come out, and how many for each
/// byte that went in once a mebibyte has come out. For one task at a time.
final class BodyInflater {
    /// Up to here a body may grow as it likes: small ones of one letter do.
    private static let freeSize = 1 << 20
    private static let pieceSize = 64 * 1024

    private let encoding: ContentEncoding
    private let limit: Int
    private let expansion: Int
    /// At an address of its own: zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var position = 0
    private var consumed = 0
    private var produced = 0
    private var hasBegun = false
    private var mayHaveMore = false
    private var isAtEnd = false

    /// Creates a decoder that has seen nothing.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that may come out.
    ///   - expansion: The most bytes that may come out for each that went in.
    init(_ encoding: ContentEncoding, limit: Int, expansion: Int) {
        self.encoding = encoding
        self.limit = limit
        self.expansion = expansion
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if hasBegun { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Takes encoded bytes; ``next()`` gives what they are.
    func feed(_ bytes: [UInt8]) {
        input = position < input.count ? input[position...] + bytes : bytes
        position = 0
    }

    /// The next decoded bytes, 64 KiB at most.
    ///
    /// - Returns: `nil` when more has to be fed first.
    /// - Throws: ``ServiceError`` with status 400 for what is not encoded as it should be, 413 beyond a bound.
    func next() throws(ServiceError) -> [UInt8]? {
        guard try begin() else { return nil }
        while position < input.count || mayHaveMore {
            if isAtEnd {
                // A gzip body may be several members one behind the other; behind zlib's end nothing may come.
                guard encoding == .gzip, inflateReset(stream) == Z_OK else {
                    throw malformed("has bytes behind its end")
                }
                isAtEnd = false
            }
            let piece = try step()
            if !piece.isEmpty { return piece }
        }
        return nil
    }

    /// Says that no more comes.
    ///
    /// - Throws: ``ServiceError`` with status 400 when something is missing.
    func finish() throws(ServiceError) {
        guard isAtEnd || (consumed == 0 && position == input.count) else { throw malformed("ends too early") }
    }

    private func step() throws(ServiceError) -> [UInt8] {
        let room = min(Self.pieceSize, max(1024, 4 * (input.count - position)))
        var status = Z_OK
        var taken = 0
        let piece = [UInt8](unsafeUninitializedCapacity: room) { target, count in
            input.withUnsafeBufferPointer { source in
                stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
                stream.pointee.avail_in = UInt32(source.count - position)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                status = inflate(stream, Z_NO_FLUSH)
                taken = source.count - position - Int(stream.pointee.avail_in)
                count = room - Int(stream.pointee.avail_out)
            }
        }
        position += taken
        consumed += taken
        produced += piece.count
        isAtEnd = status == Z_STREAM_END
        mayHaveMore = piece.count == room && !isAtEnd
        // Z_BUF_ERROR says that nothing could be done, which is no fault as long as more may come.
        guard status == Z_OK || status == Z_STREAM_END || (status == Z_BUF_ERROR && position == input.count) else {
            throw malformed("is damaged")
        }
        try check()
        return piece
    }

    private func check() throws(ServiceError) {
        guard produced <= limit else { throw ServiceError.bodyTooLarge(limit: limit) }
        guard produced <= Self.freeSize || produced / expansion <= consumed else {
            throw ServiceError(
                .contentTooLarge,
                "HTTP 413 Request Entity Too Large: the body grows to more than \(expansion) times its size when it is unpacked"
            )
        }
    }

    /// Starts the decoder once it is known which kind it is.
    private func begin() throws(ServiceError) -> Bool {
        if hasBegun { return true }
        // 15 bits of window; 16 more ask for gzip's frame, and the negative for none.
        var windowBits: Int32 = 15 + 16
        if encoding == .deflate {
            guard input.count >= 2 else { return false }
            let isFramed = input[0] & 0x0F == 8 && (Int(input[0]) << 8 | Int(input[1])) % 31 == 0
            windowBits = isFramed ? 15 : -15
        }
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ServiceError(.serviceUnavailable, "There is no memory to unpack the body")
        }
        hasBegun = true
        return true
    }

    private func malformed(_ problem: String) -> ServiceError {
        let name = encoding == .gzip ? "gzip" : "deflate"
        return ServiceError(
            .badRequest, "The body is no whole \(name), as Content-Encoding says that it is: it \(problem)")
    }
}

extension BodyInflater {
    /// Decodes a whole body.
    ///
    /// - Throws: ``ServiceError`` as ``next()`` and ``finish()`` do.
    static func decoded(
        _ bytes: [UInt8], _ encoding: ContentEncoding, limit: Int, expansion: Int
    ) async throws -> [UInt8] {
        let inflater = BodyInflater(encoding, limit: limit, expansion: expansion)
        inflater.feed(bytes)
        var whole: [UInt8] = []
        while let piece = try inflater.next() {
            whole += piece
            // Others on this thread need not wait for all of a large one.
            if piece.count == pieceSize { await Task.yield() }
        }
        try inflater.finish()
        return whole
    }
}
