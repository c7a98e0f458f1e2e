internal import CLZ4

/// The LZ4 frame format through liblz4.
enum LZ4 {
    static func compress(_ bytes: RawSpan, level: Int32?) throws(RecordFormatError) -> ByteSlice {
        var preferences = LZ4F_preferences_t()
        // Independent blocks: the Java client's decoder knows no other.
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.blockSizeID = LZ4F_max64KB
        if let level { preferences.compressionLevel = level }
        let bound = unsafe LZ4F_compressFrameBound(bytes.byteCount, &preferences)
        return unsafe try ByteSlice(unsafeCapacity: bound) { output throws(RecordFormatError) in
            let written = unsafe bytes.withUnsafeBytes { input in
                unsafe LZ4F_compressFrame(
                    output.baseAddress, output.count, input.baseAddress, input.count, &preferences)
            }
            try check(written)
            return written
        }
    }

    static func decompress(_ bytes: RawSpan, limit: Int) throws(RecordFormatError) -> ByteSlice {
        var context: OpaquePointer?
        unsafe try check(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION)))
        defer { unsafe _ = LZ4F_freeDecompressionContext(context) }
        var output = ByteAccumulator(capacity: CompressionCodec.firstGuess(for: bytes.byteCount, limit: limit))
        var consumed = 0
        var hint = 1
        while consumed < bytes.byteCount || hint != 0 {
            let room = min(max(output.count, 4096), limit - output.count)
            guard room > 0 else { throw CompressionCodec.limitExceeded(limit) }
            var taken = 0
            var written = 0
            unsafe output.appendUninitialized(room: room) { target in
                written = target.count
                hint = unsafe bytes.extracting(droppingFirst: consumed).withUnsafeBytes { input in
                    taken = input.count
                    return unsafe LZ4F_decompress(context, target.baseAddress, &written, input.baseAddress, &taken, nil)
                }
                return LZ4F_isError(hint) == 0 ? written : 0
            }
            try check(hint)
            consumed += taken
            if taken == 0 && written == 0 {
                guard hint == 0 else { throw RecordFormatError(.codecFailed, "lz4: the frame ends early") }
                break
            }
        }
        return output.finish()
    }

    private static func check(_ result: LZ4F_errorCode_t) throws(RecordFormatError) {
        guard LZ4F_isError(result) != 0 else { return }
        throw RecordFormatError(.codecFailed, "lz4: " + (unsafe String(cString: LZ4F_getErrorName(result))))
    }
}
