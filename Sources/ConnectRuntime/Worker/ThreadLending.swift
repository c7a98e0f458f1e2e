import DequeModule

/// Decides which work gets a thread, and when: a value without threads and without a clock.
///
/// Work that is quickly done shares a few threads, one after the other. Work that takes longer than ``patience`` keeps
/// its thread and no longer counts as one of those that share, so that it holds up no other for longer than that; work
/// that is known to be slow gets a thread at once.
///
/// - Invariant: While work waits, as many threads as the limit allows are shared.
struct ThreadLending<Thread, Work> {
    /// Work that is being done.
    struct Loan {
        let work: Work
        fileprivate let number: UInt64
    }

    /// Work that may begin, on a thread that is there or, with `nil`, on a new one.
    typealias Start = (loan: Loan, thread: Thread?)

    private let limit: Int
    private let patience: Duration
    /// The threads that nobody has, the one that came back last at the end.
    private var idle: Deque<(thread: Thread, since: ContinuousClock.Instant)> = []
    /// The loans that share, never more than the limit.
    private var sharing: [(number: UInt64, since: ContinuousClock.Instant)] = []
    private var waiting: Deque<Work> = []
    private var count: UInt64 = 0
    /// How many threads do something.
    private(set) var lentCount = 0

    /// Creates one without threads.
    ///
    /// - Parameters:
    ///   - limit: How many threads quick work shares, at least 1.
    ///   - patience: How long work may take and still be quick.
    init(limit: Int, patience: Duration) {
        precondition(limit > 0, "work has to be done somewhere")
        self.limit = limit
        self.patience = patience
    }

    /// How many threads have nothing to do.
    var idleCount: Int { idle.count }

    /// Whether work waits for a thread.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Takes work.
    ///
    /// - Returns: The work, if it may begin; `nil` when it waits.
    mutating func add(_ work: Work, isSlow: Bool, at now: ContinuousClock.Instant) -> Start? {
        guard isSlow || sharing.count < limit else {
            waiting.append(work)
            return nil
        }
        return lend(work, shares: !isSlow, at: now)
    }

    /// Takes note that work is done.
    ///
    /// - Returns: What its thread does next; `nil` when it has nothing to do.
    mutating func finish(_ loan: Loan, on thread: Thread, at now: ContinuousClock.Instant) -> Loan? {
        sharing.removeAll { $0.number == loan.number }
        if sharing.count < limit, let work = waiting.popFirst() { return begin(work, shares: true, at: now) }
        lentCount -= 1
        idle.append((thread, now))
        return nil
    }

    /// Has work that takes long share no longer.
    ///
    /// - Returns: What may begin for that; called every now and then while work waits.
    mutating func look(at now: ContinuousClock.Instant) -> [Start] {
        sharing.removeAll { $0.since.duration(to: now) >= patience }
        var starts: [Start] = []
        while sharing.count < limit, let work = waiting.popFirst() {
            starts.append(lend(work, shares: true, at: now))
        }
        return starts
    }

    /// Takes the threads that have had nothing to do since `time`.
    mutating func takeIdle(since time: ContinuousClock.Instant) -> [Thread] {
        let taken = idle.prefix { $0.since <= time }.map(\.thread)
        idle.removeFirst(taken.count)
        return taken
    }

    private mutating func lend(_ work: Work, shares: Bool, at now: ContinuousClock.Instant) -> Start {
        lentCount += 1
        // The one that ran last: its caches are warm, and the others get old.
        return (begin(work, shares: shares, at: now), idle.popLast()?.thread)
    }

    private mutating func begin(_ work: Work, shares: Bool, at now: ContinuousClock.Instant) -> Loan {
        count += 1
        if shares { sharing.append((count, now)) }
        return Loan(work: work, number: count)
    }
}

extension ThreadLending: Sendable where Thread: Sendable, Work: Sendable {}
extension ThreadLending.Loan: Sendable where Work: Sendable {}
