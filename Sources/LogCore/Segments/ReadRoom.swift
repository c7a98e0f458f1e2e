internal import RecordFormat

/// Memory that a reader fills again and again: new memory costs more than what is read into it, as the kernel zeroes
/// each page of it first.
///
/// For one thread; what slices of it are still in use is for the reader to know, by ``isKnownUniquelyReferenced(_:)``.
@safe final class ReadRoom: @unchecked Sendable {
    // Sendable: slices of it go to other threads, but it is written to only where there are none.
    private let memory: UnsafeMutableRawBufferPointer

    init(capacity: Int) { unsafe memory = .allocate(byteCount: capacity, alignment: 64) }

    deinit { unsafe memory.deallocate() }

    var capacity: Int { unsafe memory.count }

    /// Fills the room with up to `count` bytes from `position` of `file`; fewer at the end of the file.
    ///
    /// - Precondition: no slice of what was in it before is in use.
    func fill(from file: LogFile, at position: Int, count: Int) throws(LogError) -> ByteSlice {
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        let read = unsafe try file.read(into: target, at: position)
        return unsafe ByteSlice(owner: self, unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[..<read]))
    }
}
