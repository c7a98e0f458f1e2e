import Coordination
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Synchronization

/// Gives the queue of one share group on one partition what it has not: a lock, a clock, a log, and fetches that wait.
///
/// The machine runs under the lock; its writes are appended after the lock is free, by one thread at a time, in the order
/// in which they came. Safe to use from any thread.
final class SharedPartition: Sendable {
    typealias Outcome = @Sendable (RequestRefusal?) -> Void

    /// What is to be stored.
    private enum Task {
        case write(ShareWrite)
        /// The end of the share-partition.
        case delete(Outcome)
    }

    private struct State {
        var machine: SharePartition
        /// Whether the state is still to come from the node that has it; until then ``machine`` is empty.
        var isReading: Bool
        /// What no one has appended yet.
        var tasks = ActionLane<Task>()
        /// Who waits for a write.
        var waiting: [UInt64: Outcome] = [:]
        var fetches: [any Completion] = []
        /// Whether the share-partition is being deleted along with its group or topic, its node stops, or another epoch
        /// has begun.
        var hasEnded = false
        /// What members are told who fetch from a queue that has ended.
        var endError = ErrorCode.none
        /// Who waits for the end of a deletion that leaves the group as it is.
        var clearing: [Outcome]?
        /// Whether the log has nothing of the queue any more, or never had, and another may take its place.
        var isGone = false

        /// Whether nothing is given away, taken or stored.
        var isRetired: Bool { hasEnded || clearing != nil || isGone }
    }

    let key: SharePartitionKey
    let partition: Partition
    /// The epoch in which this node leads the partition; another one has another queue.
    let epoch: LeaderEpoch
    /// Where the queue's state is.
    let route: ShareStateRoute
    private unowned let host: ShareHost
    private let state: Mutex<State>
    private let timer: MachineTimer

    /// Creates the queue; ``establish(outcome:)`` comes next where the log has nothing of it.
    ///
    /// - Parameter isReading: Whether the state is to come by ``begin(with:)``.
    init(
        _ machine: SharePartition, on partition: Partition, in epoch: LeaderEpoch, _ route: ShareStateRoute,
        isReading: Bool = false, host: ShareHost
    ) {
        key = machine.key
        self.partition = partition
        self.epoch = epoch
        self.route = route
        self.host = host
        timer = MachineTimer(loop: host.site.loop)
        state = Mutex(State(machine: machine, isReading: isReading))
    }

    /// Goes on with the state that another node has told; who waits for records is woken.
    func begin(with machine: SharePartition) {
        state.withLock { state in
            state.machine = machine
            state.isReading = false
        }
        wake()
    }

    /// Whether this node still leads the partition in the queue's epoch.
    var isLed: Bool { partition.ledEpoch == epoch && partition.retirement == nil }

    private var stateEpoch: Int32 { state.withLock { $0.machine.stateEpoch } }

    /// Puts a queue into the log that the log has nothing of; nothing is given away before.
    ///
    /// - Parameter outcome: Hears when that is durable.
    func establish(outcome: Outcome? = nil) {
        let now = host.time.timestamp
        var isDone = false
        run { state in
            guard !state.machine.isEstablished else {
                isDone = true
                return
            }
            let write = state.machine.establish(leaderEpoch: epoch.rawValue, at: now)
            state.waiting[write.id] = outcome
            state.tasks.add(.write(write))
        }
        if isDone { outcome?(nil) }
    }

    private var settings: ShareSettings {
        var settings = host.policy(of: key.groupID).settings
        settings.leaderEpoch = epoch.rawValue
        // When everything is written is for the node to say that has the state.
        if case .elsewhere = route { settings.updatesPerSnapshot = .max }
        return settings
    }

    // MARK: - Records for members

    /// What there is to be had.
    struct Look {
        var error = ErrorCode.none
        /// The offset that was looked at.
        var offset = LogOffset.zero
        var read: LogRead?

        var byteCount: Int { read?.slice?.byteCount ?? 0 }
    }

