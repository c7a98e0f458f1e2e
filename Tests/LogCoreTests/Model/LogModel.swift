import LogCore
import RecordFormat
import Testing

/// The naive log: all batches in an array, offsets by counting.
struct LogModel {
    struct Batch: Equatable {
        var offset: Int64
        var values: [String]
        var epoch: Int32
        var timestamps: [Int64]

        var next: Int64 { offset + Int64(values.count) }
    }

    var batches: [Batch] = []
    var start: Int64 = 0
    var end: Int64 = 0
    var highWatermark: Int64 = 0

    mutating func append(_ values: [String], timestamps: [Int64], epoch: Int32) {
        batches.append(Batch(offset: end, values: values, epoch: epoch, timestamps: timestamps))
        end += Int64(values.count)
    }

    /// What `PartitionLog.truncate(to:)` promises: whole batches go, and the log start stays.
    mutating func truncate(to offset: Int64) {
        let cut = batches.first { $0.next > offset }
        batches.removeAll { $0.next > offset }
        // Deleting records may have moved the start into a batch that now went as a whole.
        end = max(start, min(cut?.offset ?? offset, offset))
        highWatermark = min(highWatermark, end)
    }

    /// Offset, value and timestamp of the records in `range`.
    func records(_ range: Range<Int64>) -> [(Int64, String, Int64)] {
        batches.flatMap { batch in
            batch.values.indices.map { (batch.offset + Int64($0), batch.values[$0], batch.timestamps[$0]) }
        }.filter { range.contains($0.0) }
    }

    /// Holds every read of `log` against the model.
    func check(_ log: PartitionLog, limit: Int, _ note: String) throws {
        let marks = log.watermarks
        try #require(marks.logEndOffset.rawValue == end, "\(note): log end")
        try #require(marks.logStartOffset.rawValue == start, "\(note): log start")
        try #require(marks.highWatermark.rawValue == highWatermark, "\(note): high watermark")
        for isolation in [FetchIsolation.logEnd, .highWatermark] {
            let bound = isolation == .logEnd ? end : highWatermark
            for offset in start...end {
                let slice = try log.read(from: LogOffset(offset), upTo: isolation, limit: limit, mustProgress: true)
                    .slice
                let expected = batches.first { $0.next > offset && $0.next <= bound }
                try #require((slice == nil) == (expected == nil), "\(note): read at \(offset), \(isolation)")
                guard let slice, let expected else { continue }
                var sequence = RecordBatchSequence(try slice.readBytes())
                let first = try #require(try sequence.next())
                try #require(first.header.baseOffset.rawValue == expected.offset, "\(note): read at \(offset)")
                try #require(
                    try first.records().map { $0.value?.string } == expected.values, "\(note): read at \(offset)")
                try #require(first.header.leaderEpoch.rawValue == expected.epoch, "\(note): read at \(offset)")
                var last = first
                while let batch = try sequence.next() { last = batch }
                try #require(
                    last.header.nextOffset.rawValue <= bound, "\(note): read at \(offset) goes beyond the bound")
            }
        }
        try checkBackwards(log, limit: limit, note)
        let all = try log.records(from: LogOffset(start), limit: limit)
        let expected = records(start..<end)
        try #require(all.map(\.offset.rawValue) == expected.map(\.0), "\(note): all offsets")
        try #require(all.map { $0.value?.string ?? "" } == expected.map(\.1), "\(note): all values")
        try checkTimes(log, note)
    }

    /// Reading backwards has to give the batches that reading forwards gives, whole and without a gap.
    private func checkBackwards(_ log: PartitionLog, limit: Int, _ note: String) throws {
        for isolation in [FetchIsolation.logEnd, .highWatermark] {
            let bound = isolation == .logEnd ? end : highWatermark
            let visible = batches.filter { $0.next > start && $0.next <= bound }
            // Every fourth offset will do: which ones changes with the limit.
            for offset in stride(from: start + Int64(limit % 4), through: end, by: 4) {
                let slice = try log.read(before: LogOffset(offset), upTo: isolation, limit: limit).slice
                let expected = visible.last { $0.offset < offset }
                let place = "\(note): read before \(offset), \(isolation)"
                try #require((slice == nil) == (expected == nil || offset == start), "\(place)")
                guard let slice, let expected else { continue }
                var found: [Int64] = []
                var size = 0
                let bytes = try slice.readBytes()
                var sequence = RecordBatchSequence(bytes)
                while let batch = try sequence.next() {
                    found.append(batch.header.baseOffset.rawValue)
                    size = batch.header.totalSize
                }
                try #require(sequence.nextPosition == bytes.count, "\(place): a part of a batch")
                try #require(bytes.count <= max(limit, size), "\(place): \(bytes.count) bytes")
                try #require(slice.firstOffset.rawValue == found.first, "\(place)")
                let from = try #require(found.first)
                let whole = visible.filter { $0.offset >= from && $0.offset <= expected.offset }
                try #require(found == whole.map(\.offset), "\(place)")
            }
        }
    }

    private func checkTimes(_ log: PartitionLog, _ note: String) throws {
        let records = records(start..<end)
        let times = Set(records.map(\.2))
        for time in times.union(times.map { $0 + 1 }) {
            let found = try log.offset(for: Timestamp(milliseconds: time), upTo: .logEnd)
            let expected = records.first { $0.2 >= time }
            try #require(found?.offset.rawValue == expected?.0, "\(note): offset for time \(time)")
            try #require(found?.timestamp.milliseconds == expected?.2, "\(note): time for time \(time)")
        }
        let latest = try log.latestTimestamp(upTo: .logEnd)
        try #require(latest?.timestamp.milliseconds == records.map(\.2).max(), "\(note): latest time")
    }
}
