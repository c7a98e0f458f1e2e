import DequeModule
import RecordFormat

/// The batches of one partition that are gathered, under way or waiting to be sent again, and their sequence numbers.
///
/// Order is kept like this. Batches leave in order over one connection, several at a time. When one fails and may be
/// tried again, nothing new leaves until all that are under way are answered; then everything that failed goes again,
/// in the old order and under the old sequence numbers, so that the broker recognises what it has. A broker that says
/// OUT_OF_ORDER_SEQUENCE of the first batch that is not acknowledged has not written it and will write none after it
/// under this identity: the partition then takes a fresh identity, starts from sequence 0 and sends again.
///
/// That conclusion needs care, because a broker remembers the last five batches only. Example: batch 1 is written but
/// its answer lost; its repetition is refused by a broker that is just losing its leadership, while batches 6 to 9
/// behind it are written; now the broker has forgotten batch 1 and calls its next repetition out of order, and under a
/// fresh identity it would be there twice. So no batch leaves for the first time that is the sixth, or later, from the
/// first undecided one on.
///
/// And a broker that knows nothing of a producer takes whatever sequence number comes first: it may have forgotten an
/// old one. Were the first batch lost and the second not, they would change places. So the first batch under an
/// identity goes alone.
struct PartitionQueue: Sendable {
    let partition: TopicPartition
    /// Not under way, in order; all but the last are closed.
    private(set) var queued = Deque<ProducerBatch>()
    /// Under way, in order.
    private(set) var inFlight: [ProducerBatch] = []
    /// Set after a failure until all that was under way is answered.
    private(set) var isHeld = false
    /// Nothing leaves before this.
    var pausedUntil: ContinuousClock.Instant?
    /// Whether the partition stands in its leader's list of those that can send.
    var isListed = false
    private(set) var identity: ProducerIdentity?
    private(set) var nextSequence = SequenceNumber(0)
    private var nextOrdinal: UInt64 = 0
    /// Whether the broker has written a batch under the identity, and so knows it.
    private var isIdentityKnown = false
    /// Batches of one producer that a broker recognises (KIP-98).
    private static let rememberedBatches: UInt64 = 5
    /// Set when the identity is spent: its sequence has a gap that cannot be filled.
    private(set) var needsFreshIdentity = false
    /// Set when a batch was refused whole and split: the sequence goes on from its number.
    private var rewindTarget: SequenceNumber?

    init(_ partition: TopicPartition) { self.partition = partition }

    var isEmpty: Bool { queued.isEmpty && inFlight.isEmpty }

    /// Adds records to the last batch as far as they fit, at least one; to a new one when that is full.
    ///
    /// - Parameters:
    ///   - records: Which of the run's.
    ///   - limit: The bytes at which a batch is full.
    ///   - makeBatch: Called when a batch is to be begun.
    /// - Returns: The batch's outcome, the first record's place in it, how many were added, and whether it is new.
    mutating func append(
        _ run: RecordRun, _ records: Range<Int>, limit: Int, makeBatch: () -> ProducerBatch
    ) -> (outcome: BatchOutcome, index: Int, count: Int, isNewBatch: Bool) {
        var end = records.lowerBound
        var position = queued.count - 1
        if position >= 0, !queued[position].isClosed, queued[position].size + run.sizes[end] > limit {
            queued[position].close()
        }
        let isNew = position < 0 || queued[position].isClosed
        if isNew {
            queued.append(makeBatch())
            position += 1
        }
        var size = queued[position].size
        repeat {
            size += run.sizes[end]
            end += 1
        } while end < records.upperBound && size < limit && size + run.sizes[end] <= limit
        let index = queued[position].recordCount
        queued[position].append(run[records.lowerBound..<end], time: run.time, size: size - queued[position].size)
        if size >= limit { queued[position].close() }
        return (queued[position].outcome, index, end - records.lowerBound, isNew)
    }

    /// Whether a batch may leave.
    func canSend(at now: ContinuousClock.Instant, linger: Duration, hurries: Bool, inFlightLimit: Int) -> Bool {
        guard let first = queued.first, !isHeld, inFlight.count < inFlightLimit else { return false }
        if let pausedUntil, pausedUntil > now { return false }
        if identity != nil, !isIdentityKnown, !inFlight.isEmpty { return false }
        if first.identity == nil, let oldest = inFlight.first, oldest.identity != nil,
            nextOrdinal - oldest.ordinal >= Self.rememberedBatches
        {
            return false
        }
        return first.isClosed || hurries || first.createdAt.duration(to: now) >= linger
    }

    /// When to look again because time alone changes something: a pause or linger that ends, a deadline that passes.
    func nextWake(linger: Duration, after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let first = queued.first else { return nil }
        var wakes = [first.deadline]
        if let pausedUntil, pausedUntil > now { wakes.append(pausedUntil) }
        if !first.isClosed {
            let lingered = first.createdAt.advanced(by: linger)
            if lingered > now { wakes.append(lingered) }
        }
        return wakes.min()
    }

