internal import RecordFormat

/// Rebuilds what the log knows of producers and their transactions: a readable snapshot, and the headers of the batches
/// appended since.
///
/// Transaction indexes that cannot be relied on are filled on the way. Which transactions were open at a segment's base
/// is in the snapshot taken there, so one is kept for each segment.
struct ProducerRecovery {
    let directory: LogDirectory
    let segments: [LogSegment]
    let logEndOffset: LogOffset
    let highWatermark: LogOffset
    /// The offsets of the snapshots that there are, newest first.
    let snapshots: [LogOffset]
    /// By base offset the segments whose transaction index lacks entries: for markers at or above the offset given.
    var unindexed: [LogOffset: LogOffset] = [:]

    /// What was brought back, as of the log's end.
    struct Outcome {
        var table = ProducerTable()
        var transactions = UnstableTransactions()
        /// Where the snapshot was taken from which it was made.
        var snapshotOffset = LogOffset.zero
    }

    /// Loads the table as it was at the log's end.
    ///
    /// Snapshots above the log end describe records that are gone and are removed, and so are those that belong to no
    /// segment but the newest; one that does not parse is passed over. A transaction that was completed below the
    /// snapshot counts as replicated, as in Kafka.
    func load(findings: inout [String]) throws(LogError) -> Outcome {
        let offsets = try keptSnapshots()
        var outcome = try snapshot(in: offsets, findings: &findings)
        // Entries missing from below the snapshot need an older one. The table still comes from the newest: it knows
        // producers of whose records none is left.
        if let lowest = unindexed.values.min(), lowest < outcome.snapshotOffset {
            var ignored: [String] = []
            var older = try snapshot(in: offsets.filter { $0 <= lowest }, findings: &ignored)
            try replay(into: &older, isIndexing: true, findings: &findings)
            try replay(into: &outcome, isIndexing: false, isRestoring: true, findings: &ignored)
        } else {
            try replay(into: &outcome, isIndexing: true, isRestoring: true, findings: &findings)
        }
        outcome.transactions.settle(below: highWatermark)
        return outcome
    }

    /// The state in the newest of the snapshots at `offsets` that can be read; an empty one if none can.
    private func snapshot(in offsets: [LogOffset], findings: inout [String]) throws(LogError) -> Outcome {
        for offset in offsets {
            do throws(LogError) {
                let table = try ProducerSnapshot.read(at: offset, in: directory)
                return Outcome(table: table, transactions: UnstableTransactions(table), snapshotOffset: offset)
            } catch {
                findings.append("\(error.message): passed over, an older one and the log take its place")
            }
        }
        return Outcome()
    }

    /// The offsets of the snapshots that can be of use, newest first; removes the others.
    private func keptSnapshots() throws(LogError) -> [LogOffset] {
        let bases = Set(segments.map(\.baseOffset))
        let offsets = snapshots
        try drop(offsets.filter { $0 > logEndOffset })
        var kept: [LogOffset] = []
        for offset in offsets where offset <= logEndOffset {
            if kept.isEmpty || bases.contains(offset) {
                kept.append(offset)
            } else {
                try directory.removeFile(FileNames.segment(offset, FileNames.Suffix.producerSnapshot))
            }
        }
        return kept
    }

