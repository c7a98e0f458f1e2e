import RecordFormat

/// Records of one call that go to one partition one after the other, ready to be added to its batches: what they have in
/// common is worked out once for all of them.
struct RecordRun: Sendable {
    let partition: TopicPartition
    /// For each record the bytes that it takes in a batch at most.
    let sizes: [Int]
    /// The time of the records that have none of their own.
    let time: Timestamp
    private let records: ArraySlice<ProducerRecord>
    /// Whether all records have the same time.
    private let hasOneTime: Bool

    init(_ partition: TopicPartition, _ records: ArraySlice<ProducerRecord>, sizes: [Int], time: Timestamp) {
        self.partition = partition
        self.records = records
        self.sizes = sizes
        self.time = time
        let span = records.span
        hasOneTime = span.indices.allSatisfy { span[$0].timestamp == span[0].timestamp }
    }

    var count: Int { sizes.count }

    /// Some of the records, as they were handed over.
    subscript(range: Range<Int>) -> ArraySlice<ProducerRecord> {
        records[records.startIndex + range.lowerBound..<records.startIndex + range.upperBound]
    }

    /// The time of a record.
    func time(at index: Int) -> Timestamp { records[records.startIndex + index].timestamp ?? time }

    /// The first of `range` and its neighbours that have the same time.
    func prefixOfOneTime(_ range: Range<Int>) -> Range<Int> {
        guard !hasOneTime else { return range }
        let first = time(at: range.lowerBound)
        return range.prefix { time(at: $0) == first }
    }
}

/// Makes runs of the records of one call, which are all of one topic.
struct RecordRunGathering {
    private let records: ArraySlice<ProducerRecord>
    private let topic: String
    private let time: Timestamp
    private var runs: [RecordRun] = []
    /// Where the records go from ``start`` on.
    private var partition: Int32 = -1
    private var start = 0
    private var sizes: [Int] = []

    /// - Parameter time: The time of records that have none of their own.
    init(_ records: ArraySlice<ProducerRecord>, of topic: String, at time: Timestamp) {
        self.records = records
        self.topic = topic
        self.time = time
        sizes.reserveCapacity(records.count)
    }

    /// Takes the next record.
    mutating func add(size: Int, to partition: Int32) {
        if partition != self.partition {
            closeRun()
            self.partition = partition
        }
        sizes.append(size)
    }

    /// The runs of what was taken.
    mutating func finish() -> [RecordRun] {
        closeRun()
        return runs
    }

    private mutating func closeRun() {
        guard !sizes.isEmpty else { return }
        let first = records.startIndex + start
        let slice = records[first..<first + sizes.count]
        // A slice keeps all of the call's records in memory for as long as its own wait, which the bound of the buffer
        // does not count: only one that is most of them may.
        let isMost = slice.count > records.count / 2
        runs.append(
            RecordRun(
                TopicPartition(topic, partition), isMost ? slice : ArraySlice(Array(slice)), sizes: sizes, time: time))
        start += sizes.count
        sizes = []
    }
}