    /// Looks for records that a member may have, without giving any away.
    func look(upTo isolation: FetchIsolation, limit: Int, mustProgress: Bool) -> Look {
        if let gone = partition.retirement {
            return Look(error: gone == .unknownTopicOrPartition ? .unknownTopicID : gone)
        }
        guard isLed else { return Look(error: .notLeaderOrFollower) }
        let settings = settings
        let logStart = partition.log.watermarks.logStartOffset
        let (offset, error) = state.withLock { state -> (LogOffset?, ErrorCode) in
            if state.isRetired { return (nil, state.endError) }
            state.machine.logStartMoved(to: logStart)
            return (state.machine.nextFetchOffset(settings), .none)
        }
        guard let offset else { return Look(error: error) }
        do throws(LogError) {
            let read = try partition.log.read(
                from: offset, upTo: isolation, limit: limit, mustProgress: mustProgress)
            return Look(offset: offset, read: read)
        } catch {
            return Look(error: ErrorCode(error))
        }
    }

    /// Gives records to a member.
    func acquire(_ wish: ShareAcquisition, from offset: LogOffset, _ batches: [ShareableBatch]) -> [AcquiredRange] {
        let settings = settings
        let now = host.time.instant
        let acquired = state.withLock { state in
            state.isRetired ? [] : state.machine.acquire(wish, from: offset, batches, settings, at: now)
        }
        if !acquired.isEmpty { setTimer() }
        return acquired
    }

    /// A member tells what became of records; `outcome` hears when that is durable, or why it is refused.
    func acknowledge(
        _ acknowledgements: [ShareAcknowledgement], by member: MemberID, outcome: @escaping Outcome
    ) {
        let settings = settings
        let now = host.time
        var refusal: RequestRefusal?
        var isDone = false
        run { state in
            do throws(ShareRefusal) {
                if state.isRetired {
                    refusal = RequestRefusal(.coordinatorNotAvailable)
                } else if state.isReading {
                    refusal = RequestRefusal(.invalidRecordState, "The records are not acquired by the member.")
                } else if let write = try state.machine.acknowledge(acknowledgements, by: member, settings, at: now) {
                    state.waiting[write.id] = outcome
                    state.tasks.add(.write(write))
                } else {
                    isDone = true
                }
            } catch {
                switch error {
                case .invalidRequest(let message): refusal = RequestRefusal(.invalidRequest, message)
                case .invalidRecordState(let message): refusal = RequestRefusal(.invalidRecordState, message)
                }
            }
        }
        if isDone || refusal != nil { outcome(refusal) }
    }

    /// A member has gone and gives back all that it has.
    func release(_ member: MemberID) {
        let settings = settings
        let now = host.time
        run { state in
            guard !state.isRetired, let write = state.machine.release(member, settings, at: now) else { return }
            state.tasks.add(.write(write))
        }
        wake()
    }

    /// Writes the whole state again, so that the log can let go of what it had before.
    ///
    /// - Returns: Whether it does; not one that is being deleted.
    func renewSnapshot() -> Bool {
        let now = host.time.timestamp
        var renews = false
        run { state in
            guard !state.isRetired, state.machine.isEstablished else { return }
            state.tasks.add(.write(state.machine.renewSnapshot(leaderEpoch: epoch.rawValue, at: now)))
            renews = true
        }
        return renews
    }

    // MARK: - Administration

    /// How far the group has come, by what the log has; `nil` where that has nothing.
    func progress() -> SharePartitionProgress? {
        let logStart = partition.log.watermarks.logStartOffset
        return state.withLock { state in
            guard !state.isRetired else { return nil }
            state.machine.logStartMoved(to: logStart)
            return state.machine.progress
        }
    }

    /// Has the group read on from `start`, whoever has been given what; `outcome` hears when that is durable.
    func alterStart(to start: LogOffset, stateEpoch: Int32 = 0, outcome: @escaping Outcome) {
        let now = host.time.timestamp
        var isRefused = true
        run { state in
            guard !state.isRetired,
                let write = state.machine.alterStart(
                    to: start, stateEpoch: stateEpoch, leaderEpoch: epoch.rawValue, at: now)
            else { return }
            isRefused = false
            state.waiting[write.id] = outcome
            state.tasks.add(.write(write))
        }
        if isRefused { outcome(RequestRefusal(.coordinatorNotAvailable, "The share-partition is being changed.")) }
    }

