import LogCore
import RecordFormat
import Testing

/// The naive compacted log: every batch with the records that it still has.
struct CompactionModel {
    struct Record: Equatable {
        var offset: Int64
        var key: String
        /// `nil` for a tombstone.
        var value: String?
        var timestamp: Int64
    }

    struct Batch {
        var base: Int64
        var next: Int64
        var records: [Record]
        /// When the first compaction met a tombstone in it, plus `delete.retention.ms`.
        var horizon: Int64?
    }

    var batches: [Batch] = []
    var start: Int64 = 0
    var end: Int64 = 0
    var highWatermark: Int64 = 0

    var records: [Record] { batches.flatMap(\.records).filter { $0.offset >= start } }

    mutating func append(_ records: [Record]) {
        batches.append(Batch(base: end, next: end + Int64(records.count), records: records))
        end += Int64(records.count)
    }

    mutating func truncate(to offset: Int64) {
        guard offset < end else { return }
        let cut = batches.first { $0.next > offset }
        batches.removeAll { $0.next > offset }
        end = min(cut?.base ?? offset, offset)
        highWatermark = min(highWatermark, end)
        start = min(start, end)
    }

    /// What a compaction up to `cleaned` has to leave.
    mutating func compact(upTo cleaned: Int64, now: Int64, deleteRetention: Int64) {
        var last: [String: Int64] = [:]
        for record in batches.flatMap(\.records) where record.offset < cleaned { last[record.key] = record.offset }
        for index in batches.indices where batches[index].base < cleaned {
            let isPastHorizon = batches[index].horizon.map { $0 <= now } ?? false
            batches[index].records.removeAll { record in
                guard record.offset < cleaned else { return false }
                return last[record.key] != record.offset || record.value == nil && isPastHorizon
            }
            guard batches[index].horizon == nil, batches[index].next <= cleaned,
                batches[index].records.contains(where: { $0.value == nil })
            else { continue }
            batches[index].horizon = now + deleteRetention
        }
    }

    /// The record that each key comes down to, tombstones left out.
    var finalValues: [String: String] {
        var result: [String: String] = [:]
        for record in records { result[record.key] = record.value }
        return result
    }

    /// Holds the reads of `log` from the start and from `offsets` against the model.
    func check(_ log: PartitionLog, from offsets: [Int64], limit: Int) throws {
        let marks = log.watermarks
        try #require(marks.logEndOffset.rawValue == end, "log end")
        try #require(marks.logStartOffset.rawValue == start, "log start")
        try #require(marks.highWatermark.rawValue == highWatermark, "high watermark")
        for offset in [start] + offsets {
            let expected = records.filter { $0.offset >= offset }
            let found = try log.records(from: LogOffset(offset), limit: limit).map {
                Record(
                    offset: $0.offset.rawValue, key: $0.key?.string ?? "", value: $0.value?.string,
                    timestamp: $0.timestamp.milliseconds)
            }
            try #require(found == expected, "read at \(offset)")
        }
    }

    /// Holds lookups by time against the model.
    func checkTimes(_ log: PartitionLog, around time: Int64) throws {
        for time in [time - 10, time, time + 10] {
            let found = try log.offset(for: Timestamp(milliseconds: time), upTo: .logEnd)
            let expected = records.first { $0.timestamp >= time }
            try #require(found?.offset.rawValue == expected?.offset, "offset for time \(time)")
            try #require(found?.timestamp.milliseconds == expected?.timestamp, "time for time \(time)")
        }
        let latest = try log.latestTimestamp(upTo: .logEnd)
        try #require(latest?.timestamp.milliseconds == records.map(\.timestamp).max(), "latest time")
    }
}
