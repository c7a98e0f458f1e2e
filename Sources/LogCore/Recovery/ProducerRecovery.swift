internal import RecordFormat

/// Rebuilds what the log knows of producers and their transactions: a readable snapshot, and the headers of the batches
/// appended since.
///
/// Transaction indexes that cannot be relied on are filled on the way. Which transactions were open at a segment's base
/// is in the snapshot taken there, so one is kept for each segment.
struct ProducerRecovery {
    let directory: String
    let segments: [LogSegment]
    let logEndOffset: LogOffset
    let highWatermark: LogOffset
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
        // Entries are missing from here on: a later snapshot would leave out what they need.
        let lowest = unindexed.values.min() ?? logEndOffset
        var outcome = Outcome()
        let bases = Set(segments.map(\.baseOffset))
        var newest: LogOffset?
        var isLoaded = false
        for offset in try snapshots() {
            let path = directory + "/" + FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
            if offset > logEndOffset || newest != nil && !bases.contains(offset) {
                try Directory.removeFile(path)
                continue
            }
            if isLoaded || offset > lowest {
                newest = newest ?? offset
                continue
            }
            do throws(LogError) {
                outcome.table = try ProducerSnapshot.read(path)
                outcome.snapshotOffset = offset
                newest = newest ?? offset
                isLoaded = true
            } catch {
                findings.append("\(error.message): passed over, an older one and the log take its place")
            }
        }
        outcome.transactions = UnstableTransactions(outcome.table)
        try replay(into: &outcome, findings: &findings)
        outcome.transactions.settle(below: highWatermark)
        outcome.snapshotOffset = newest ?? .zero
        return outcome
    }

    /// The offsets of the snapshots, newest first.
    private func snapshots() throws(LogError) -> [LogOffset] {
        try Directory.names(in: directory)
            .compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.producerSnapshot) }
            .sorted(by: >)
    }

    private func replay(into outcome: inout Outcome, findings: inout [String]) throws(LogError) {
        let start = outcome.snapshotOffset
        for (index, segment) in segments.enumerated() {
            // A segment that ends before the snapshot was taken has nothing to add.
            if index + 1 < segments.count, segments[index + 1].baseOffset <= start { continue }
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
                        try note(batch.header, batch.location, in: segment, &outcome, findings: &findings)
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

    private func note(
        _ header: RecordBatchHeader, _ location: BatchLocation, in segment: LogSegment, _ outcome: inout Outcome,
        findings: inout [String]
    ) throws(LogError) {
        guard header.hasProducer else { return }
        var marker: EndTransactionMarker?
        if header.attributes.isControl {
            do throws(LogError) { marker = try Self.marker(at: location, in: segment) } catch {
                guard error.code == .corruptBatch else { throw error }
                // How the transaction ended cannot be told, so it stays open: nobody reads what may have been aborted.
                findings.append(error.message)
            }
        }
        guard let event = outcome.table.note(header, marker, seen: nil) else { return }
        let entries = outcome.transactions.aborted(by: [event])
        if let from = unindexed[segment.baseOffset], header.baseOffset >= from {
            _ = try segment.transactionIndex.append(entries)
        }
    }

    private static func marker(
        at location: BatchLocation, in segment: LogSegment
    ) throws(LogError) -> EndTransactionMarker? {
        let bytes = try segment.log.read(at: location.position, count: location.size)
        do { return try EndTransactionMarker.read(try RecordBatch(validating: bytes)) } catch {
            throw segment.damage(at: location.position, "the transaction marker does not parse: \(error)")
        }
    }
}