    /// Deletes the state of a group that stays: with its next fetch the group begins anew. Until that is durable the
    /// queue keeps its place, lest another be stored before its end is; should it fail, it goes on as it was.
    func clear(outcome: @escaping Outcome) {
        var answer: RequestRefusal??
        run { state in
            if state.isGone {
                answer = .some(nil)
            } else if state.hasEnded {
                answer = RequestRefusal(.coordinatorNotAvailable)
            } else if state.clearing != nil {
                state.clearing?.append(outcome)
            } else {
                state.clearing = [outcome]
                state.tasks.add(.delete { [self] in cleared($0) })
            }
        }
        if let answer { outcome(answer) }
    }

    private func cleared(_ refusal: RequestRefusal?) {
        let waiting = state.withLock { state in
            if refusal == nil { state.isGone = true } else { state.machine.doubtLog() }
            defer { state.clearing = nil }
            return state.clearing ?? []
        }
        if refusal == nil { host.forget(self) }
        for outcome in waiting { outcome(refusal) }
        setTimer()
        wake()
    }

    // MARK: - Fetches that wait

    /// Has `fetch` be run each time there may be something new for it.
    func park(_ fetch: any Completion) { state.withLock { $0.fetches.append(fetch) } }

    /// Takes back ``park(_:)``.
    func unpark(_ fetch: any Completion) {
        state.withLock { state in
            guard let index = state.fetches.firstIndex(where: { $0 === fetch }) else { return }
            state.fetches.swapAt(index, state.fetches.count - 1)
            state.fetches.removeLast()
        }
    }

    private func wake() {
        var batch = CompletionBatch()
        for fetch in state.withLock({ $0.fetches }) { batch.add(fetch) }
        batch.dispatch()
    }

    // MARK: - Writes

    /// Has the machine take an event, and stores what it asks for.
    private func run(_ event: (inout State) -> Void) {
        let takesOver = state.withLock { state in
            event(&state)
            return state.tasks.takeOver()
        }
        while takesOver, let task = state.withLock({ $0.tasks.next() }) {
            switch task {
            case .write(let write):
                route.store(write, of: key, stateEpoch: stateEpoch, from: epoch) { [self] error, cold in
                    ended(write, error)
                    if let cold, let states = route.states { host.renewSnapshot(of: cold, states) }
                }
            case .delete(let outcome):
                // Of a state that is elsewhere its node is asked, and not the queue.
                guard let states = route.states else {
                    outcome(RequestRefusal(.coordinatorNotAvailable))
                    continue
                }
                states.append(.snapshot(key, nil), of: key) { error, _ in
                    outcome(error == .none ? nil : RequestRefusal(error))
                }
            }
        }
        setTimer()
    }

    /// Tells the machine how a write ended, then whoever waits for it.
    private func ended(_ write: ShareWrite, _ error: ErrorCode) {
        let (outcome, isGone) = state.withLock { state in
            state.machine.writeEnded(write.id, isDurable: error == .none)
            if state.machine.isLost { state.isGone = true }
            return (state.waiting.removeValue(forKey: write.id), state.isGone)
        }
        // One that could not even be set up is made anew with the next fetch.
        if isGone { host.forget(self) }
        // What the log has is not known any more: the next fetch has it read.
        if error != .none, route.states == nil { host.letGo(of: self, error) }
        outcome?(error == .none ? nil : RequestRefusal(error))
        setTimer()
        wake()
    }

    // MARK: - Locks

    private func setTimer() {
        let deadline = state.withLock { $0.isRetired ? nil : $0.machine.nextDeadline }
        timer.set(deadline, now: host.time.instant) { [weak self] in self?.tick() }
    }

    private func tick() {
        let settings = settings
        let now = host.time
        var isFree = false
        run { state in
            guard !state.isRetired, let write = state.machine.expireLocks(settings, at: now) else { return }
            state.tasks.add(.write(write))
            isFree = true
        }
        if isFree { wake() }
    }

    // MARK: - The end

    /// Deletes the state; `outcome` hears when it is gone for good.
    func delete(outcome: @escaping Outcome) {
        run { state in
            state.hasEnded = true
            state.tasks.add(.delete(outcome))
        }
        wake()
    }

    /// Gives nothing away any more, and expires no lock: the node stops, or another epoch has begun.
    ///
    /// - Parameter error: What members are told who wait for records.
    func retire(with error: ErrorCode = .none) {
        state.withLock { state in
            state.hasEnded = true
            state.endError = error
        }
        if error != .none { wake() }
    }
}
