import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Synchronization

/// What is known of the share-partitions by one partition of `__share_group_state`, for as long as this node leads it in
/// one epoch; and how it gets into the log.
///
/// What stands before the last snapshot of every share-partition is not needed any more and is let go of. A
/// share-partition that nobody uses would hold up all others; it is asked for a new snapshot. Safe to use from any
/// thread.
final class HostedShareStates: PartitionCoordinator {
    /// Where the log has the last snapshots.
    private struct Snapshots {
        var offsets: [SharePartitionKey: LogOffset] = [:]
        /// The share-partition that was asked for a new snapshot and has not made it yet.
        var awaited: SharePartitionKey?
        /// Where the log ended before each of the appends under way: the snapshots among them lie there or above, and
        /// are not among ``offsets`` yet.
        var underWay: [LogOffset] = []
    }

    private struct State {
        /// The share-partitions as the log has them.
        var known: [SharePartitionKey: SharePartition] = [:]
        /// The epoch of the leader that has read a share-partition last: what earlier ones write is refused.
        var leaders: [SharePartitionKey: LeaderEpoch] = [:]
        /// The appends under way, of each share-partition that has any.
        var writes: [SharePartitionKey: Int] = [:]
        var snapshots = Snapshots()
        /// What the log has of share-partitions that are no more.
        var orphans: Set<SharePartitionKey> = []
        var hasResigned = false
    }

    /// Hears how an append ended: with `.none` when the record is durable, and with the share-partition whose snapshot is
    /// to be renewed, if one is.
    typealias Completion = @Sendable (ErrorCode, SharePartitionKey?) -> Void

    private let partition: Partition
    /// All that is appended belongs to it: what was known in one epoch must not slip into another.
    private let epoch: LeaderEpoch
    private let site: CoordinatorSite
    /// Records above which those before the last snapshots are let go of.
    private let pruneSpan: Int64
    private let isOrphan: @Sendable (SharePartitionKey) -> Bool
    private let didResign: @Sendable () -> Void
    private let state = Mutex(State())

    /// Creates states that are not known; ``load()`` comes next.
    ///
    /// - Parameters:
    ///   - isOrphan: Whether a share-partition's group or topic is known to be gone.
    ///   - didResign: Called when the epoch is over.
    init(
        _ partition: Partition, in epoch: LeaderEpoch, site: CoordinatorSite, pruneSpan: Int64 = 10_000,
        isOrphan: @escaping @Sendable (SharePartitionKey) -> Bool = { _ in false },
        didResign: @escaping @Sendable () -> Void = {}
    ) {
        self.partition = partition
        self.epoch = epoch
        self.site = site
        self.pruneSpan = pruneSpan
        self.isOrphan = isOrphan
        self.didResign = didResign
    }

    func resign() {
        state.withLock { $0.hasResigned = true }
        didResign()
    }

    // MARK: - What is known

    /// The share-partitions that the log has.
    var keys: [SharePartitionKey] { state.withLock { Array($0.known.keys) } }

    /// A share-partition as the log has it, if it has.
    func known(_ key: SharePartitionKey) -> SharePartition? { state.withLock { $0.known[key] } }

    /// The epoch of the leader that has read a share-partition last.
    func leader(of key: SharePartitionKey) -> LeaderEpoch? { state.withLock { $0.leaders[key] } }

    /// A share-partition as the log has it, for the one who leads its partition in `leader` and goes on from there.
    ///
    /// What earlier leaders write is refused from now on.
    ///
    /// - Returns: An error while something that was written before is on its way, to an earlier leader, and once the
    ///   epoch is over.
    func read(_ key: SharePartitionKey, for leader: LeaderEpoch) -> Result<SharePartition?, ErrorCode> {
        state.withLock { state in
            if state.hasResigned { return .failure(.coordinatorNotAvailable) }
            if let present = state.leaders[key], present > leader { return .failure(.notLeaderOrFollower) }
            state.leaders[key] = leader
            if state.writes[key] != nil { return .failure(.coordinatorNotAvailable) }
            return .success(state.known[key])
        }
    }

    // MARK: - Appends

