internal import RecordFormat

/// The transactions that hold the last stable offset back: those that are open, and those whose end marker some in-sync
/// replica may not have yet.
///
/// The second kind matters when a leader fails: a marker that did not reach the new leader may be followed there by its
/// opposite, so readers must not have acted on the first one.
///
/// A value under the log's state lock; the append lane is the only one that begins and completes transactions.
struct UnstableTransactions: Sendable, Equatable {
    struct Open: Sendable, Equatable {
        var firstOffset: LogOffset
        var producerID: ProducerID
    }

    /// Ascending by first offset.
    private(set) var open: [Open] = []
    /// Completed at or above the high watermark; ascending by first offset.
    private(set) var unreplicated: [CompletedTransaction] = []

    init() {}

    /// Creates the table from the open transactions of `producers`, as a snapshot holds them.
    init(_ producers: ProducerTable) {
        open = producers.producers.compactMap { id, producer in
            producer.standing.openTransactionStart.map { Open(firstOffset: $0, producerID: id) }
        }
        open.sort { $0.firstOffset < $1.firstOffset }
    }

    var isEmpty: Bool { open.isEmpty && unreplicated.isEmpty }

    /// The lowest offset whose fate is not settled on every in-sync replica; `nil` if there is none.
    var firstUnstableOffset: LogOffset? {
        switch (open.first?.firstOffset, unreplicated.first?.firstOffset) {
        case (let a?, let b?): min(a, b)
        case (let a, let b): a ?? b
        }
    }

    /// The last stable offset that `completed` leaves behind, as the transaction index records it: where the first
    /// other open transaction begins, or right behind the marker.
    func lastStableOffset(completing completed: CompletedTransaction) -> LogOffset {
        open.first { $0.firstOffset != completed.firstOffset }?.firstOffset ?? completed.lastOffset + 1
    }

    /// Takes an event into account.
    mutating func apply(_ event: TransactionEvent) {
        switch event {
        case .began(let id, let offset):
            open.insert(Open(firstOffset: offset, producerID: id), at: Self.index(of: offset, in: open, \.firstOffset))
        case .ended(let completed):
            let place = Self.index(of: completed.firstOffset, in: open, \.firstOffset)
            if place < open.count, open[place].firstOffset == completed.firstOffset { open.remove(at: place) }
            unreplicated.insert(
                completed, at: Self.index(of: completed.firstOffset, in: unreplicated, \.firstOffset))
        }
    }

    /// Takes events into account, and returns the index entries of the transactions that they abort.
    mutating func aborted(by events: [TransactionEvent]) -> [AbortedTransaction] {
        var entries: [AbortedTransaction] = []
        for event in events {
            if case .ended(let completed) = event, completed.isAborted {
                entries.append(
                    AbortedTransaction(
                        producerID: completed.producerID, firstOffset: completed.firstOffset,
                        lastOffset: completed.lastOffset, lastStableOffset: lastStableOffset(completing: completed)))
            }
            apply(event)
        }
        return entries
    }

    /// Settles the completed transactions whose markers lie below `highWatermark`.
    mutating func settle(below highWatermark: LogOffset) {
        guard !unreplicated.isEmpty else { return }
        unreplicated.removeAll { $0.lastOffset < highWatermark }
    }

    /// The first place whose offset is not below `offset`.
    ///
    /// - Complexity: O(log *n*); transactions begin at the end, so that insertion moves nothing.
    private static func index<Element>(
        of offset: LogOffset, in elements: [Element], _ key: KeyPath<Element, LogOffset>
    ) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle][keyPath: key] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    #if LOGCORE_INTERNAL_CHECKS
    /// Proves order and that no transaction is in both lists.
    func checkInvariants() {
        for list in [open.map(\.firstOffset), unreplicated.map(\.firstOffset)] {
            precondition(zip(list, list.dropFirst()).allSatisfy { $0 < $1 }, "transactions out of order: \(list)")
        }
        precondition(
            Set(open.map(\.firstOffset)).isDisjoint(with: unreplicated.map(\.firstOffset)),
            "a transaction both open and completed")
        precondition(unreplicated.allSatisfy { $0.firstOffset < $0.lastOffset }, "a marker before its transaction")
    }
    #endif
}
