internal import RecordFormat

/// Finishes or undoes the swap of compacted segments that a crash interrupted, going by file names alone.
///
/// Its own steps can be interrupted too: each leaves a directory from which the next start comes to the same end.
///
/// - SeeAlso: docs/format/data-directory.md
struct SwapRecovery {
    /// A file of a segment under a name that does not count.
    private struct Leftover {
        var name: String
        var baseOffset: LogOffset
        /// The suffix of the name that it would have: `.log`, `.index`, …
        var kind: String
    }

    let directory: LogDirectory

    /// Leaves a directory without `.cleaned` and `.swap`.
    ///
    /// - Parameter names: What the directory holds.
    /// - Returns: Whether it held any of them: it holds other names now.
    /// - Throws: ``LogError`` with code `.corruptBatch` if a `.swap` does not parse, which was synced before it got its
    ///   name; `.io`.
    func run(_ names: [String], findings: inout [String]) throws(LogError) -> Bool {
        let cleaned = names.compactMap { leftover($0, FileNames.Suffix.cleaned) }
        let swaps = names.compactMap { leftover($0, FileNames.Suffix.swap) }
        guard !cleaned.isEmpty || !swaps.isEmpty else { return false }
        let valid = try undo(cleaned, swaps)
        try finish(valid, names: names, findings: &findings)
        return true
    }

    private func leftover(_ name: String, _ suffix: String) -> Leftover? {
        guard name.hasSuffix(suffix) else { return nil }
        let rest = String(name.dropLast(suffix.count))
        for kind in SegmentSwap.kinds {
            if let base = FileNames.offset(of: rest, suffix: kind) {
                return Leftover(name: name, baseOffset: base, kind: kind)
            }
        }
        return nil
    }

    /// Removes what never came to count; returns the `.swap` files that do.
    ///
    /// While one file of a segment is still called `.cleaned` the others that are called `.swap` do not count. Kafka's
    /// rule, which splits segments too, takes all `.swap` files from the lowest `.cleaned` on.
    private func undo(_ cleaned: [Leftover], _ swaps: [Leftover]) throws(LogError) -> [Leftover] {
        guard let lowest = cleaned.map(\.baseOffset).min() else { return swaps }
        let invalid = swaps.filter { $0.baseOffset >= lowest }
        for file in invalid { try directory.removeFile(file.name) }
        // The `.cleaned` files are what says that the others do not count: they go last, durably so.
        if !invalid.isEmpty { try directory.sync() }
        for file in cleaned { try directory.removeFile(file.name) }
        return swaps.filter { $0.baseOffset < lowest }
    }

    private func finish(_ swaps: [Leftover], names: [String], findings: inout [String]) throws(LogError) {
        guard !swaps.isEmpty else { return }
        for swap in swaps where swap.kind == FileNames.Suffix.log {
            let end = try end(of: swap)
            for name in names {
                for kind in SegmentSwap.kinds {
                    // The new segment's own base counts even when it holds no batch.
                    guard let base = FileNames.offset(of: name, suffix: kind), base >= swap.baseOffset,
                        base < end || base == swap.baseOffset
                    else { continue }
                    try directory.removeFile(name)
                }
            }
            findings.append(
                "\(directory.path(of: swap.name)): a compaction was interrupted, its segment takes the place of offsets \(swap.baseOffset) up to \(end)"
            )
        }
        // Durable before the new names are: else a power cut could bring an old segment back beside the new one.
        try directory.sync()
        // The log first: an index that is still to follow is then no sign of a swap that has to be done again.
        for kind in SegmentSwap.kinds {
            for swap in swaps where swap.kind == kind {
                try directory.rename(swap.name, to: FileNames.segment(swap.baseOffset, kind))
            }
        }
        try directory.sync()
    }

    /// The offset after the last batch of a `.log.swap`.
    private func end(of swap: Leftover) throws(LogError) -> LogOffset {
        let file = try directory.open(swap.name, .readOnly)
        let size = try file.size()
        var position = 0
        var end = swap.baseOffset
        while position < size {
            let bytes = try file.read(at: position, count: RecordBatchHeader.size)
            do throws(RecordFormatError) {
                let header = try RecordBatchHeader(parsing: bytes.bytes)
                guard header.baseOffset >= end, header.totalSize <= size - position else {
                    throw RecordFormatError(.invalidSize, "offset \(header.baseOffset), \(header.totalSize) bytes")
                }
                end = header.nextOffset
                position += header.totalSize
            } catch {
                throw LogError(
                    .corruptBatch,
                    "\(file.path) is damaged at position \(position): \(error). Restore it, or the partition, from a replica or a copy"
                )
            }
        }
        return end
    }
}
