/// The system calls that a log makes, one requirement for each, so that tests can put a file system below it which
/// forgets, tears and fails.
///
/// No policy lives here: short transfers, interruptions and retries are dealt with above, in ``LogFile`` and
/// ``LogDirectory``. Every call that can fail answers a negated `errno` value then.
///
/// A name is looked up in the directory whose descriptor comes with it; a path from the root needs none and comes with
/// ``LogDirectory/root``.
///
/// Thread rule: every call may come from any thread.
package protocol LogFileSystem: Sendable {
    // MARK: Directories

    /// `openat(2)` of a directory; answers its descriptor.
    func openDirectory(_ name: String, in directory: Int32) -> Int32
    /// `mkdirat(2)`.
    func makeDirectory(_ name: String, in directory: Int32) -> Int32
    /// `unlinkat(2)` with `AT_REMOVEDIR`.
    func removeDirectory(_ name: String, in directory: Int32) -> Int32
    /// `readdir(3)` to the end: adds the names in the directory to `names`, without `.` and `..`, in no order.
    func list(_ directory: Int32, into names: inout [String]) -> Int32
    /// `faccessat(2)`: whether anything has that name; `ENOENT` says that nothing has.
    func access(_ name: String, in directory: Int32) -> Int32
    /// `renameat(2)`, replacing what has the new name.
    func rename(_ name: String, to new: String, in directory: Int32) -> Int32
    /// `unlinkat(2)` of a file.
    func unlink(_ name: String, in directory: Int32) -> Int32
    /// `fsync(2)` of a directory: its entries are durable then.
    func syncDirectory(_ directory: Int32) -> Int32

    // MARK: Files

    /// `openat(2)` of a file; answers its descriptor, which is one of the kernel's.
    func open(_ name: String, in directory: Int32, _ mode: LogFile.Mode) -> Int32
    /// `close(2)`, of files and directories.
    func close(_ descriptor: Int32)
    /// `pwrite(2)`; answers the number of bytes taken.
    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int) -> Int
    /// `pread(2)`; answers the number of bytes given, 0 at the end of the file.
    func read(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at position: Int) -> Int
    /// `fdatasync(2)`.
    func syncData(_ descriptor: Int32) -> Int32
    /// `syncfs(2)`: what was written before to any file of the file system that the file lies in is durable, and so is every
    /// name.
    ///
    /// `EOPNOTSUPP` where that is no promise. Where a write to any of the files has failed, and this open file was not told
    /// of it yet, the answer is that error.
    func syncAllData(_ descriptor: Int32) -> Int32
    /// `fallocate(2)`: the file reaches to the end of the range, which has its place on the device.
    func allocate(_ descriptor: Int32, at position: Int, length: Int) -> Int32
    /// `ftruncate(2)`.
    func truncate(_ descriptor: Int32, to size: Int) -> Int32
    /// `fstat(2)`: the file's size in bytes.
    func size(_ descriptor: Int32) -> Int
    /// `fstat(2)`: a number for the file system that the file lies in.
    func device(_ descriptor: Int32) -> Int
    /// `lseek(2)` with `SEEK_DATA`: the first position from `position` on that may hold something other than zeros,
    /// `Int.max` if there is none; `position` itself where the file system cannot tell.
    func nextData(_ descriptor: Int32, from position: Int) -> Int
    /// `lseek(2)` with `SEEK_HOLE`: the first position from `position` on where a stretch begins that is known to be
    /// zero, or the end of the file; `Int.max` where the file system cannot tell.
    func nextHole(_ descriptor: Int32, from position: Int) -> Int
    /// `preadv2(2)` with `RWF_NOWAIT`: whether the byte at `position` is in the page cache, 1 or 0, or -1 where the
    /// file system cannot tell.
    func isCached(_ descriptor: Int32, at position: Int) -> Int32
    /// `fstat(2)`: when the file was last written, in milliseconds since 1970.
    func modificationTime(_ descriptor: Int32) -> Int
    /// `flock(2)` and `fcntl(2)` with `F_OFD_SETLK`, exclusive and without waiting.
    func lock(_ descriptor: Int32) -> Int32
    /// `mmap(2)` of `size` bytes from `position` on, a multiple of the page size, shared; the caller gives the memory
    /// back with `munmap(2)`.
    func map(
        _ descriptor: Int32, from position: Int, size: Int, isWritable: Bool, at address: inout UnsafeMutableRawPointer?
    ) -> Int32

    // MARK: Mapped memory

    /// `madvise(2)` with `MADV_POPULATE_WRITE`: takes the mapped pages for writing, so that a store there finds them;
    /// where that cannot be done ahead, `EOPNOTSUPP` or `EINVAL`.
    func populate(_ pages: UnsafeMutableRawBufferPointer) -> Int32
    /// Copies `bytes` into mapped memory of the same size.
    func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int32
}