    /// Appends a record of a share-partition.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - key: The share-partition.
    ///   - leader: The epoch of the leader that wants it; `nil` for what no leader has to be asked about.
    func append(
        _ record: ShareStateRecord, of key: SharePartitionKey, from leader: LeaderEpoch? = nil,
        completion: @escaping Completion
    ) {
        let refusal = state.withLock { state -> ErrorCode? in
            if state.hasResigned { return .coordinatorNotAvailable }
            if let leader, let present = state.leaders[key], present > leader { return .notLeaderOrFollower }
            state.writes[key, default: 0] += 1
            return nil
        }
        if let refusal { return completion(refusal, nil) }
        do {
            let batch = try batch(of: record)
            try partition.requireReplicas()
            // Under the lock, so that what is known follows the log's order.
            let result = try state.withLock { try append(batch, record, &$0) }
            complete(result, record, of: key, completion)
        } catch {
            failed(error, key, completion)
        }
    }

    /// Appends a record that follows from what is known of a share-partition.
    ///
    /// - Parameters:
    ///   - key: The share-partition.
    ///   - leader: The epoch of the leader that wants it; `nil` for what no leader has to be asked about. What earlier
    ///     leaders write is refused from then on.
    ///   - make: Makes the record of what the log has, or says why there is none, with `.none` where all is done; nothing
    ///     is appended in between.
    func change(
        _ key: SharePartitionKey, from leader: LeaderEpoch? = nil, completion: @escaping Completion,
        make: (SharePartition?) -> Result<ShareStateRecord, ErrorCode>
    ) {
        do {
            try partition.requireReplicas()
            let outcome = try state.withLock { state -> Result<(AppendResult, ShareStateRecord), ErrorCode> in
                if state.hasResigned { return .failure(.notCoordinator) }
                if let leader {
                    if let present = state.leaders[key], present > leader { return .failure(.fencedLeaderEpoch) }
                    state.leaders[key] = leader
                }
                switch make(state.known[key]) {
                case .failure(let refusal): return .failure(refusal)
                case .success(let record):
                    let result = try append(try batch(of: record), record, &state)
                    state.writes[key, default: 0] += 1
                    return .success((result, record))
                }
            }
            switch outcome {
            case .failure(let refusal): completion(refusal, nil)
            case .success(let (result, record)): complete(result, record, of: key, completion)
            }
        } catch {
            completion(report(error, key), nil)
        }
    }

