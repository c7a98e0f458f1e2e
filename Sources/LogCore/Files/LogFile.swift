public import RecordFormat
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// One open file, closed with its last reference, so that a reader never sees it go away.
///
/// Reads and writes name their position and so need no lock; which bytes are valid is the owner's business.
public final class LogFile: ResidentResource {
    /// The path it was opened under; a later rename does not change it.
    public let path: String
    /// The descriptor, valid as long as this object lives.
    public let descriptor: Int32
    let fileSystem: any LogFileSystem
    private let pool: ResidencePool
    private let hasUnsyncedBytes = Atomic(false)
    /// The syncs that are under way: until one has ended, nothing that it takes care of counts as synced.
    private let syncCount = Atomic(0)
    private let hasFailedToSync = Atomic(false)
    /// The number of its file system; negative before anyone has asked.
    private let knownDevice = Atomic(-1)

    /// How a file is opened.
    package enum Mode: Sendable {
        /// For reading and writing; made if it is missing.
        case create
        /// For reading and writing.
        case readWrite
        /// For reading.
        case readOnly
    }

    /// Takes `descriptor` over; ``LogDirectory/open(_:_:)`` makes these.
    ///
    /// - Parameter pool: Where it is counted already, and counted off with its end.
    init(path: String, descriptor: Int32, fileSystem: any LogFileSystem, in pool: ResidencePool) {
        self.path = path
        self.descriptor = descriptor
        self.fileSystem = fileSystem
        self.pool = pool
    }

    deinit {
        fileSystem.close(descriptor)
        pool.release()
    }

