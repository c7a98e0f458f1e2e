internal import CShims
public import RecordFormat

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
public final class LogFile: Sendable {
    /// The path it was opened under; a later rename does not change it.
    public let path: String
    /// The descriptor, valid as long as this object lives.
    public let descriptor: Int32

    /// How a file is opened.
    enum Mode { case create, readWrite, readOnly }

    /// Opens the file at `path`.
    ///
    /// - Throws: ``LogError`` with code `.io`, or `.storageFull` when a new file finds no room.
    static func open(_ path: String, _ mode: Mode) throws(LogError) -> LogFile {
        let flags: Int32 =
            switch mode {
            case .create: O_RDWR | O_CREAT
            case .readWrite: O_RDWR
            case .readOnly: O_RDONLY
            }
        let result = unsafe millrace_open(path, flags, 0o644)
        guard result >= 0 else { throw .systemCall("open", path: path, errno: -result) }
        return LogFile(path: path, descriptor: result)
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    /// Writes all of `bytes` at `position`.
    ///
    /// - Complexity: one `pwrite`, as long as the kernel takes all at once.
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(LogError) {
        var written = 0
        while written < bytes.count {
            let result = unsafe pwrite(
                descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(position + written))
            if result < 0 {
                if errno == EINTR { continue }
                throw .systemCall("pwrite", path: path, errno: errno)
            }
            // A device that takes nothing and says nothing would keep this loop going for ever.
            guard result > 0 else { throw .systemCall("pwrite", path: path, errno: EIO) }
            written += result
        }
    }

    /// Reads into `target` from `position` until it is full or the file ends; returns the number of bytes read.
    func read(into target: UnsafeMutableRawBufferPointer, at position: Int) throws(LogError) -> Int {
        var count = 0
        while count < target.count {
            let result = unsafe pread(
                descriptor, target.baseAddress! + count, target.count - count, off_t(position + count))
            if result < 0 {
                if errno == EINTR { continue }
                throw .systemCall("pread", path: path, errno: errno)
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

    /// Whether the bytes in `range` are in the page cache, going by one in each 64 KiB and the last: the kernel reads
    /// ahead, and takes pages back, in larger pieces.
    ///
    /// True where the file system cannot tell, as then nothing could be done about it.
    ///
    /// - Complexity: a system call of a few hundred nanoseconds for each 64 KiB.
    func isCached(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        for position in stride(from: range.lowerBound, to: range.upperBound, by: 64 << 10) {
            switch millrace_is_cached(descriptor, Int64(position)) {
            case 0: return false
            case -1: return true
            default: continue
            }
        }
        return millrace_is_cached(descriptor, Int64(range.upperBound - 1)) != 0
    }

    /// Reads the bytes in `range` into the page cache.
    ///
    /// Waits for the device; a read that fails is left for the reader to find.
    func load(_ range: Range<Int>) {
        let piece = 256 << 10
        unsafe withUnsafeTemporaryAllocation(byteCount: piece, alignment: 64) { room in
            var position = range.lowerBound
            while position < range.upperBound {
                let count = unsafe pread(
                    descriptor, room.baseAddress!, min(piece, range.upperBound - position), off_t(position))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                position += count
            }
        }
    }

    /// Reserves `length` bytes from `position` on, so that writes there change no metadata but extents.
    func allocate(at position: Int, length: Int) throws(LogError) {
        let result = millrace_allocate(descriptor, Int64(position), Int64(length))
        guard result == 0 else { throw .systemCall("fallocate", path: path, errno: result) }
    }

    /// Cuts or extends the file to `size` bytes.
    func truncate(to size: Int) throws(LogError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .systemCall("ftruncate", path: path, errno: errno) }
    }

    /// The file's size in bytes, as the file system knows it.
    func size() throws(LogError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .systemCall("fstat", path: path, errno: errno) }
        return Int(status.st_size)
    }

    /// Makes what was written durable.
    func sync() throws(LogError) {
        let result = millrace_sync_data(descriptor)
        guard result == 0 else { throw .systemCall("fdatasync", path: path, errno: result) }
    }
}
