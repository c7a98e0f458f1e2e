internal import RecordFormat

/// The bytes of a slice of a log file, mapped for reading.
final class MappedSlice: Sendable {
    let segment: LogSegment
    let file: LogFile
    /// Where the slice starts in the file.
    let position: Int
    /// The number of bytes.
    let byteCount: Int
    private let map: MappedFile
    /// Bytes in front of the slice that the mapping holds too, because it begins with a page.
    private let lead: Int

    /// Maps what `slice` covers.
    ///
    /// - Throws: ``LogError`` with code `.io` if the system refuses, `.tooManyOpenFiles` past `vm.max_map_count`.
    init(_ slice: LogSlice) throws(LogError) {
        segment = slice.segment
        file = slice.file
        position = slice.position
        byteCount = slice.byteCount
        lead = slice.position % MappedFile.pageSize
        let pool = slice.segment.directory.residency.mappings
        pool.take()
        do throws(LogError) {
            map = try MappedFile(
                slice.file, from: slice.position - lead, size: lead + slice.byteCount, isWritable: false)
        } catch {
            pool.release()
            throw error
        }
    }

    deinit { segment.directory.residency.mappings.release() }

    /// Calls `body` with the bytes, which must not be used any longer than this object lives.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(rebasing: map.memory[lead...]))
    }

    /// Vouches for what was read of the bytes so far.
    ///
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` if the log was truncated meanwhile, `.io` if the device, or
    ///   someone who cut the file, took bytes away.
    func checkIntact() throws(LogError) {
        guard segment.size >= position + byteCount else {
            throw LogError(
                .offsetOutOfRange,
                "\(segment.path(FileNames.Suffix.log)) was truncated to \(segment.size) bytes meanwhile")
        }
        guard map.hasFaulted else { return }
        throw LogError(
            .io,
            "\(segment.path(FileNames.Suffix.log)) lost bytes between \(position) and \(position + byteCount) while they were read: check the device, and what else writes to the directory"
        )
    }
}
