#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A piece of the active segment's file, mapped for writing: a small batch is copied into it, where `write(2)` would
/// cost many times the copy.
///
/// Pages are taken ahead of the copies, by a call that fails where a store would end in a SIGBUS. It covers room only
/// that was reserved on the disk, and whoever cuts the file gives the window up before. Bytes that were copied are in
/// the page cache like those that were written: every reader sees them, a killed process leaves them, and a sync of the
/// file makes them durable.
///
/// Sendable, but for one writer: the append lane's.
final class TailWindow: Sendable {
    /// The positions in the file that are mapped.
    let range: Range<Int>
    private let file: LogFile
    private let map: MappedFile
    private let pool: ResidencePool

    /// Moving the window costs two system calls and some microseconds; its length costs nothing but addresses.
    private static let largest = 4 << 20

    /// Maps `file` from the page of `position` on, no further than `end`, and takes no page yet.
    ///
    /// - Parameter pool: Where the mapping is counted.
    /// - Throws: ``LogError`` with code `.io` if the system refuses, `.tooManyOpenFiles` past `vm.max_map_count`.
    /// - Precondition: the file reaches up to `end`, with room on the disk from `position` on.
    init(_ file: LogFile, from position: Int, to end: Int, in pool: ResidencePool) throws(LogError) {
        let start = position / MappedFile.pageSize * MappedFile.pageSize
        range = start..<min(end, start + Self.largest)
        self.file = file
        pool.take()
        self.pool = pool
        do throws(LogError) {
            map = try MappedFile(file, from: start, size: range.count, isWritable: true)
        } catch {
            pool.release()
            throw error
        }
    }

    deinit { pool.release() }

    /// Takes the pages from `start` to `end`, as far as the window goes; returns up to where they were taken.
    ///
    /// - Throws: ``LogError`` with code `.io` where the kernel cannot give them, or not ahead of the stores.
    func populate(from start: Int, to end: Int) throws(LogError) -> Int {
        let first = start / MappedFile.pageSize * MappedFile.pageSize
        // Whole pages, but for the file's last.
        let last = min((end + MappedFile.pageSize - 1) / MappedFile.pageSize * MappedFile.pageSize, range.upperBound)
        let pages = unsafe UnsafeMutableRawBufferPointer(
            rebasing: map.memory[first - range.lowerBound..<last - range.lowerBound])
        _ = try LogError.checking("madvise", path: file.path) { unsafe file.fileSystem.populate(pages) }
        return last
    }

    /// Copies `bytes` to `position`.
    ///
    /// - Throws: ``LogError`` with code `.io` if a page was lost since it was taken, as when someone else cut the file
    ///   or the file system was shut down; a part may have been copied.
    /// - Precondition: the window reaches so far, and the pages were taken.
    func copy(_ bytes: UnsafeRawBufferPointer, to position: Int) throws(LogError) {
        let start = position - range.lowerBound
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: map.memory[start..<start + bytes.count])
        let answer = unsafe file.fileSystem.copy(bytes, to: target)
        // Behind the store: a sync that begins in between may miss it.
        file.noteStores()
        guard answer == 0, !map.hasFaulted else {
            throw .systemCall("store to a mapping", path: file.path, errno: answer == 0 ? EIO : -answer)
        }
    }
}
