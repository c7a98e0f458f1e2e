internal import RecordFormat

/// The file beneath an index: mapped up to the largest size it may reach, allocated piece by piece as it fills.
///
/// A store into a mapped hole has no way to say that the disk is full: the process gets a SIGBUS. So room is reserved
/// by a call that can fail, before anything is stored there; a page that does not exist is never touched. One that is
/// lost all the same, to a failing device or to someone else who cuts the file, reads as zeros: ``hasFaulted``.
///
/// Thread rule: the append lane reserves and stores; any thread may load what was stored before the entry count that it
/// saw.
final class IndexFile: @unchecked Sendable {
    // Sendable: `allocated` is touched by the append lane only, the mapping is written behind an entry count's release
    // and acquire.

    /// The most bytes that entries may take.
    let capacity: Int
    private let file: LogFile
    private let map: MappedFile
    private var allocated: Int
    private let step: Int

    /// Opens or creates the file `name`.
    ///
    /// - Parameter maxBytes: Room for the entries of an active segment; `nil` opens a sealed one at its size,
    ///   read-only.
    /// - Throws: ``LogError`` with code `.io`.
    init(_ name: String, in directory: LogDirectory, entrySize: Int, maxBytes: Int?) throws(LogError) {
        file = try directory.open(name, maxBytes == nil ? .readOnly : .create)
        let size = try file.size()
        allocated = size
        // A multiple of both page and entry size: a piece covers 2048 entries, which stand for 8 MiB of log.
        step = entrySize * 2048
        capacity = maxBytes.map { max($0 / entrySize * entrySize, size) } ?? size
        map = try MappedFile(file, size: capacity, isWritable: maxBytes != nil)
    }

    var path: String { file.path }
    /// The bytes that exist.
    var size: Int { allocated }

    /// Whether entries were lost while the file was mapped: what was read may be zeros, what was stored may be gone.
    ///
    /// - Complexity: one load.
    var hasFaulted: Bool { map.hasFaulted }

    /// Vouches for what this thread has read.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost.
    func checkIntact() throws(LogError) {
        guard map.hasFaulted else { return }
        throw LogError(
            .corruptIndex,
            "\(path) lost a part of its entries: the file was cut while it was open, or the device cannot read it; it is built again from the log at the next start"
        )
    }

    /// Makes sure that the bytes below `end` exist and have their place on the disk.
    ///
    /// - Throws: ``LogError`` with code `.storageFull` if there is no room for them.
    func reserve(upTo end: Int) throws(LogError) {
        guard end > allocated, end <= capacity else { return }
        let target = min((end + step - 1) / step * step, capacity)
        try file.allocate(at: allocated, length: target - allocated, .forMapping)
        allocated = target
    }

    /// Whether the bytes below `end` can be stored to.
    func holds(upTo end: Int) -> Bool { end <= allocated }

    func load<Integer: FixedWidthInteger & BitwiseCopyable>(at position: Int, as type: Integer.Type) -> Integer {
        map.bigEndian(at: position, as: type)
    }

    func store<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at position: Int) {
        precondition(position + MemoryLayout<Integer>.size <= allocated, "an index entry outside of its file")
        unsafe map.memory.storeBigEndian(value, at: position)
    }

    /// Cuts the file to `size` bytes; no reader may look at what lies behind.
    func trim(to size: Int) throws(LogError) {
        guard size < allocated else { return }
        try file.truncate(to: size)
        allocated = size
    }

    func sync() throws(LogError) { try file.sync() }
}
