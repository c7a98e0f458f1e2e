internal import RecordFormat

/// Rebuilds the producer table: the newest readable snapshot, and the headers of the batches appended since.
struct ProducerRecovery {
    let directory: LogDirectory

    /// Loads the table as it was at `logEndOffset`.
    ///
    /// Snapshots above the log end describe records that are gone and are removed; one that does not parse is passed
    /// over.
    func load(
        segments: [LogSegment], logEndOffset: LogOffset, findings: inout [String]
    ) throws(LogError) -> (table: ProducerTable, snapshotOffset: LogOffset) {
        var table = ProducerTable()
        var start = LogOffset.zero
        let snapshots = try directory.names()
            .compactMap { FileNames.offset(of: $0, suffix: FileNames.Suffix.producerSnapshot) }
            .sorted(by: >)
        for offset in snapshots {
            let name = FileNames.segment(offset, FileNames.Suffix.producerSnapshot)
            if offset > logEndOffset {
                try directory.removeFile(name)
                continue
            }
            do throws(LogError) {
                table = try ProducerSnapshot.read(name, in: directory)
                start = offset
                break
            } catch {
                findings.append("\(error.message): passed over, an older one and the log take its place")
            }
        }
        try replay(segments, from: start, into: &table)
        return (table, start)
    }

    private func replay(
        _ segments: [LogSegment], from start: LogOffset, into table: inout ProducerTable
    ) throws(LogError) {
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
                    if batch.header.baseOffset >= start { table.note(batch.header) }
                } catch {
                    // Damage was reported when it was found. What lies behind it counts: a producer whose last batch
                    // were forgotten could send it again.
                    guard error.code == .corruptBatch else { throw error }
                    guard try scanner.skipDamage(at: position) else { break }
                }
            }
        }
    }
}