    /// Writes all of `bytes` at `position`.
    ///
    /// - Complexity: one `pwrite`, as long as the kernel takes all at once.
    package func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(LogError) {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = try LogError.checking("pwrite", path: path) {
                unsafe fileSystem.write(descriptor, rest, at: position + written)
            }
            // A device that takes nothing and says nothing would keep this loop going for ever.
            guard count > 0 else { throw .systemCall("pwrite", path: path, errno: EIO) }
            written += count
        }
        noteStores()
    }

    /// Notes that bytes were written that no sync has reached, as those who store through a mapping have to do.
    ///
    /// - Complexity: one load behind the first.
    func noteStores() {
        if !hasUnsyncedBytes.load(ordering: .relaxed) { hasUnsyncedBytes.store(true, ordering: .releasing) }
    }

    /// Whether bytes were written that no sync has reached.
    var isDirty: Bool {
        // In this order: a sync says that it is there before it says that nothing is left for another.
        hasUnsyncedBytes.load(ordering: .sequentiallyConsistent)
            || syncCount.load(ordering: .sequentiallyConsistent) > 0
    }

    func clean() -> Bool { (try? sync()) != nil }

    /// Reads into `target` from `position` until it is full or the file ends; returns the number of bytes read.
    func read(into target: UnsafeMutableRawBufferPointer, at position: Int) throws(LogError) -> Int {
        var count = 0
        while count < target.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...])
            let result = try LogError.checking("pread", path: path) {
                unsafe fileSystem.read(descriptor, into: rest, at: position + count)
            }
            if result == 0 { break }
            count += result
        }
        return count
    }

    /// Reads at most `count` bytes from `position`; fewer at the end of the file.
    public func read(at position: Int, count: Int) throws(LogError) -> ByteSlice {
        unsafe try ByteSlice(unsafeCapacity: count) { target throws(LogError) in
            unsafe try read(into: target, at: position)
        }
    }

    /// The checksum of the bytes in `range`, which are read in pieces: how many there are may be a damaged field's word.
    ///
    /// - Returns: `nil` if the file ends before the range does.
    func checksum(of range: Range<Int>) throws(LogError) -> UInt32? {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: min(range.count, 256 << 10), alignment: 64)
        defer { unsafe room.deallocate() }
        var checksum: UInt32 = 0
        var position = range.lowerBound
        while position < range.upperBound {
            let piece = unsafe UnsafeMutableRawBufferPointer(
                rebasing: room[..<min(room.count, range.upperBound - position)])
            let count = unsafe try read(into: piece, at: position)
            guard count == piece.count else { return nil }
            checksum = unsafe CRC32C.checksum(of: UnsafeRawBufferPointer(piece), continuing: checksum)
            position += count
        }
        return checksum
    }

    /// Writes the bytes in `range` again, as they are.
    ///
    /// After a sync that failed, the kernel counts pages as clean that it never wrote: what is read from its memory
    /// then is not what the device has, and the next sync finds nothing to do. Written again, they are.
    func rewrite(_ range: Range<Int>) throws(LogError) {
        var position = range.lowerBound
        while position < range.upperBound {
            let bytes = try read(at: position, count: min(1 << 20, range.upperBound - position))
            guard !bytes.isEmpty else { return }
            unsafe try bytes.withUnsafeBytes { content throws(LogError) in unsafe try write(content, at: position) }
            position += bytes.count
        }
    }

    /// Whether the bytes in `range` are in the page cache, going by one in each 64 KiB and the last: the kernel reads
    /// ahead, and takes pages back, in larger pieces.
    ///
    /// True where the file system cannot tell, as then nothing could be done about it.
    ///
    /// - Complexity: a system call of a few hundred nanoseconds for each 64 KiB.
    func isCached(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        for position in stride(from: range.lowerBound, to: range.upperBound, by: 64 << 10) {
            switch fileSystem.isCached(descriptor, at: position) {
            case 0: return false
            case -1: return true
            default: continue
            }
        }
        return fileSystem.isCached(descriptor, at: range.upperBound - 1) != 0
    }

    /// Reads the bytes in `range` into the page cache.
    ///
    /// Waits for the device; a read that fails is left for the reader to find.
    func load(_ range: Range<Int>) {
        let piece = 256 << 10
        unsafe withUnsafeTemporaryAllocation(byteCount: piece, alignment: 64) { room in
            var position = range.lowerBound
            while position < range.upperBound {
                let target = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: room[..<min(piece, range.upperBound - position)])
                guard let count = unsafe try? read(into: target, at: position), count > 0 else { return }
                position += count
            }
        }
    }

    /// Whether a reserved range has to be stored to through a mapping, which cannot say that the disk is full.
    enum Reservation { case forWriting, forMapping }

    /// Makes the file reach `length` bytes behind `position`, with room on the disk, so that writes there change no
    /// metadata but extents.
    ///
    /// A file system without `fallocate` (NFS, ZFS) gives a log a longer file without room, whose writes can still
    /// fail in order; for a mapping it has to take the zeros themselves.
    ///
    /// - Returns: Whether the room is on the disk, so that it may be mapped and stored to.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`.
    @discardableResult
    func allocate(at position: Int, length: Int, _ reservation: Reservation) throws(LogError) -> Bool {
        let isUnsupported = try LogError.checking("fallocate", path: path) {
            let answer = fileSystem.allocate(descriptor, at: position, length: length)
            return answer == -EOPNOTSUPP ? 1 : answer
        }
        guard isUnsupported != 0 else { return true }
        try allocateByHand(at: position, length: length, reservation)
        return reservation == .forMapping
    }

    private func allocateByHand(at position: Int, length: Int, _ reservation: Reservation) throws(LogError) {
        guard reservation == .forMapping else { return try truncate(to: position + length) }
        let zeros = [UInt8](repeating: 0, count: min(length, 64 << 10))
        var done = 0
        while done < length {
            let count = min(zeros.count, length - done)
            unsafe try zeros.span.bytes.extracting(first: count).withUnsafeBytes { bytes throws(LogError) in
                unsafe try write(bytes, at: position + done)
            }
            done += count
        }
    }

    /// Cuts or extends the file to `size` bytes.
    package func truncate(to size: Int) throws(LogError) {
        _ = try LogError.checking("ftruncate", path: path) { fileSystem.truncate(descriptor, to: size) }
    }

    /// The file's size in bytes, as the file system knows it.
    package func size() throws(LogError) -> Int {
        try LogError.checking("fstat", path: path) { fileSystem.size(descriptor) }
    }

    /// The first position from `position` on that may hold something other than zeros; `nil` if there is none.
    func nextData(from position: Int) throws(LogError) -> Int? {
        let found = try LogError.checking("lseek", path: path) { fileSystem.nextData(descriptor, from: position) }
        return found == Int.max ? nil : found
    }

    /// Where the last stretch ends, from `position` on, that may hold something other than zeros: preallocated room lies
    /// behind it.
    ///
    /// Room that is read is no room any more to the kernel, which then holds pages of zeros for it, and looks ahead.
    ///
    /// - Returns: At most `size`; `position` if there is nothing from there on.
    /// - Complexity: as a rule three system calls.
    func dataEnd(from position: Int, size: Int) throws(LogError) -> Int {
        var end = position
        while end < size, let data = try nextData(from: end), data < size {
            let hole = try LogError.checking("lseek", path: path) { fileSystem.nextHole(descriptor, from: data) }
            // A file that is written to meanwhile could give no way forward.
            guard hole > data else { return size }
            end = min(hole, size)
        }
        return end
    }

    /// Makes what was written durable.
    ///
    /// - Throws: ``LogError`` with code `.io`; what was written before may be lost then, and trying again would not
    ///   tell.
    package func sync() throws(LogError) {
        guard !hasFailedToSync.load(ordering: .acquiring) else {
            throw LogError(.io, "an earlier fdatasync failed on \(path)")
        }
        syncCount.add(1, ordering: .sequentiallyConsistent)
        defer { syncCount.subtract(1, ordering: .sequentiallyConsistent) }
        // Before the call: what is written during it may be missed.
        hasUnsyncedBytes.store(false, ordering: .sequentiallyConsistent)
        do throws(LogError) {
            _ = try LogError.checking("fdatasync", path: path) { fileSystem.syncData(descriptor) }
        } catch {
            // The kernel tells each descriptor once. Whoever asks next, for another reason, must hear of it too.
            hasFailedToSync.store(true, ordering: .releasing)
            hasUnsyncedBytes.store(true, ordering: .releasing)
            throw error
        }
    }

    /// Makes durable what was written to any file of the file system that this one lies in, and all names there.
    ///
    /// No file is known to be clean after it: what was written during the call may be missed.
    ///
    /// - Returns: False where the file system does not promise that.
    /// - Throws: ``LogError`` with code `.io`. What was written to any of the files may be lost then; a ``sync()`` of each
    ///   tells which. The error is told once for each open file.
    package func syncFileSystem() throws(LogError) -> Bool {
        try LogError.checking("syncfs", path: path) {
            let answer = fileSystem.syncAllData(descriptor)
            return answer == -EOPNOTSUPP ? 1 : answer
        } == 0
    }

    /// Whether both files lie in the same file system.
    ///
    /// - Complexity: two loads behind the first.
    func sharesFileSystem(with other: LogFile) -> Bool {
        let device = device()
        return device >= 0 && device == other.device()
    }

    private func device() -> Int {
        let known = knownDevice.load(ordering: .relaxed)
        guard known < 0 else { return known }
        let device = fileSystem.device(descriptor)
        knownDevice.store(device, ordering: .relaxed)
        return device
    }

    /// Whether a sync of it has failed, after which none can succeed.
    var isUnreliable: Bool { hasFailedToSync.load(ordering: .acquiring) }

    /// When the file was last written, by the file system's clock.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    package func modificationTime() throws(LogError) -> Timestamp {
        let time = try LogError.checking("fstat", path: path) { fileSystem.modificationTime(descriptor) }
        return Timestamp(milliseconds: Int64(time))
    }

    /// Takes the exclusive lock on the file; `false` if another process has it.
    ///
    /// Held until the file is closed, by this process or by the kernel at its end.
    package func tryLock() throws(LogError) -> Bool {
        let isTaken = try LogError.checking("flock", path: path) {
            let answer = fileSystem.lock(descriptor)
            return answer == -EWOULDBLOCK ? 1 : answer
        }
        return isTaken == 0
    }
}
