import LogCore
import RecordFormat

/// What one partition's log does, in the page cache.
extension HotPath {
    static let ofLogs = [append(500, repetitions: 2_000), append(1, repetitions: 10_000), read]

    /// Appends one batch again and again: the log stamps what has to differ.
    private static func append(_ count: Int, repetitions: Int) -> HotPath {
        HotPath("PartitionLog_append_100Bx\(count)", repetitions: repetitions) { directory in
            let sample = SampleRecords(count: count)
            let batch = try sample.encoded()
            // Dropped rather than closed in the end: what was measured need not reach the device before it is removed.
            let log = try PartitionLog.open(directory + "/records-0")
            return PreparedHotPath {
                _ = try log.append(batch, from: .producer(LeaderEpoch(0)), now: sample.time)
            }
        }
    }

    /// Reads at an offset that is looked up in the index: the log knows where its last 256 batches are without.
    private static let read = HotPath("PartitionLog_read_1MiB", repetitions: 1_000) { directory in
        let sample = SampleRecords(count: 500)
        let batch = try sample.encoded()
        let log = try PartitionLog.open(directory + "/records-0")
        for _ in 0..<400 { _ = try log.append(batch, from: .producer(LeaderEpoch(0)), now: sample.time) }
        let offset = LogOffset(50 * Int64(sample.count))
        return PreparedHotPath {
            let found = try log.read(from: offset, upTo: .logEnd, limit: 1 << 20, mustProgress: true)
            // Of bytes whose checksums were not looked at yet only whole batches are given, of others all.
            guard let bytes = try found.slice?.readBytes(), bytes.count > 1 << 19 else {
                throw HotPathFailure("the log has too little at offset \(offset)")
            }
        }
    }
}
