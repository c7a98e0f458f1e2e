import KafkaProtocol
import LogCore
import RecordFormat
import Synchronization

/// The partitions that one client follows, and what it was told of each last (KIP-227).
///
/// A request looks at those alone that have news. Safe to use from any thread.
final class FetchSession: Sendable {
    /// What a client was told of a partition; -1 before the first answer.
    private struct Known {
        var target: FetchTarget
        var highWatermark: Int64 = -1
        var logStartOffset: Int64 = -1
    }

    private struct State {
        var epoch: Int32 = 1
        /// By slot, which a partition keeps for as long as it is followed; `nil` for one that is free.
        var slots: [Known?] = []
        var places: [FetchTarget.Key: Int] = [:]
        var free: [Int] = []
        /// Where the next answer begins: behind the last partition that had records, so that a full answer does not
        /// starve those that come after it.
        var start = 0
        /// For whom the partitions were looked up.
        var reader: FetchReader.Basis?
        var lastUse: ContinuousClock.Instant
        var lastLookAtAll: ContinuousClock.Instant
    }

    /// How often all partitions are looked at: not everything that an answer says of a partition is told as it happens, as
    /// that retention has moved where the log begins.
    static let interval = Duration.seconds(1)

    let id: Int32
    let creation: ContinuousClock.Instant
    /// Whether its requests name topics by their identity; they cannot change over (KIP-516).
    private let namesByID: Bool
    let watch: FetchWatch
    private let state: Mutex<State>

    /// Creates the session of a client that follows `targets`, none of which is twice in them.
    init(id: Int32, _ targets: [FetchTarget], _ reader: FetchReader, now: ContinuousClock.Instant) {
        self.id = id
        creation = now
        namesByID = reader.namesByID
        watch = FetchWatch(isFollower: reader.isFollower)
        var state = State(lastUse: now, lastLookAtAll: now)
        state.reader = reader.basis
        for target in targets { _ = Self.add(target, to: &state) }
        for slot in state.slots.indices { Self.lookUp(slot, reader, watch, in: &state) }
        self.state = Mutex(state)
    }

    // The watch and its places hold on to each other, and those to the partitions.
    deinit { watch.end() }

    /// The number of partitions.
    var count: Int { state.withLock { $0.places.count } }
    var lastUse: ContinuousClock.Instant { state.withLock { $0.lastUse } }

    /// What comes of a request in the session.
    enum Verdict {
        /// The partitions to look at now.
        case goesOn([FetchPlan.Entry])
        case refused(ErrorCode)
        /// It has no partitions any more.
        case isEmpty
        /// It has more than it may.
        case isTooLarge
    }

    /// Takes over what a request changes.
    func take(_ request: FetchRequest, _ reader: FetchReader, now: ContinuousClock.Instant) -> Verdict {
        state.withLock { state in
            if state.epoch != request.sessionEpoch { return .refused(.invalidFetchSessionEpoch) }
            if namesByID != reader.namesByID { return .refused(.fetchSessionTopicIDError) }
            let named = FetchTarget.named(in: request).map { Self.add($0, to: &state) }
            for topic in request.forgottenTopicsData {
                for partition in topic.partitions {
                    forget(.init(topic: topic.topic, topicID: topic.topicID, partition: partition), in: &state)
                }
            }
            if state.places.isEmpty { return .isEmpty }
            if state.places.count > FetchSessions.partitionLimit { return .isTooLarge }
            state.epoch = state.epoch == Int32.max ? 1 : state.epoch + 1
            state.lastUse = now
            if state.reader == nil || state.reader != reader.basis {
                for slot in state.slots.indices { Self.lookUp(slot, reader, watch, in: &state) }
                state.reader = reader.basis
                state.lastLookAtAll = now
            } else {
                for slot in named { Self.lookUp(slot, reader, watch, in: &state) }
                if now - state.lastLookAtAll >= Self.interval {
                    watch.openAll()
                    state.lastLookAtAll = now
                }
            }
            return .goesOn(watch.take(from: state.start))
        }
    }

