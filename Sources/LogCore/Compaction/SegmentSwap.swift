internal import RecordFormat

/// Puts a cleaned segment in the place of the ones that it was made of, so that a crash at any point leaves either the
/// old ones or the new one.
///
/// File names alone say how far it came, as in Apache Kafka: `.cleaned` counts for nothing, `.swap` counts for all,
/// `.deleted` is on its way out. The directory is synced between the steps, because a file system may make renames
/// durable in any order. ``SwapRecovery`` finishes or undoes what a crash interrupts.
///
/// - SeeAlso: docs/format/data-directory.md
struct SegmentSwap {
    /// What a crash could find done.
    enum Step: CaseIterable {
        /// Some of the new files are called `.swap`; the old ones are what counts.
        case naming
        /// All are, durably: from here on the new segment is what counts.
        case committed
        /// Some of the old files are called `.deleted`.
        case retiring
        /// All are, durably.
        case retired
        /// The new log has its final name, not all of its indexes have.
        case placing
        /// All have, durably.
        case placed
        /// The old files are gone.
        case removed
    }

    /// The kinds of files that a segment is made of; the log comes first where the order matters.
    static let kinds = [
        FileNames.Suffix.log, FileNames.Suffix.offsetIndex, FileNames.Suffix.timeIndex,
        FileNames.Suffix.transactionIndex,
    ]

    let directory: LogDirectory
    /// The base offset of the new segment: that of the first old one.
    let baseOffset: LogOffset
    /// The base offsets of the old segments.
    let replaced: [LogOffset]

    /// Names the new files `.swap`; when this returns, the swap will happen whatever comes.
    ///
    /// - Throws: ``LogError`` with code `.io` if a rename or the sync fails: nothing has changed, as far as this process
    ///   can tell, unless only the sync failed.
    func commit(_ observe: (Step) throws(LogError) -> Void) throws(LogError) {
        // The log last: without it the others are no segment.
        for kind in Self.kinds.reversed() {
            let name = FileNames.segment(baseOffset, kind)
            guard try directory.exists(name + FileNames.Suffix.cleaned) else { continue }
            try directory.rename(name + FileNames.Suffix.cleaned, to: name + FileNames.Suffix.swap)
            try observe(.naming)
        }
        try directory.sync()
        try observe(.committed)
    }

    /// Takes the old files away and gives the new ones their names.
    func complete(_ observe: (Step) throws(LogError) -> Void) throws(LogError) {
        for base in replaced {
            for kind in Self.kinds {
                let name = FileNames.segment(base, kind)
                guard try directory.exists(name) else { continue }
                try directory.rename(name, to: name + FileNames.Suffix.deleted)
                try observe(.retiring)
            }
        }
        // Else the new segment could have its name while an old one that overlaps it still has its own.
        try directory.sync()
        try observe(.retired)
        for kind in Self.kinds {
            let name = FileNames.segment(baseOffset, kind)
            guard try directory.exists(name + FileNames.Suffix.swap) else { continue }
            try directory.rename(name + FileNames.Suffix.swap, to: name)
            try observe(.placing)
        }
        try directory.sync()
        try observe(.placed)
        for base in replaced {
            for kind in Self.kinds {
                try directory.removeFile(FileNames.segment(base, kind) + FileNames.Suffix.deleted)
            }
        }
        // Where no segment begins any more, a snapshot of the producers is of no use.
        for base in replaced where base != baseOffset {
            try directory.removeFile(FileNames.segment(base, FileNames.Suffix.producerSnapshot))
        }
        try observe(.removed)
    }
}
