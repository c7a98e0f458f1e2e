import RecordFormat

/// Records of one call that go to one partition one after the other, ready to be added to its batches: what they have in
/// common is worked out once for all of them.
struct RecordRun: Sendable {
    let partition: TopicPartition
    private(set) var entries: [ProducerBatch.Entry] = []
    /// For each entry the bytes that it takes in a batch at most.
    private(set) var sizes: [Int] = []
    /// Whether all entries have the same time, as those have that got theirs here.
    private(set) var hasOneTime = true

    init(_ partition: TopicPartition) { self.partition = partition }

    var count: Int { entries.count }

    mutating func append(_ entry: ProducerBatch.Entry, size: Int) {
        if hasOneTime, let first = entries.first, first.timestamp != entry.timestamp { hasOneTime = false }
        entries.append(entry)
        sizes.append(size)
    }

    /// The first of `records` and its neighbours that have the same time.
    func prefixOfOneTime(_ records: Range<Int>) -> Range<Int> {
        guard !hasOneTime else { return records }
        let time = entries[records.lowerBound].timestamp
        return records.prefix { entries[$0].timestamp == time }
    }

    mutating func reserveCapacity(_ capacity: Int) {
        entries.reserveCapacity(capacity)
        sizes.reserveCapacity(capacity)
    }
}