    private func batch(of record: ShareStateRecord) throws -> ByteSlice {
        let bytes = record.encoded()
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: site.now(), key: bytes.key, value: bytes.value)
        let batch = try builder.finish()
        guard batch.count <= partition.log.configuration.maxMessageBytes else {
            throw LogError(.recordTooLarge, "\(batch.count) bytes are too many for a batch")
        }
        return batch
    }

    /// - Returns: What the append did; its first offset is noted as under way.
    private func append(
        _ batch: ByteSlice, _ record: ShareStateRecord, _ state: inout State
    ) throws -> AppendResult {
        let result = try partition.log.append(batch, from: .coordinator(epoch), now: site.now())
        state.snapshots.underWay.append(result.firstOffset)
        Self.apply(record, &state.known)
        return result
    }

    /// Tells when what was appended is durable.
    private func complete(
        _ result: AppendResult, _ record: ShareStateRecord, of key: SharePartitionKey,
        _ completion: @escaping Completion
    ) {
        partition.whenDurable(result, store: site.store, loop: site.loop) { [self] outcome in
            // Until its place is noted, it must not be let go of.
            let cold = outcome == .none ? didStore(record, at: result.firstOffset) : nil
            ended(key, since: result.firstOffset, isDurable: outcome == .none)
            completion(outcome == .none ? .none : .coordinatorNotAvailable, cold)
        }
    }

    private func failed(_ error: any Error, _ key: SharePartitionKey, _ completion: Completion) {
        ended(key, since: nil, isDurable: false)
        completion(report(error, key), nil)
    }

    private func report(_ error: any Error, _ key: SharePartitionKey) -> ErrorCode {
        site.logger.error("storing share-partition \(key) failed: \(error)")
        return (error as? LogError)?.code == .recordTooLarge ? .unknownServerError : .coordinatorNotAvailable
    }

    private func ended(_ key: SharePartitionKey, since offset: LogOffset?, isDurable: Bool) {
        state.withLock { state in
            if let offset, let place = state.snapshots.underWay.firstIndex(of: offset) {
                state.snapshots.underWay.remove(at: place)
            }
            let rest = (state.writes[key] ?? 1) - 1
            state.writes[key] = rest > 0 ? rest : nil
            if !isDurable, state.snapshots.awaited == key { state.snapshots.awaited = nil }
        }
    }

    /// Has a share-partition that no leader uses here write its state again.
    func renewSnapshot(of key: SharePartitionKey) {
        let now = site.now()
        let leader = leader(of: key)?.rawValue ?? 0
        change(key) { [self] error, _ in
            if error != .none { didNotRenew(key) }
        } make: { known in
            guard var known else { return .failure(.unknownTopicOrPartition) }
            return .success(known.renewSnapshot(leaderEpoch: leader, at: now).record)
        }
    }

    /// Notes that a share-partition which may have been asked for a new snapshot makes none; it can be asked again.
    func didNotRenew(_ key: SharePartitionKey) {
        state.withLock { if $0.snapshots.awaited == key { $0.snapshots.awaited = nil } }
    }

    /// Notes where a snapshot is, and lets go of what no one needs any more.
    ///
    /// - Returns: The share-partition that is to make a new snapshot, because all others have newer ones.
    private func didStore(_ record: ShareStateRecord, at offset: LogOffset) -> SharePartitionKey? {
        guard case .snapshot(let key, let snapshot) = record else { return nil }
        let (start, cold) = state.withLock { state -> (LogOffset?, SharePartitionKey?) in
            var present = state.snapshots
            defer { state.snapshots = present }
            present.offsets[key] = snapshot.map { _ in offset }
            if present.awaited == key { present.awaited = nil }
            let marks = partition.log.watermarks
            guard marks.logEndOffset - marks.logStartOffset > pruneSpan else { return (nil, nil) }
            let floor = present.underWay.min() ?? offset
            guard let coldest = present.offsets.min(by: { $0.value < $1.value }) else {
                return (min(offset, floor), nil)
            }
            let isHoldingUp = marks.logEndOffset - coldest.value > pruneSpan && present.awaited == nil
            if isHoldingUp { present.awaited = coldest.key }
            return (min(coldest.value, floor), isHoldingUp ? coldest.key : nil)
        }
        if let start, start > partition.log.watermarks.logStartOffset {
            do { try partition.log.advanceLogStart(to: start) } catch {
                site.logger.error("letting go of what \(partition.id) does not need any more failed: \(error)")
            }
        }
        return cold
    }

    // MARK: - The log

    func load() throws {
        var found: [SharePartitionKey: SharePartition] = [:]
        var offsets: [SharePartitionKey: LogOffset] = [:]
        let start = partition.log.watermarks.logStartOffset
        try partition.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return }
            try partition.forEachRecord(of: batch, from: start, ofA: "share group", site.logger) { key, record in
                let understood = try ShareStateRecord(GroupRecord(key: key, value: record.value))
                Self.apply(understood, &found)
                if case .snapshot(let key, let snapshot) = understood {
                    offsets[key] = snapshot.map { _ in record.offset }
                }
            }
        }
        // A topic or a group may have been deleted in the moment before its node went down.
        let orphans = Set(found.keys.filter(isOrphan))
        let known = found.filter { !orphans.contains($0.key) && $0.value.isEstablished }
        state.withLock { state in
            state.known = known
            state.orphans = orphans
            state.snapshots.offsets = offsets
        }
    }

    private static func apply(_ record: ShareStateRecord, _ known: inout [SharePartitionKey: SharePartition]) {
        switch record {
        case .snapshot(let key, let snapshot): known[key] = snapshot.map { SharePartition(key: key, snapshot: $0) }
        // An update whose snapshot is gone is older than the snapshot that follows.
        case .update(let key, let update?): known[key]?.replay(update)
        case .update(_, nil), .unknown: break
        }
    }

    func begin() {
        let orphans = state.withLock { state in
            defer { state.orphans = [] }
            return state.orphans
        }
        for key in orphans { append(.snapshot(key, nil), of: key) { _, _ in } }
    }
}
