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

/// The runs of a call that are not in a batch yet.
struct PendingRuns: Sendable {
    private let runs: [RecordRun]
    /// The run that is next, and its first record that is not in a batch.
    private var run = 0
    private var record = 0

    init(_ runs: [RecordRun]) { self.runs = runs }

    var isEmpty: Bool { run == runs.count }

    /// The next run, and its records that are not in a batch; `nil` when there are none.
    var next: (run: RecordRun, records: Range<Int>)? { isEmpty ? nil : (runs[run], record..<runs[run].count) }

    /// Takes note that the first `count` records of ``next`` are in a batch.
    mutating func advance(by count: Int) {
        record += count
        if record == runs[run].count { (run, record) = (run + 1, 0) }
    }

    /// The bytes of the first records, as many as fit into `limit` together, and of the first whatever it takes.
    ///
    /// - Precondition: there is one.
    func leadingSize(limit: Int) -> Int {
        var size = runs[run].sizes[record]
        var rest = self
        rest.advance(by: 1)
        while let (run, records) = rest.next {
            for index in records {
                guard size + run.sizes[index] <= limit else { return size }
                size += run.sizes[index]
            }
            rest.advance(by: records.count)
        }
        return size
    }
}

/// Makes runs of records that are all of one topic.
///
/// Runs have slices of the array that a call was given, and need no memory for their records. A slice keeps the whole array,
/// which the bound of the producer's buffer does not count: so a run has its own records as soon as others could outlive
/// theirs by much.
struct RecordRunGathering {
    private let records: ArraySlice<ProducerRecord>
    private let isWholeCall: Bool
    private let topic: String
    private let time: Timestamp
    /// Where the records go from ``start`` on.
    private var partition: Int32 = -1
    private var start = 0
    private var sizes: [Int] = []
    /// What was taken, in bytes.
    private var total = 0
    private var pieces: [(partition: Int32, start: Int, sizes: [Int])] = []

    /// - Parameters:
    ///   - isWholeCall: Whether the call was given no other records.
    ///   - time: The time of records that have none of their own.
    init(_ records: ArraySlice<ProducerRecord>, isWholeCall: Bool, of topic: String, at time: Timestamp) {
        self.records = records
        self.isWholeCall = isWholeCall
        self.topic = topic
        self.time = time
        sizes.reserveCapacity(records.count)
    }

    /// Takes the next record.
    mutating func add(size: Int, to partition: Int32) {
        if partition != self.partition {
            closePiece()
            self.partition = partition
        }
        sizes.append(size)
        total += size
    }

    /// The runs of what was taken.
    mutating func finish() -> [RecordRun] {
        closePiece()
        return pieces.map { piece in
            let first = records.startIndex + piece.start
            let slice = records[first..<first + piece.sizes.count]
            let isMost = isWholeCall && 2 * piece.sizes.reduce(0, +) > total
            return RecordRun(
                TopicPartition(topic, piece.partition), isMost ? slice : ArraySlice(Array(slice)), sizes: piece.sizes,
                time: time)
        }
    }

    private mutating func closePiece() {
        guard !sizes.isEmpty else { return }
        pieces.append((partition, start, sizes))
        start += sizes.count
        sizes = []
    }
}
