internal import RecordFormat

extension LogSlice {
    /// Verifies what no one has verified yet: checksums, and that offsets are in order.
    ///
    /// Unlike ``readBytes()`` this holds no more than a piece of the bytes at a time. It may wait for the device.
    ///
    /// - Returns: The slice; up to the first damaged batch if there is one.
    /// - Throws: ``LogError`` with code `.corruptBatch`, naming file and position, if the first batch is damaged,
    ///   `.io` if a read fails.
    /// - Complexity: one `pread` for each 4 MiB, and one checksum over all, unless ``isVerified``.
    public func verified() throws(LogError) -> LogSlice {
        if isVerified { return self }
        var scanner = BatchScanner(
            segment, from: position, to: segment.size, depth: .checksums, holding: .empty, expecting: firstOffset,
            of: file)
        var end = position
        do throws(LogError) {
            // The batch that the limit cuts is verified too, or a part of the slice could not be vouched for.
            while end < position + byteCount, let batch = try scanner.next() {
                end = batch.location.position + batch.location.size
            }
        } catch {
            guard error.code == .corruptBatch else { throw error }
            observer.logDidFindDamage(segment.directory.path, error: error)
            guard end > position else { throw error }
        }
        segment.markVerified(position..<end)
        return LogSlice(
            segment: segment, file: file, observer: observer, firstOffset: firstOffset, position: position,
            byteCount: min(byteCount, end - position), isRecent: isRecent)
    }
}
