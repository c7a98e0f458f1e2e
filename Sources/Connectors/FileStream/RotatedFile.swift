#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An old file of a log, or the one that has the log's name, with what puts them in order.
struct RotatedFile: Equatable {
    /// The file's number, which it keeps when it is renamed.
    let inode: Int64
    /// When it was written last, in nanoseconds.
    let modified: Int64
    /// When it was written or renamed last, in nanoseconds.
    let changed: Int64
    /// What it is called; `nil` when that is not known, or no name of a rotation.
    var name: RotatedName?

    /// Takes what the system says of a file.
    init(_ status: stat, name: RotatedName? = nil) {
        inode = Int64(bitPattern: UInt64(status.st_ino))
        #if canImport(Darwin)
        modified = Self.nanoseconds(status.st_mtimespec)
        changed = Self.nanoseconds(status.st_ctimespec)
        #else
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
        #endif
        self.name = name
    }

    /// Whether another file was written after this one.
    ///
    /// Clocks of file systems tick some hundred times a second. Of files that were written within a tick the one that
    /// was renamed first is older, since rotations rename the oldest first; within a tick once more, the names decide.
    func isOlder(than other: RotatedFile) -> Bool {
        if modified != other.modified { return modified < other.modified }
        if changed != other.changed { return changed < other.changed }
        // Of a file without a name nothing more is known. To read twice is better than not at all.
        guard let name, let its = other.name else { return true }
        return name.isOlder(than: its)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        // Saturating: a damaged file system may tell any time.
        let (seconds, isBeyond) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !isBeyond else { return time.tv_sec < 0 ? .min : .max }
        return seconds.addingReportingOverflow(Int64(time.tv_nsec)).partialValue
    }
}
