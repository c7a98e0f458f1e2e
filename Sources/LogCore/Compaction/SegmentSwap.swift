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

    let directory: String
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
            let path = path(baseOffset, kind)
            guard Directory.exists(path + FileNames.Suffix.cleaned) else { continue }
            try Directory.rename(path + FileNames.Suffix.cleaned, to: path + FileNames.Suffix.swap)
            try observe(.naming)
        }
        try Directory.sync(directory)
        try observe(.committed)
    }

    /// Takes the old files away and gives the new ones their names.
    func complete(_ observe: (Step) throws(LogError) -> Void) throws(LogError) {
        for base in replaced {
            for kind in Self.kinds where Directory.exists(path(base, kind)) {
                try Directory.rename(path(base, kind), to: path(base, kind) + FileNames.Suffix.deleted)
                try observe(.retiring)
            }
        }
        // Else the new segment could have its name while an old one that overlaps it still has its own.
        try Directory.sync(directory)
        try observe(.retired)
        for kind in Self.kinds {
            let path = path(baseOffset, kind)
            guard Directory.exists(path + FileNames.Suffix.swap) else { continue }
            try Directory.rename(path + FileNames.Suffix.swap, to: path)
            try observe(.placing)
        }
        try Directory.sync(directory)
        try observe(.placed)
        for base in replaced {
            for kind in Self.kinds { try Directory.removeFile(path(base, kind) + FileNames.Suffix.deleted) }
        }
        try observe(.removed)
    }

    private func path(_ base: LogOffset, _ kind: String) -> String {
        directory + "/" + FileNames.segment(base, kind)
    }
}