    /// The offsets of the snapshots among the files of a directory, newest first.
    static func snapshots(among names: [String]) -> [LogOffset] {
        names.compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.producerSnapshot) }.sorted(by: >)
    }

    /// Removes snapshots of records that are gone, so that no power cut brings one back: once the log has grown past
    /// its offset, it would be believed.
    ///
    /// First they get another name, which tells the next start to sync the directory, should this process not come
    /// so far.
    private func drop(_ offsets: [LogOffset]) throws(LogError) {
        guard !offsets.isEmpty else { return }
        let names = offsets.map { FileNames.segment($0, FileNames.Suffix.producerSnapshot) }
        for name in names { try directory.rename(name, to: name + FileNames.Suffix.deleted) }
        try directory.sync()
        for name in names { try directory.removeFile(name + FileNames.Suffix.deleted) }
    }

    /// Takes the batches behind the snapshot into account.
    ///
    /// - Parameters:
    ///   - isIndexing: Writes the missing transaction index entries, too.
    ///   - isRestoring: Writes the missing snapshots of segments, too.
    private func replay(
        into outcome: inout Outcome, isIndexing: Bool, isRestoring: Bool = false, findings: inout [String]
    ) throws(LogError) {
        let start = outcome.snapshotOffset
        for (index, segment) in segments.enumerated() {
            // A segment that ends before the snapshot was taken has nothing to add.
            if index + 1 < segments.count, segments[index + 1].baseOffset <= start { continue }
            if isRestoring, index > 0, segment.baseOffset > start {
                try restoreSnapshot(outcome.table, at: segment.baseOffset)
            }
            let size = segment.size
            var first = 0
            // When the way to the snapshot's offset is damaged, the whole segment is gone through.
            do throws(LogError) { first = try segment.locate(start, within: size)?.position ?? size } catch {
                guard error.code == .corruptBatch else { throw error }
            }
            var scanner = BatchScanner(segment, from: first, to: size)
            while true {
                let position = scanner.position
                do throws(LogError) {
                    guard let batch = try scanner.next() else { break }
                    if batch.header.baseOffset >= start {
                        let aborted = try note(
                            batch.header, batch.location, in: segment, &outcome, findings: &findings)
                        if isIndexing, let from = unindexed[segment.baseOffset], batch.header.baseOffset >= from {
                            _ = try segment.transactionIndex.append(aborted)
                        }
                    }
                } catch {
                    // Damage was reported when it was found. What lies behind it counts: a producer whose last batch
                    // were forgotten could send it again.
                    guard error.code == .corruptBatch else { throw error }
                    guard try scanner.skipDamage(at: position) else { break }
                }
            }
        }
    }

    /// Writes the snapshot that a segment had at its base, and that cannot be read.
    ///
    /// Once the segments before are deleted, it is all that tells of producers who appended nothing since: an older one
    /// would not know what they did in between, nor that their transactions have ended.
    private func restoreSnapshot(_ table: ProducerTable, at offset: LogOffset) throws(LogError) {
        let name = FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
        do throws(LogError) {
            try directory.replaceFile(name, with: ProducerSnapshot.encode(table).bytes, isDurable: false)
        } catch {
            // A full disk must not keep a log from opening; the next start tries again.
            guard error.code == .storageFull else { throw error }
        }
    }

    /// Takes one batch into account; returns the index entry of the transaction that it aborts.
    private func note(
        _ header: RecordBatchHeader, _ location: BatchLocation, in segment: LogSegment, _ outcome: inout Outcome,
        findings: inout [String]
    ) throws(LogError) -> [AbortedTransaction] {
        guard header.hasProducer else { return [] }
        var marker: EndTransactionMarker?
        if header.attributes.isControl {
            do throws(LogError) { marker = try Self.marker(at: location, in: segment) } catch {
                guard error.code == .corruptBatch else { throw error }
                // How the transaction ended cannot be told, so it stays open: nobody reads what may have been aborted.
                findings.append(error.message)
            }
        }
        guard let event = outcome.table.note(header, marker, seen: nil) else { return [] }
        return outcome.transactions.aborted(by: [event])
    }

    private static func marker(
        at location: BatchLocation, in segment: LogSegment
    ) throws(LogError) -> EndTransactionMarker? {
        let bytes = try segment.file().read(at: location.position, count: location.size)
        do { return try EndTransactionMarker.read(try RecordBatch(validating: bytes)) } catch {
            throw segment.damage(at: location.position, "the transaction marker does not parse: \(error)")
        }
    }
}
