internal import RecordFormat

/// Which appends are copied into the mapped tail of the file, in bytes; no setting of a topic, but tests set it.
package struct TailMapping: Sendable, Hashable {
    /// The largest append that is copied: from there on taking a page costs what writing it does.
    package var largestCopy = 16 << 10
    /// The least that must have been appended since the last flush.
    package var leastAhead = 16 << 10
    /// The most that is taken ahead; the append that takes it waits for some 60 µs.
    package var mostAhead = 256 << 10
}

/// Decides which appends are copied into the mapped tail of their file instead of being written, and keeps the window
/// that they are copied to.
///
/// A flush writes every page that was taken, zeros or not, and takes the permission to store to it back. So as much is
/// taken ahead as was appended since the last flush: a log that is flushed every few appends has no window, and any
/// other writes at most twice what it was given.
///
/// Lives in the append lane.
///
/// - SeeAlso: docs/decisions/0027-small-batches-are-copied-into-the-mapped-tail.md
struct MappedTail {
    /// What is in force.
    var policy: TailMapping
    private let pool: ResidencePool
    private var window: TailWindow?
    /// Positions whose pages were taken.
    private var ready = 0..<0
    /// Whether this file cannot be mapped, or its pages not be taken ahead.
    private var isRefused = false
    /// Where the file ended when it was last asked whether the window is in use.
    private var lastCheck = -1

    /// Creates the tail of a file.
    ///
    /// - Parameter pool: Where its window is counted.
    init(policy: TailMapping, in pool: ResidencePool) {
        self.policy = policy
        self.pool = pool
    }

    /// Whether there is a window.
    var isMapped: Bool { window != nil }

    /// Copies `bytes` to `position` of `file` if that is the better way.
    ///
    /// - Parameters:
    ///   - unflushed: The bytes that were appended since the last flush.
    ///   - reservedEnd: Up to where the file has room on the disk.
    /// - Returns: Whether they were copied; if not, they have to be written.
    /// - Throws: ``LogError`` with code `.io` if a page was lost; a part may have been copied.
    mutating func copy(
        _ bytes: UnsafeRawBufferPointer, to position: Int, of file: LogFile, unflushed: Int, reservedEnd: Int
    ) throws(LogError) -> Bool {
        guard bytes.count <= policy.largestCopy else { return false }
        if position < ready.lowerBound || position + bytes.count > ready.upperBound {
            let ahead = min(unflushed, policy.mostAhead)
            guard advance(to: position, count: bytes.count, of: file, ahead, reservedEnd: reservedEnd) else {
                return false
            }
        }
        guard let window else { return false }
        unsafe try window.copy(bytes, to: position)
        return true
    }

    /// Moves the window on and takes pages ahead, if that is worth while and can be done.
    private mutating func advance(
        to position: Int, count: Int, of file: LogFile, _ ahead: Int, reservedEnd: Int
    ) -> Bool {
        let end = position + count
        guard ahead >= policy.leastAhead, end <= reservedEnd, !isRefused else { return false }
        do throws(LogError) {
            if window.map({ position < $0.range.lowerBound || end > $0.range.upperBound }) ?? true {
                // The old one goes first: a log has one window at the most.
                close()
                window = try TailWindow(file, from: position, to: reservedEnd, in: pool)
            }
            if let window { ready = window.range.lowerBound..<(try window.populate(from: position, to: end + ahead)) }
        } catch {
            // Too many mappings, an old kernel, a file system that cannot: nothing was stored, and the write that comes
            // instead tells if there is more to it.
            isRefused = true
            close()
        }
        return window != nil
    }

    /// Gives the window up; to be called before the file is cut.
    mutating func close() {
        window = nil
        ready = 0..<0
    }

    /// Gives the window up if the file ended at `position` the last time too.
    mutating func closeIfIdle(at position: Int) {
        if lastCheck == position { close() }
        lastCheck = position
    }
}
