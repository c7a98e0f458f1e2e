internal import RecordFormat
internal import Synchronization

/// The file beneath an index: mapped up to the largest size it may reach while it is used, allocated piece by piece as
/// it fills.
///
/// A store into a mapped hole has no way to say that the disk is full: the process gets a SIGBUS. So room is reserved
/// by a call that can fail, before anything is stored there; a page that does not exist is never touched. One that is
/// lost all the same, to a failing device or to someone else who cuts the file, reads as zeros: ``hasFaulted``.
///
/// Only the mapping stays, and not for long if others need the room; the file itself is opened for what it takes.
///
/// Thread rule: the append lane reserves and stores; any thread may load what was stored before the entry count that it
/// saw.
final class IndexFile: Sendable {
    /// The most bytes that entries may take.
    let capacity: Int
    private let directory: LogDirectory
    private let name: String
    private let mapping: Resident<IndexMapping>
    /// Moved by the append lane only.
    private let allocated: Atomic<Int>
    private let step: Int
    private let isLost = Atomic(false)

    /// Opens or creates the file `name`.
    ///
    /// - Parameter maxBytes: Room for the entries of an active segment; `nil` opens a sealed one at its size,
    ///   read-only.
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` or `.io`.
    init(_ name: String, in directory: LogDirectory, entrySize: Int, maxBytes: Int?) throws(LogError) {
        self.directory = directory
        self.name = name
        let size = try directory.open(name, maxBytes == nil ? .readOnly : .create).size()
        allocated = Atomic(size)
        // A multiple of both page and entry size: a piece covers 2048 entries, which stand for 8 MiB of log.
        step = entrySize * 2048
        let capacity = maxBytes.map { max($0 / entrySize * entrySize, size) } ?? size
        self.capacity = capacity
        mapping = Resident(in: directory.residency.mappings) { () throws(LogError) in
            let file = try directory.open(name, maxBytes == nil ? .readOnly : .readWrite)
            return try IndexMapping(file, size: capacity, isWritable: maxBytes != nil, directory.residency.mappings)
        }
    }

    deinit { mapping.close() }

    var path: String { directory.path(of: name) }
    /// The bytes that exist.
    var size: Int { allocated.load(ordering: .relaxed) }

    /// The mapping, valid as long as the caller holds it.
    ///
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles`, `.io`, or `.cancelled` if the index is no longer the log's.
    func mapped() throws(LogError) -> IndexMapping { try mapping.use() }

    /// Whether entries were lost while the file was mapped: what was read may be zeros, what was stored may be gone.
    ///
    /// - Complexity: one load.
    var hasFaulted: Bool { isLost.load(ordering: .relaxed) }

    /// Vouches for what this thread has read from `mapping`, or stored there.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost.
    func checkIntact(_ mapping: IndexMapping) throws(LogError) {
        if mapping.hasFaulted { isLost.store(true, ordering: .relaxed) }
        try checkIntact()
    }

    /// Vouches for what was checked so far.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost.
    func checkIntact() throws(LogError) {
        guard hasFaulted else { return }
        throw LogError(
            .corruptIndex,
            "\(path) lost a part of its entries: the file was cut while it was open, or the device cannot read it; it is built again from the log at the next start"
        )
    }

    /// Makes sure that the bytes below `end` exist and have their place on the disk.
    ///
    /// - Throws: ``LogError`` with code `.storageFull` if there is no room for them.
    func reserve(upTo end: Int) throws(LogError) {
        guard end > size, end <= capacity else { return }
        let target = min((end + step - 1) / step * step, capacity)
        let file = try directory.open(name, .readWrite)
        try file.allocate(at: size, length: target - size, .forMapping)
        allocated.store(target, ordering: .relaxed)
    }

    /// Cuts the file to `size` bytes; no reader may look at what lies behind.
    func trim(to size: Int) throws(LogError) {
        guard size < self.size else { return }
        try directory.open(name, .readWrite).truncate(to: size)
        allocated.store(size, ordering: .relaxed)
    }

    /// Makes what was stored durable, unless the file was removed meanwhile.
    func sync() throws(LogError) {
        guard !mapping.isRetired else { return }
        do throws(LogError) { try directory.open(name, .readWrite).sync() } catch {
            guard mapping.isRetired else { throw error }
        }
    }

    /// Says that the name is about to be another file's, or no one's: the mapping stays for readers if there is one.
    func retire() { mapping.retire() }

    /// As ``retire()``, and lets go of the mapping.
    func close() { mapping.close() }

    /// As ``retire()``, for an index that readers go on looking things up in.
    func retire(keeping mapping: IndexMapping) { self.mapping.retire(keeping: mapping) }
}

/// A mapped index file.
final class IndexMapping: ResidentResource {
    private let map: MappedFile
    private let pool: ResidencePool

    /// Maps the first `size` bytes of `file`, which need not be open after that.
    init(_ file: LogFile, size: Int, isWritable: Bool, _ pool: ResidencePool) throws(LogError) {
        pool.take()
        do throws(LogError) {
            do throws(LogError) { map = try MappedFile(file, size: size, isWritable: isWritable) } catch {
                guard error.code == .tooManyOpenFiles, pool.makeRoom() else { throw error }
                map = try MappedFile(file, size: size, isWritable: isWritable)
            }
        } catch {
            pool.release()
            throw error
        }
        self.pool = pool
    }

    deinit { pool.release() }

    var hasFaulted: Bool { map.hasFaulted }

    func load<Integer: FixedWidthInteger & BitwiseCopyable>(at position: Int, as type: Integer.Type) -> Integer {
        map.bigEndian(at: position, as: type)
    }

    /// - Precondition: the file was reserved up to the end of the value.
    func store<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at position: Int) {
        unsafe map.memory.storeBigEndian(value, at: position)
    }
}
