internal import RecordFormat

/// What has become of a record in a share group; the numbers are those of `__share_group_state`.
public enum ShareRecordState: Int8, Hashable, Sendable, CaseIterable {
    /// It waits for a member.
    case available = 0
    /// A member has it, until the member tells what became of it or its lock ends. Never stored.
    case acquired = 1
    /// A member has accepted it.
    case acknowledged = 2
    /// Nobody is to have it any more: it was rejected, or delivered too often, or there is no such record.
    case archived = 4

    /// Whether nothing will become of the record any more.
    var isTerminal: Bool { self == .acknowledged || self == .archived }
}

/// Neighbouring records of a share-partition of which all is the same.
///
/// A plain value without references: thousands of them are copied like bytes.
struct ShareRun: Hashable, Sendable {
    /// What stands for the holder of records that nobody has.
    static let nobody: UInt32 = 0
    /// What stands for the write of records whose state is not on its way to the log.
    static let noWrite: UInt64 = 0

    /// The first record's offset.
    var first: LogOffset
    /// The offset after the last record's.
    var next: LogOffset
    var state = ShareRecordState.available
    /// How often the records have been delivered, the present delivery included.
    var deliveryCount: Int16 = 0
    /// Who has the records, by a number that the share-partition gave the member.
    var holder = nobody
    /// When the lock of acquired records ends.
    var deadline = CoordinationInstant.start
    /// The write that makes the state durable; until it has ended the records stay as they are.
    var write = noWrite

    /// The number of offsets.
    var count: Int64 { next - first }
    /// Whether a member may be given the records.
    var isFree: Bool { state == .available && write == Self.noWrite }
    /// Whether nothing will become of the records any more, whatever happens to this node.
    var isDone: Bool { state.isTerminal && write == Self.noWrite }

    /// Whether `other` says the same of its records.
    func continues(_ other: ShareRun) -> Bool {
        first == other.next && state == other.state && deliveryCount == other.deliveryCount && holder == other.holder
            && write == other.write && (state != .acquired || deadline == other.deadline)
    }

    /// Gives the records back, or up if they have been delivered as often as they may be.
    mutating func release(deliveryLimit: Int16) {
        state = deliveryCount >= deliveryLimit ? .archived : .available
        holder = Self.nobody
    }
}

/// The runs of a share-partition: every offset from the first to the last is in exactly one of them.
struct ShareRuns: Hashable, Sendable {
    private(set) var elements: [ShareRun] = []

    var isEmpty: Bool { elements.isEmpty }

    /// The place of the run that holds `offset`; the number of runs if none does.
    ///
    /// - Complexity: O(log *n*).
    func index(of offset: LogOffset) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].next <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Adds a run behind the last.
    mutating func append(_ run: ShareRun) {
        precondition(run.first < run.next, "a run of no records")
        precondition(elements.last.map { $0.next == run.first } ?? true, "offsets are left out between runs")
        if let last = elements.last, run.continues(last) {
            elements[elements.count - 1].next = run.next
        } else {
            elements.append(run)
        }
    }

    /// Changes the runs of a range, which are cut at its ends; those that are alike afterwards become one.
    ///
    /// - Precondition: The runs hold every offset of the range.
    mutating func update(_ range: Range<LogOffset>, _ body: (inout ShareRun) -> Void) {
        guard !range.isEmpty else { return }
        let lower = cut(at: range.lowerBound)
        let upper = cut(at: range.upperBound)
        precondition(lower < upper, "a range of no runs")
        for index in lower..<upper { body(&elements[index]) }
        merge(max(0, lower - 1)..<min(elements.count, upper + 1))
    }

    /// Puts other runs in the place of those that hold the same offsets.
    mutating func replace(with runs: ArraySlice<ShareRun>) {
        guard let first = runs.first, let last = runs.last else { return }
        let lower = cut(at: first.first)
        let upper = cut(at: last.next)
        elements.replaceSubrange(lower..<upper, with: runs)
        merge(max(0, lower - 1)..<min(elements.count, lower + runs.count + 1))
    }

    /// Changes every run.
    mutating func updateAll(_ body: (inout ShareRun) -> Void) {
        for index in elements.indices { body(&elements[index]) }
        merge(elements.indices)
    }

    /// Forgets everything below `offset`.
    mutating func removeAll(before offset: LogOffset) {
        let index = index(of: offset)
        elements.removeSubrange(..<index)
        if !elements.isEmpty && elements[0].first < offset { elements[0].first = offset }
    }

    /// Makes a run begin at `offset`; returns its place.
    private mutating func cut(at offset: LogOffset) -> Int {
        let index = index(of: offset)
        guard index < elements.count, elements[index].first < offset else { return index }
        var rest = elements[index]
        rest.first = offset
        elements[index].next = offset
        elements.insert(rest, at: index + 1)
        return index + 1
    }

    /// Makes neighbours one that are alike.
    private mutating func merge(_ range: Range<Int>) {
        guard range.count > 1 else { return }
        var last = range.lowerBound
        for index in range.dropFirst() {
            if elements[index].continues(elements[last]) {
                elements[last].next = elements[index].next
            } else {
                last += 1
                elements[last] = elements[index]
            }
        }
        elements.removeSubrange(last + 1..<range.upperBound)
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        for (left, right) in zip(elements, elements.dropFirst()) {
            precondition(left.next == right.first, "runs have a gap or overlap")
            precondition(!right.continues(left), "runs that are alike stand side by side")
        }
        for run in elements {
            precondition(run.first < run.next, "a run of no records")
            precondition((run.state == .acquired) == (run.holder != ShareRun.nobody), "records of a wrong holder")
        }
    }
}
