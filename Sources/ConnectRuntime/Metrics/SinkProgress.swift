import RecordFormat

/// What `sink-task-metrics` tells about one sink task: where it is in each of its partitions, and how fast it goes.
struct SinkProgress: Sendable {
    private struct Place: Sendable {
        /// The offset after the last record that was read.
        var read: Int64
        /// The offset after the last record that was put.
        var put: Int64
        /// The offset that was committed last, or where reading began.
        var committed: Int64
        /// Where the partition ended when it was read last.
        var end: Int64
    }

    private var places: [TopicPartition: Place] = [:]
    private var partitionCount = 0
    private var read: Measure
    private var sent: Measure
    private var putTime: Measure
    private var completions: Measure
    private var skips: Measure
    private var activeOverTime: Measure
    private var commits: Int64 = 0

    init(_ settings: MeasureSettings) {
        read = settings.measure()
        sent = settings.measure()
        putTime = settings.measure()
        completions = settings.measure()
        skips = settings.measure()
        activeOverTime = settings.measure()
    }

    /// Takes note of the partitions that the task has.
    mutating func setPartitions(_ partitions: Set<TopicPartition>) {
        partitionCount = partitions.count
        for partition in places.keys where !partitions.contains(partition) { places[partition] = nil }
    }

    /// Takes note of records that were read from a partition, whatever becomes of them.
    mutating func addRead(
        _ count: Int, from partition: TopicPartition, first: LogOffset, next: LogOffset, end: LogOffset,
        at now: ContinuousClock.Instant
    ) {
        read.add(count, at: now)
        var place =
            places[partition]
            ?? Place(read: first.rawValue, put: first.rawValue, committed: first.rawValue, end: end.rawValue)
        // A partition that was set back reads again what was put before.
        if first.rawValue < place.put { place.put = first.rawValue }
        place.read = next.rawValue
        place.end = max(end.rawValue, next.rawValue)
        places[partition] = place
    }

    /// Takes note of a `put` that went well: all that was read until now is put, or was passed by.
    mutating func addPut(_ count: Int, took duration: Duration, at now: ContinuousClock.Instant) {
        for (partition, place) in places { places[partition]?.put = place.read }
        guard count > 0 else { return }
        sent.add(count, at: now)
        putTime.add(duration.seconds * 1_000, at: now)
        activeOverTime.add(Double(active), at: now)
    }

    /// Takes note of offsets that were committed.
    mutating func addCommit(_ offsets: [TopicPartition: LogOffset], at now: ContinuousClock.Instant) {
        commits += 1
        completions.add(1, at: now)
        for (partition, offset) in offsets { places[partition]?.committed = offset.rawValue }
        activeOverTime.add(Double(active), at: now)
    }

    /// Takes note of a commit that failed; the next makes up for it.
    mutating func addSkippedCommit(at now: ContinuousClock.Instant) { skips.add(1, at: now) }

    /// How far the task is behind, by partition.
    var lags: [PartitionLag] {
        places.sorted { $0.key < $1.key }.map { partition, place in
            PartitionLag(
                topic: partition.topic, partition: partition.partition, records: max(0, place.end - place.put))
        }
    }

    /// How many offsets were put and not committed yet.
    private var active: Int64 { places.values.reduce(0) { $0 + max(0, $1.put - $1.committed) } }

    func entries(at now: ContinuousClock.Instant) -> [MetricSeries.Entry] {
        [
            .init("sink-record-read-rate", .rate(read.rate(at: now))),
            .init("sink-record-read-total", .total(read.total)),
            .init("sink-record-send-rate", .rate(sent.rate(at: now))),
            .init("sink-record-send-total", .total(sent.total)),
            .init("sink-record-lag-max", .gauge(Double(lags.map(\.records).max() ?? 0))),
            .init("partition-count", .gauge(Double(partitionCount))),
            .init("offset-commit-seq-no", .total(commits)),
            .init("offset-commit-completion-rate", .rate(completions.rate(at: now))),
            .init("offset-commit-completion-total", .total(completions.total)),
            .init("offset-commit-skip-rate", .rate(skips.rate(at: now))),
            .init("offset-commit-skip-total", .total(skips.total)),
            .init("put-batch-max-time-ms", .gauge(putTime.maximum(at: now))),
            .init("put-batch-avg-time-ms", .gauge(putTime.average(at: now))),
            .init("sink-record-active-count", .gauge(Double(active))),
            .init("sink-record-active-count-max", .gauge(activeOverTime.maximum(at: now))),
            .init("sink-record-active-count-avg", .gauge(activeOverTime.average(at: now))),
        ]
    }
}
