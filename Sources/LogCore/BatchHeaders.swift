internal import RecordFormat

/// The headers of the batches of one append, of which there is at least one.
///
/// Nearly every append brings one batch. Its header is held in place, so that an append takes no memory from the heap;
/// no collection of the standard library's protocols, whose iterators would copy all of it.
struct BatchHeaders: ~Copyable {
    private var head: RecordBatchHeader
    private var others: [RecordBatchHeader] = []

    /// Creates the headers of an append of one batch.
    init(_ header: RecordBatchHeader) { head = header }

    /// Creates the headers of an append of several batches.
    ///
    /// - Precondition: there is one.
    init(_ headers: [RecordBatchHeader]) {
        head = headers[0]
        others = Array(headers.dropFirst())
    }

    mutating func append(_ header: RecordBatchHeader) { others.append(header) }

    var count: Int { 1 + others.count }
    var indices: Range<Int> { 0..<count }
    var last: RecordBatchHeader { self[count - 1] }

    /// Gives the batches their offsets from `offset` on, and their epoch.
    mutating func assign(from offset: LogOffset, _ epoch: LeaderEpoch) {
        head.baseOffset = offset
        head.leaderEpoch = epoch
        guard !others.isEmpty else { return }
        var next = head.nextOffset
        for index in others.indices {
            others[index].baseOffset = next
            others[index].leaderEpoch = epoch
            next = others[index].nextOffset
        }
    }

    /// Whether any of the batches comes from an idempotent or transactional producer.
    var haveProducer: Bool { head.hasProducer || others.contains { $0.hasProducer } }

    subscript(index: Int) -> RecordBatchHeader {
        @inline(__always) get { index == 0 ? head : others[index - 1] }
        @inline(__always) set { if index == 0 { head = newValue } else { others[index - 1] = newValue } }
    }
}
