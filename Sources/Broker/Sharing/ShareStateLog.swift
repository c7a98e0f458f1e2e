import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat
import Synchronization

/// Keeps the state of share-partitions in `__share_group_state`, and the topic short.
///
/// What stands before the last snapshot of every share-partition is not needed any more and is let go of. A
/// share-partition that nobody uses would hold up all others; it is asked for a new snapshot. Safe to use from any
/// thread.
final class ShareStateLog: Sendable {
    /// Where one partition of the topic has the last snapshots.
    private struct Snapshots {
        var offsets: [SharePartitionKey: LogOffset] = [:]
        /// The share-partition that was asked for a new snapshot and has not made it yet.
        var awaited: SharePartitionKey?
        /// Where the log ended before each of the appends under way: the snapshots among them lie there or above, and
        /// are not among ``offsets`` yet.
        var underWay: [LogOffset] = []
    }

    /// Records of a partition of the topic above which those before the last snapshots are let go of.
    private let pruneSpan: Int64

    let registry: PartitionRegistry
    let loop: any EventLoop
    private let store: EventStore
    private let logger: Logger
    let now: @Sendable () -> Timestamp
    private let snapshots = Mutex<[Int32: Snapshots]>([:])

    init(
        store: EventStore, registry: PartitionRegistry, loop: any EventLoop, logger: Logger,
        pruneSpan: Int64 = 10_000, now: @escaping @Sendable () -> Timestamp
    ) {
        self.pruneSpan = pruneSpan
        self.store = store
        self.registry = registry
        self.loop = loop
        self.logger = logger
        self.now = now
    }

    /// The topic; `nil` before the first share-partition.
    var topic: PartitionRegistry.Topic? { registry.topic(InternalTopics.shareGroupState) }

    /// The partition of the topic that has a share-partition's records.
    func index(of key: SharePartitionKey, in topic: PartitionRegistry.Topic) -> Int32 {
        key.statePartition(among: topic.partitionCount)
    }

    /// Appends a record of a share-partition.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - key: The share-partition.
    ///   - completion: Called once, with `.none` when the record is durable, and with the share-partition whose snapshot
    ///     is to be renewed, if one is.
    func append(
        _ record: ShareStateRecord, of key: SharePartitionKey,
        completion: @escaping @Sendable (ErrorCode, SharePartitionKey?) -> Void
    ) {
        guard let topic else { return completion(.coordinatorNotAvailable, nil) }
        let index = index(of: key, in: topic)
        guard case .success(let partition) = topic.led(index) else { return completion(.coordinatorNotAvailable, nil) }
        do {
            let bytes = record.encoded()
            var builder = RecordBatchBuilder()
            try builder.append(timestamp: now(), key: bytes.key, value: bytes.value)
            let batch = try builder.finish()
            guard batch.count <= partition.log.configuration.maxMessageBytes else {
                logger.error("storing share-partition \(key) failed: \(batch.count) bytes are too many for a batch")
                return completion(.unknownServerError, nil)
            }
            let floor = began(in: index, partition)
            let result: AppendResult
            do {
                result = try partition.log.append(batch, from: .coordinator(partition.leaderEpoch), now: now())
            } catch {
                ended(floor, in: index)
                didNotRenew(key, in: index)
                throw error
            }
            partition.whenDurable(result, store: store, loop: loop) { [self] outcome in
                // Until its place is noted, it must not be let go of.
                let cold = outcome == .none ? didStore(record, at: result.firstOffset, in: index, partition) : nil
                ended(floor, in: index)
                if outcome != .none { didNotRenew(key, in: index) }
                completion(outcome == .none ? .none : .coordinatorNotAvailable, cold)
            }
        } catch {
            logger.error("storing share-partition \(key) failed: \(error)")
            completion(.coordinatorNotAvailable, nil)
        }
    }

    /// Notes that an append begins; returns what to end it with.
    private func began(in index: Int32, _ partition: Partition) -> LogOffset {
        snapshots.withLock { snapshots in
            let end = partition.log.watermarks.logEndOffset
            snapshots[index, default: Snapshots()].underWay.append(end)
            return end
        }
    }

    private func ended(_ floor: LogOffset, in index: Int32) {
        snapshots.withLock { snapshots in
            guard let place = snapshots[index]?.underWay.firstIndex(of: floor) else { return }
            snapshots[index]?.underWay.remove(at: place)
        }
    }

    /// Notes that a share-partition which may have been asked for a new snapshot makes none; it can be asked again.
    func didNotRenew(_ key: SharePartitionKey) {
        if let topic { didNotRenew(key, in: index(of: key, in: topic)) }
    }

    private func didNotRenew(_ key: SharePartitionKey, in index: Int32) {
        snapshots.withLock { snapshots in
            if snapshots[index]?.awaited == key { snapshots[index]?.awaited = nil }
        }
    }

    /// Notes where a snapshot is, and lets go of what no one needs any more.
    ///
    /// - Returns: The share-partition that is to make a new snapshot, because all others have newer ones.
    private func didStore(
        _ record: ShareStateRecord, at offset: LogOffset, in index: Int32, _ partition: Partition
    ) -> SharePartitionKey? {
        guard case .snapshot(let key, let snapshot) = record else { return nil }
        let (start, cold) = snapshots.withLock { snapshots -> (LogOffset?, SharePartitionKey?) in
            var present = snapshots[index] ?? Snapshots()
            defer { snapshots[index] = present }
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
                logger.error("letting go of what \(partition.id) does not need any more failed: \(error)")
            }
        }
        return cold
    }

    // MARK: - Replay

    /// Reads a partition of the topic.
    ///
    /// - Returns: The share-partitions as their records have them.
    func replay(_ partition: Partition) throws -> [SharePartitionKey: SharePartition] {
        var found: [SharePartitionKey: SharePartition] = [:]
        var offsets: [SharePartitionKey: LogOffset] = [:]
        let start = partition.log.watermarks.logStartOffset
        try partition.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return }
            try partition.forEachRecord(of: batch, from: start, ofA: "share group", logger) { key, record in
                let understood = try ShareStateRecord(GroupRecord(key: key, value: record.value))
                Self.apply(understood, at: record.offset, &found, &offsets)
            }
        }
        snapshots.withLock { $0[partition.id.partition] = Snapshots(offsets: offsets) }
        return found
    }

    private static func apply(
        _ record: ShareStateRecord, at offset: LogOffset, _ found: inout [SharePartitionKey: SharePartition],
        _ offsets: inout [SharePartitionKey: LogOffset]
    ) {
        switch record {
        case .snapshot(let key, let snapshot?):
            found[key] = SharePartition(key: key, snapshot: snapshot)
            offsets[key] = offset
        case .snapshot(let key, nil):
            found[key] = nil
            offsets[key] = nil
        // An update whose snapshot is gone is older than the snapshot that follows.
        case .update(let key, let update?): found[key]?.replay(update)
        case .update(_, nil), .unknown: break
        }
    }
}
