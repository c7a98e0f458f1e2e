internal import CZstd

/// RFC 8878 through libzstd.
enum Zstandard {
    private static let level: Int32 = 3

    static func compress(_ bytes: RawSpan) throws(RecordFormatError) -> ByteSlice {
        unsafe try ByteSlice(unsafeCapacity: ZSTD_compressBound(bytes.byteCount)) { output throws(RecordFormatError) in
            let written = unsafe bytes.withUnsafeBytes { input in
                unsafe ZSTD_compress(output.baseAddress, output.count, input.baseAddress, input.count, level)
            }
            try check(written)
            return written
        }
    }

    static func decompress(_ bytes: RawSpan, limit: Int) throws(RecordFormatError) -> ByteSlice {
        guard let stream = unsafe ZSTD_createDStream() else {
            throw RecordFormatError(.codecFailed, "zstd could not start to decompress")
        }
        defer { unsafe _ = ZSTD_freeDStream(stream) }
        var output = ByteAccumulator(capacity: CompressionCodec.firstGuess(for: bytes.byteCount, limit: limit))
        var consumed = 0
        var hint = 1
        while consumed < bytes.byteCount || hint != 0 {
            let room = min(max(output.count, 4096), limit - output.count)
            guard room > 0 else { throw CompressionCodec.limitExceeded(limit) }
            var taken = 0
            var written = 0
            unsafe output.appendUninitialized(room: room) { target in
                unsafe bytes.extracting(droppingFirst: consumed).withUnsafeBytes { input in
                    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
                    var sink = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    hint = unsafe ZSTD_decompressStream(stream, &sink, &source)
                    taken = unsafe source.pos
                    written = unsafe sink.pos
                }
                return written
            }
            try check(hint)
            consumed += taken
            if taken == 0 && written == 0 {
                guard hint == 0 else { throw RecordFormatError(.codecFailed, "zstd: the frame ends early") }
                break
            }
        }
        return output.finish()
    }

    private static func check(_ result: Int) throws(RecordFormatError) {
        guard ZSTD_isError(result) != 0 else { return }
        throw RecordFormatError(.codecFailed, "zstd: " + (unsafe String(cString: ZSTD_getErrorName(result))))
    }
}
