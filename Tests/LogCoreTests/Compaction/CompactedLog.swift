import LogCore
import RecordFormat

/// Logs with keys, the way most tests of compaction want them.
enum CompactedLog {
    static let now = Timestamp(milliseconds: 1_000_000)

    static var configuration: LogConfiguration {
        var configuration = LogConfiguration()
        configuration.cleanupPolicy = .compact
        configuration.indexIntervalBytes = 100
        return configuration
    }

    /// A log of `segments`, each a list of batches, each a text of `key=value` pairs or `key` alone for a tombstone;
    /// all but the last segment are sealed, everything is below the high watermark.
    static func make(
        _ directory: TestDirectory, _ segments: [[String]], configuration: LogConfiguration = configuration,
        observer: any LogObserver = SilentObserver()
    ) throws -> PartitionLog {
        let log = try PartitionLog.open(directory.log, configuration: configuration, observer: observer)
        for (index, batches) in segments.enumerated() {
            if index > 0 { try log.rollNow() }
            for batch in batches { try log.append(keyed: batch) }
        }
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        return log
    }
}

extension PartitionLog {
    /// Appends a batch of `key=value` pairs, or keys alone for tombstones, with spaces in between.
    @discardableResult
    func append(
        keyed text: String, at time: Timestamp = CompactedLog.now, codec: CompressionCodec = .none,
        producer: RecordBatchBuilder.Producer? = nil
    ) throws -> AppendResult {
        var builder = RecordBatchBuilder(codec: codec, producer: producer)
        for pair in text.split(separator: " ") {
            let parts = pair.split(separator: "=")
            try builder.append(
                timestamp: time, key: ByteSlice(String(parts[0])),
                value: parts.count > 1 ? ByteSlice(String(parts[1])) : nil)
        }
        return try append(builder.finish(), from: .producer(LeaderEpoch(1)), now: time)
    }

    /// All records as text: `offset:key=value`, without `=value` for a tombstone.
    func text(from offset: LogOffset = .zero, upTo isolation: FetchIsolation = .logEnd) throws -> String {
        try records(from: offset, upTo: isolation).map { record in
            "\(record.offset):\(record.key?.string ?? "")" + (record.value.map { "=\($0.string)" } ?? "")
        }.joined(separator: " ")
    }

    /// Compacts at `time`.
    @discardableResult
    func compactAll(at time: Timestamp = CompactedLog.now) throws -> CompactionReport? { try compact(now: time) }
}
