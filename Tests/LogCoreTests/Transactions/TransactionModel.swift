import LogCore
import RecordFormat
import Testing

/// The naive view of a log with transactions: every batch in an array, everything else found by looking through it.
struct TransactionModel {
    enum Kind: Equatable { case plain, transactional, commit, abort }

    struct Batch {
        var offset: Int64
        var count: Int64
        var producer: Int64
        var kind: Kind
        var sequence: Int32

        var next: Int64 { offset + count }
    }

    struct Transaction {
        var producer: Int64
        var first: Int64
        var marker: Int64?
        var isAborted = false
    }

    /// All that were ever appended and not truncated, those below the log start, too.
    var batches: [Batch] = []
    var start: Int64 = 0
    var end: Int64 = 0
    var highWatermark: Int64 = 0
    /// Whether the log has seen every marker that is at or above the high watermark; not after it was read from files.
    var knowsUnreplicated = true

    func transactions() -> [Transaction] {
        var all: [Transaction] = []
        var open: [Int64: Int] = [:]
        for batch in batches {
            switch batch.kind {
            case .plain: continue
            case .transactional:
                if open[batch.producer] == nil {
                    open[batch.producer] = all.count
                    all.append(Transaction(producer: batch.producer, first: batch.offset))
                }
            case .commit, .abort:
                guard let index = open.removeValue(forKey: batch.producer) else { continue }
                all[index].marker = batch.offset
                all[index].isAborted = batch.kind == .abort
            }
        }
        return all
    }

    func hasOpenTransaction(_ producer: Int64) -> Bool {
        transactions().contains { $0.producer == producer && $0.marker == nil }
    }

    func nextSequence(_ producer: Int64) -> Int32 {
        guard let last = batches.last(where: { $0.producer == producer && $0.sequence >= 0 }) else { return 0 }
        return last.sequence + Int32(last.count)
    }

    mutating func append(_ kind: Kind, producer: Int64, count: Int64) {
        let sequence = kind == .plain || kind == .transactional ? nextSequence(producer) : -1
        batches.append(Batch(offset: end, count: count, producer: producer, kind: kind, sequence: sequence))
        end += count
    }

    mutating func truncate(to offset: Int64) {
        guard offset < end else { return }
        let cut = batches.first { $0.next > offset }
        batches.removeAll { $0.next > offset }
        end = max(start, min(cut?.offset ?? offset, offset))
        highWatermark = min(highWatermark, end)
        knowsUnreplicated = false
    }

    /// What the last stable offset may be: two answers where the log was opened with markers above the high watermark.
    var lastStableOffsets: ClosedRange<Int64> {
        func bound(_ isUnsettled: (Transaction) -> Bool) -> Int64 {
            max(start, min(highWatermark, transactions().filter(isUnsettled).map(\.first).min() ?? highWatermark))
        }
        let strict = bound { $0.marker.map { $0 >= highWatermark } ?? true }
        return strict...(knowsUnreplicated ? strict : bound { $0.marker == nil })
    }

    /// The offsets in `range` of records that are part of no aborted transaction, and of no marker.
    func committed(_ range: Range<Int64>) -> [Int64] {
        let aborted = transactions().filter(\.isAborted)
        return batches.filter { batch in
            if batch.kind == .commit || batch.kind == .abort { return false }
            return batch.kind == .plain
                || !aborted.contains {
                    $0.producer == batch.producer && $0.first <= batch.offset && batch.offset < $0.marker!
                }
        }.flatMap { Array($0.offset..<$0.next) }.filter { range.contains($0) }
    }

    /// Holds the log's watermarks, and what a reader of committed records gets from every offset, against the model.
    func check(_ log: PartitionLog, limit: Int, _ note: String) throws {
        let marks = log.watermarks
        try #require(marks.logEndOffset.rawValue == end, "\(note): log end")
        try #require(marks.logStartOffset.rawValue == start, "\(note): log start")
        try #require(marks.highWatermark.rawValue == highWatermark, "\(note): high watermark")
        let stable = marks.lastStableOffset.rawValue
        try #require(lastStableOffsets.contains(stable), "\(note): last stable \(stable), not \(lastStableOffsets)")
        var offset = start
        while offset <= end {
            let read = try log.read(
                from: LogOffset(offset), upTo: .transactionCommitted, limit: limit, mustProgress: true)
            let slice = read.slice
            let first = batches.first { $0.next > offset }
            try #require((slice == nil) == (first.map { $0.next > stable } ?? true), "\(note): read at \(offset)")
            if let slice {
                try checkCommitted(slice, read.abortedTransactions, from: offset, below: stable, note)
            }
            offset += 1
        }
        try checkBackwards(log, limit: limit, below: stable, note)
    }

    private func checkBackwards(_ log: PartitionLog, limit: Int, below stable: Int64, _ note: String) throws {
        var before = end
        while true {
            let read = try log.read(before: LogOffset(before), upTo: .transactionCommitted, limit: limit)
            guard let slice = read.slice else { break }
            let first = slice.firstOffset.rawValue
            try #require(first < before, "\(note): backwards from \(before)")
            try checkCommitted(slice, read.abortedTransactions, from: first, below: stable, "\(note), backwards")
            before = max(first, start)
        }
        try #require(before == start || stable <= start, "\(note): backwards ends at \(before)")
    }

    /// Filters as a client does, and compares with what the model says of the same offsets.
    private func checkCommitted(
        _ slice: LogSlice, _ aborted: [AbortedTransaction], from offset: Int64, below stable: Int64, _ note: String
    ) throws {
        var waiting = aborted.sorted { $0.firstOffset < $1.firstOffset }[...]
        var skipped: Set<ProducerID> = []
        var seen: [Int64] = []
        var end = offset
        var sequence = RecordBatchSequence(try slice.readBytes())
        while let batch = try sequence.next() {
            let header = batch.header
            end = header.nextOffset.rawValue
            while let next = waiting.first, next.firstOffset <= header.lastOffset {
                skipped.insert(next.producerID)
                waiting.removeFirst()
            }
            if header.attributes.isControl {
                if try EndTransactionMarker.read(batch)?.outcome == .aborted { skipped.remove(header.producerID) }
            } else if !header.attributes.isTransactional || !skipped.contains(header.producerID) {
                seen += try batch.records().map(\.offset.rawValue)
            }
        }
        try #require(end <= stable, "\(note): read at \(offset) goes beyond the last stable offset \(stable)")
        try #require(
            seen.filter { $0 >= offset } == committed(offset..<end), "\(note): committed records from \(offset)")
    }
}
