internal import CZlib

/// RFC 1952 through zlib.
enum Gzip {
    /// 15 bits of window, and 16 to ask for the gzip wrapper rather than zlib's.
    private static let windowBits: Int32 = 15 + 16

    static func compress(_ bytes: RawSpan, level: Int32?) throws(RecordFormatError) -> ByteSlice {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard
            unsafe deflateInit2_(
                &stream, level ?? Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                size)
                == Z_OK
        else { throw RecordFormatError(.codecFailed, "zlib could not start to compress") }
        defer { unsafe deflateEnd(&stream) }
        let bound = Int(unsafe deflateBound(&stream, UInt(bytes.byteCount)))
        return unsafe try ByteSlice(unsafeCapacity: bound) { output throws(RecordFormatError) in
            let status = unsafe bytes.withUnsafeBytes { input in
                unsafe stream.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.avail_out = UInt32(output.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
            guard status == Z_STREAM_END else { throw RecordFormatError(.codecFailed, "zlib: deflate gave \(status)") }
            return unsafe Int(stream.total_out)
        }
    }

    static func decompress(_ bytes: RawSpan, limit: Int) throws(RecordFormatError) -> ByteSlice {
        var stream = unsafe z_stream()
        guard unsafe inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw RecordFormatError(.codecFailed, "zlib could not start to decompress") }
        defer { unsafe inflateEnd(&stream) }
        var output = ByteAccumulator(capacity: CompressionCodec.firstGuess(for: bytes.byteCount, limit: limit))
        var consumed = 0
        var status = Z_OK
        while status != Z_STREAM_END || consumed < bytes.byteCount {
            // A gzip file may be several members one behind the other.
            if status == Z_STREAM_END { unsafe inflateReset(&stream) }
            let room = min(max(output.count, 4096), limit - output.count)
            guard room > 0 else { throw CompressionCodec.limitExceeded(limit) }
            var taken = 0
            unsafe output.appendUninitialized(room: room) { target in
                unsafe bytes.extracting(droppingFirst: consumed).withUnsafeBytes { input in
                    unsafe stream.next_in = UnsafeMutablePointer(
                        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
                    unsafe stream.avail_in = UInt32(input.count)
                    unsafe stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe stream.avail_out = UInt32(target.count)
                    status = unsafe inflate(&stream, Z_NO_FLUSH)
                    taken = unsafe input.count - Int(stream.avail_in)
                    return unsafe target.count - Int(stream.avail_out)
                }
            }
            consumed += taken
            guard status == Z_OK || status == Z_STREAM_END || (status == Z_BUF_ERROR && consumed < bytes.byteCount)
            else {
                throw RecordFormatError(.codecFailed, "zlib: inflate gave \(status) at byte \(consumed)")
            }
        }
        return output.finish()
    }
}