    /// Whether the next batch has to wait for an identity.
    func lacksIdentity(current: ProducerIdentity?) -> Bool { identity == nil && current == nil }

    /// Moves the first batch to those under way, with its sequence number.
    ///
    /// - Parameter current: The producer's identity, taken if the partition has none; `nil` for a producer without.
    mutating func takeFirst(current: ProducerIdentity?) -> ProducerBatch {
        var batch = queued.removeFirst()
        batch.close()
        if batch.identity == nil, let identity = identity ?? current {
            if self.identity == nil {
                self.identity = identity
                nextSequence = SequenceNumber(0)
            }
            batch.identity = identity
            batch.sequence = nextSequence
            batch.ordinal = nextOrdinal
            nextOrdinal += 1
            nextSequence = nextSequence.advanced(by: Int32(batch.recordCount))
        }
        inFlight.append(batch)
        return batch
    }

    /// Whether another batch with a sequence number comes before `batch` and is not decided.
    func hasUndecided(before batch: ProducerBatch) -> Bool {
        inFlight.contains { $0.precedes(batch) } || queued.contains { $0.identity != nil && $0.precedes(batch) }
    }

    /// Removes a batch that was answered from those under way.
    ///
    /// - Returns: The batch, or `nil` if it was not under way.
    mutating func removeInFlight(_ batch: ProducerBatch) -> ProducerBatch? {
        guard let position = inFlight.firstIndex(where: { $0.isSame(as: batch) }) else { return nil }
        return inFlight.remove(at: position)
    }

    /// Takes note that the broker has written a batch that was removed from those under way.
    mutating func acknowledge(_ batch: ProducerBatch) {
        if batch.identity == identity { isIdentityKnown = true }
    }

    /// Puts a batch back to be sent again.
    mutating func requeue(_ batch: ProducerBatch) {
        let position = queued.firstIndex { batch.precedes($0) } ?? queued.count
        queued.insert(batch, at: position)
        isHeld = !inFlight.isEmpty
    }

    /// Marks the identity as spent; ``settle()`` drops it.
    mutating func spendIdentity() {
        guard identity != nil else { return }
        needsFreshIdentity = true
        // Whatever left now would be refused, and under load nothing would ever be settled.
        isHeld = !inFlight.isEmpty
    }

    /// Has the numbers from a batch's on be given again, once nothing is under way: the broker refused the batch, and so
    /// has written none of them. For a producer that keeps its identity.
    mutating func rewind(to sequence: SequenceNumber) {
        rewindTarget = rewindTarget ?? sequence
        isHeld = !inFlight.isEmpty
    }

    /// Whether the broker did not take `batch` because of one before it.
    func isBehindFailure(_ batch: ProducerBatch) -> Bool { rewindTarget != nil || hasUndecided(before: batch) }

    /// Goes on once nothing is under way: ends a hold, and drops a spent identity with the sequence numbers given under
    /// it.
    ///
    /// - Returns: The identity that was dropped.
    mutating func settle() -> ProducerIdentity? {
        guard inFlight.isEmpty else { return nil }
        isHeld = false
        if let sequence = rewindTarget.take(), let first = queued.firstIndex(where: { $0.identity == nil }) {
            // What comes before the parts of the refused batch is to be recognised under its old numbers.
            for position in queued.indices[first...] {
                queued[position].identity = nil
                queued[position].sequence = .none
            }
            nextSequence = sequence
        }
        guard needsFreshIdentity else { return nil }
        needsFreshIdentity = false
        isIdentityKnown = false
        for position in queued.indices {
            queued[position].identity = nil
            queued[position].sequence = .none
        }
        defer { identity = nil }
        return identity
    }

    /// Removes the queued batches whose time is over, which are the first ones: a later batch has a later deadline.
    mutating func removeExpired(at now: ContinuousClock.Instant) -> [ProducerBatch] {
        var removed: [ProducerBatch] = []
        while let first = queued.first, first.deadline <= now { removed.append(queued.removeFirst()) }
        for position in removed.indices { removed[position].close() }
        return removed
    }

    /// Removes all queued batches.
    mutating func removeQueued() -> [ProducerBatch] {
        var removed = Array(queued)
        queued = []
        for position in removed.indices { removed[position].close() }
        return removed
    }

    /// The outcomes of all batches that are not decided.
    var outcomes: [BatchOutcome] { queued.map(\.outcome) + inFlight.map(\.outcome) }

    /// Closes the batch that is being gathered, so that it leaves without waiting for more.
    mutating func closeLast() {
        if !queued.isEmpty { queued[queued.count - 1].close() }
    }
}
