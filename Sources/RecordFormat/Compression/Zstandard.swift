internal import CZstd

/// RFC 8878 through libzstd.
enum Zstandard {
    private static let defaultLevel: Int32 = 3
    /// From the window that RFC 8878 asks every decoder to support, 8 MiB, up to the most that libzstd takes unasked,
    /// 128 MiB.
    private static let windowLogs = 23...27

    static func compress(_ bytes: RawSpan, level: Int32?) throws(RecordFormatError) -> ByteSlice {
        unsafe try ByteSlice(unsafeCapacity: ZSTD_compressBound(bytes.byteCount)) { output throws(RecordFormatError) in
            let written = unsafe bytes.withUnsafeBytes { input in
                unsafe ZSTD_compress(
                    output.baseAddress, output.count, input.baseAddress, input.count, level ?? defaultLevel)
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
        // A frame of a few bytes may claim a window of any size, which the library allocates at once. More than the
        // output may take is never needed.
        unsafe try check(ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, windowLog(for: limit)))
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

    /// The logarithm of the largest window that an output of `limit` bytes can use.
    private static func windowLog(for limit: Int) -> Int32 {
        let bits = Int.bitWidth - max(limit - 1, 1).leadingZeroBitCount
        return Int32(min(max(bits, windowLogs.lowerBound), windowLogs.upperBound))
    }

    private static func check(_ result: Int) throws(RecordFormatError) {
        guard ZSTD_isError(result) != 0 else { return }
        throw RecordFormatError(.codecFailed, "zstd: " + (unsafe String(cString: ZSTD_getErrorName(result))))
    }
}
