internal import RecordFormat

/// The coordinator of transactions: those that one partition of `__transaction_state` holds.
///
/// It has each transactional id's producer and the state of its transaction, and says what to answer, what to append
/// and which partitions to tell; it owns no socket, log, clock or thread. The host
/// 1. replays the partition with ``replay(_:)`` and ends that with ``replayCompleted(at:)``,
/// 2. passes in each request with a token and the moment, and carries out the actions it gets, in order,
/// 3. reports the end of each append, each marker and each search for an identity: only then do the answers leave that
///    promise something,
/// 4. calls ``advance(to:)`` when ``nextDeadline`` has come,
/// 5. calls ``resign(at:)`` when it loses the partition or shuts down.
///
/// A decision is final when its record is durable. Its markers are written after that, and again after a restart, until
/// a second record says that every partition has them.
///
/// What it leaves out: the partitions' logs, the offsets of groups, and who may do what.
///
/// A value with one owner; the host keeps it behind a lock or on one thread.
public struct TransactionCoordinator: ~Copyable, Sendable {
    /// The limits the coordinator works by.
    public let configuration: TransactionCoordinatorConfiguration
    var transactions: [TransactionalID: Transaction] = [:]
    /// Each transactional id has one timer: for the timeout of what is open, the next try of what is decided, the
    /// expiration of what is idle, or the end of the wait for an append.
    var timers = DeadlineQueue<TransactionalID>()
    var appends: [AppendToken: TransactionalID] = [:]
    var allocations: [ProducerIDToken: TransactionalID] = [:]
    var markers: [MarkerToken: TransactionalID] = [:]
    /// The number of the last append, write of markers or search for an identity.
    private var lastNumber: UInt64 = 0

    /// Creates a coordinator without transactions.
    public init(configuration: TransactionCoordinatorConfiguration = TransactionCoordinatorConfiguration()) {
        self.configuration = configuration
    }

    /// When ``advance(to:)`` is to be called at the latest; `nil` while nothing is waited for.
    ///
    /// It may be earlier than anything happens, never later, and changes with every event.
    public var nextDeadline: CoordinationInstant? { timers.next }

    /// The partition of `__transaction_state` that a transactional id's record is in.
    ///
    /// - Parameters:
    ///   - transactionalID: The transactional id.
    ///   - partitionCount: The number of partitions of `__transaction_state`, which must never change.
    public static func partition(for transactionalID: TransactionalID, partitionCount: Int32) -> Int32 {
        // The same hash as that of groups.
        OffsetCommitKey.partition(of: transactionalID.rawValue, among: partitionCount)
    }

    /// Fires the timers that are due.
    public mutating func advance(to now: CoordinationTime) -> [TransactionAction] {
        var actions: [TransactionAction] = []
        while let id = timers.popExpired(at: now.instant) {
            guard let transaction = transactions[id] else { continue }
            switch transaction.change {
            case nil where transaction.value.state == .ongoing:
                actions += append(transaction.fence(at: now.timestamp), of: id, at: now)
            case nil: actions += append(transaction.expired(), of: id, at: now)
            case .markers(let progress) where progress.token == nil: actions += writeMarkers(of: id, at: now)
            case .append(let token, let transition):
                actions += dismissImpatient(transition, of: id, by: token)
            // What is under way sets the timer anew when it ends.
            default: break
            }
        }
        return actions
    }

    // MARK: - Steps

    /// A number that nothing under way has.
    mutating func makeNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Has the record of a transition appended; it takes effect when that is durable.
    ///
    /// Whoever waits for that waits no longer than the transaction may be open, as in Kafka.
    mutating func append(
        _ transition: Transaction.Transition, of id: TransactionalID, at now: CoordinationTime
    ) -> [TransactionAction] {
        let token = AppendToken(makeNumber())
        appends[token] = id
        transactions[id]!.change = .append(token, transition)
        if transition.held != nil {
            timers.schedule(id, at: now.instant.advanced(by: .milliseconds(transition.value.timeoutMs)))
        }
        let value: TransactionValue? = transition.value.state == .dead ? nil : transition.value
        return [.append(TransactionAppend(transactionalID: id, record: TransactionRecord(id, value), token: token))]
    }

    /// Answers who has waited for an append for as long as it is to wait.
    ///
    /// Nothing else changes. The append is still on its way and may yet become durable; until its end is known, other
    /// changes are refused as concurrent.
    private mutating func dismissImpatient(
        _ transition: Transaction.Transition, of id: TransactionalID, by token: AppendToken
    ) -> [TransactionAction] {
        guard let held = transition.held else { return [] }
        var transition = transition
        transition.held = nil
        transactions[id]!.change = .append(token, transition)
        return [
            .respond(held.token, held.response.failing(with: TransactionAppendFailure.unavailable.transactionError))
        ]
    }

    /// Asks for an identity that no producer has had.
    mutating func allocate(_ allocation: Transaction.Allocation, for id: TransactionalID) -> [TransactionAction] {
        let token = ProducerIDToken(makeNumber())
        allocations[token] = id
        transactions[id]!.change = .allocation(token, allocation)
        return [.allocateProducerID(token)]
    }

    /// The wait before the next try of what has not succeeded: each time longer.
    mutating func nextRetryDelay(of id: TransactionalID) -> Duration {
        let last = transactions[id]?.retryDelay ?? .zero
        let next = last == .zero ? configuration.firstRetryDelay : min(last * 2, configuration.longestRetryDelay)
        transactions[id]?.retryDelay = next
        return next
    }

    /// Goes on with a transaction that nothing is under way with: a decided one is carried out, for others the timer is
    /// set that ends them.
    ///
    /// - Parameter pause: Time that passes at least before the timer fires: what has just failed is not to be tried
    ///   without end.
    mutating func settle(
        _ id: TransactionalID, after pause: Duration = .zero, at now: CoordinationTime
    ) -> [TransactionAction] {
        guard let transaction = transactions[id] else { return [] }
        let value = transaction.value
        if value.state.isPrepared {
            transactions[id]!.change = .markers(Transaction.MarkerProgress(failed: value.partitions))
            return writeMarkers(of: id, at: now)
        }
        let (start, limit) =
            value.state == .ongoing
            ? (value.startTimestamp, Duration.milliseconds(value.timeoutMs))
            : (value.updateTimestamp, configuration.transactionalIDExpiration)
        // The wall clock may have been set back or forth since.
        let age = Duration.milliseconds(max(0, now.timestamp.milliseconds - max(0, start.milliseconds)))
        let rest = max(pause, .zero, limit - age)
        timers.schedule(id, at: now.instant.advanced(by: rest))
        return []
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        for (id, transaction) in transactions {
            precondition(transaction.id == id, "a transaction is filed under another's name")
            transaction.checkInvariants()
            switch transaction.change {
            case .append(let token, _): precondition(appends[token] == id, "an append was lost")
            case .allocation(let token, _): precondition(allocations[token] == id, "a search was lost")
            case .markers(let progress):
                if let token = progress.token { precondition(markers[token] == id, "a marker was lost") }
            case nil: break
            }
        }
        for id in [Array(appends.values), Array(allocations.values), Array(markers.values)].joined() {
            precondition(transactions[id]?.change != nil, "\(id): an end would meet nothing that is under way")
        }
    }
}