    /// All partitions, for the first answer.
    func takeAll() -> [FetchPlan.Entry] { watch.take() }

    /// Follows a partition from where a request says; returns its slot.
    private static func add(_ target: FetchTarget, to state: inout State) -> Int {
        if let slot = state.places[target.key] {
            state.slots[slot]?.target.request = target.request
            return slot
        }
        let slot = state.free.popLast() ?? state.slots.count
        if slot == state.slots.count { state.slots.append(nil) }
        state.slots[slot] = Known(target: target)
        state.places[target.key] = slot
        return slot
    }

    private func forget(_ key: FetchTarget.Key, in state: inout State) {
        guard let slot = state.places.removeValue(forKey: key) else { return }
        state.slots[slot] = nil
        state.free.append(slot)
        watch.remove(slot)
    }

    /// Finds out what a slot's partition is by now; it is to be looked at then.
    private static func lookUp(_ slot: Int, _ reader: FetchReader, _ watch: FetchWatch, in state: inout State) {
        guard var entry = state.slots[slot].map({ reader.entry($0.target) }) else { return }
        // Told of a topic that is gone, a client is to know it from one that was never there.
        state.slots[slot]?.target.resolvedName = entry.target.resolvedName
        entry.slot = slot
        watch.set(entry)
    }

    // MARK: - Answers

    /// Drops from an incremental answer what the client knows already, and remembers what it is told now.
    ///
    /// - Parameters:
    ///   - response: Has what was found in the entries of `plan`, in their order.
    ///   - isIncremental: Whether the client knows the session.
    func trim(_ response: inout FetchResponse, _ plan: FetchPlan, isIncremental: Bool) {
        var open: [Int] = []
        state.withLock { state in
            var entries = plan.entries.makeIterator()
            for topic in response.responses.indices {
                let news = response.responses[topic].partitions.filter { data in
                    guard let entry = entries.next() else { return true }
                    let isQuiet = data.isQuiet(behind: entry.target.request.fetchOffset, plan.isolation)
                    if !isQuiet { open.append(entry.slot) }
                    return Self.note(data, of: entry, in: &state)
                }
                if isIncremental { response.responses[topic].partitions = news }
            }
        }
        if isIncremental { response.responses.removeAll(where: \.partitions.isEmpty) }
        watch.open(open)
    }

    /// Remembers what the client is told of a partition; returns whether it is news.
    private static func note(
        _ data: FetchResponse.PartitionData, of entry: FetchPlan.Entry, in state: inout State
    ) -> Bool {
        let slot = entry.slot
        guard let known = state.slots[slot], known.target.key == entry.target.key else { return true }
        let hasRecords = (data.records?.byteCount ?? 0) > 0
        let isNews =
            hasRecords || data.errorCode != 0 || data.divergingEpoch != .init()
            || data.preferredReadReplica >= 0 || known.highWatermark != data.highWatermark
            || known.logStartOffset != data.logStartOffset
        // Behind an error, that it is over is news.
        state.slots[slot]?.highWatermark = data.errorCode == 0 ? data.highWatermark : -1
        state.slots[slot]?.logStartOffset = data.logStartOffset
        if hasRecords { state.start = slot + 1 }
        return isNews
    }
}

extension FetchResponse.PartitionData {
    /// Whether the next look would find the same as long as nothing happens in the partition.
    fileprivate func isQuiet(behind fetchOffset: Int64, _ isolation: FetchIsolation) -> Bool {
        guard errorCode == 0, (records?.byteCount ?? 0) == 0, divergingEpoch == .init(), preferredReadReplica < 0 else {
            return false
        }
        // There may be records for which the answer had no room.
        return fetchOffset >= (isolation == .transactionCommitted ? lastStableOffset : highWatermark)
    }
}
