import LogCore
import RecordFormat
import Replication
import Testing

/// A host of one replica that does at once what it can do alone, and keeps the rest for the test to look at.
final class ReplicaHost {
    var replica: Replica
    var brokers: BrokerDirectory
    var brokerEpoch = BrokerEpoch(1)
    var now = 0
    private(set) var actions: [ReplicaEffects.Action] = []

    init(
        _ id: Int32, end: Int64 = 0, flushed: Int64? = nil, start: Int64 = 0, epochs: [(Int32, Int64)] = [],
        watermark: Int64 = 0, topic: TopicReplication = Cluster.topic(),
        brokers: BrokerDirectory = Cluster.brokers(ready: [1, 2, 3])
    ) {
        let history = LeaderEpochHistory(
            entries: epochs.map { .init(epoch: LeaderEpoch($0.0), startOffset: LogOffset($0.1)) })
        let log = ReplicaLog(
            startOffset: LogOffset(start), flushedOffset: LogOffset(flushed ?? end), endOffset: LogOffset(end),
            epochs: history)
        replica = Replica(
            id: BrokerID(id), log: log, highWatermark: LogOffset(watermark),
            configuration: ReplicaConfiguration(topic: topic, maxLag: .seconds(10), backoff: .seconds(1)))
        self.brokers = brokers
    }

    var watermark: Int64 { replica.highWatermark.rawValue }
    var proposals: [InSyncProposal] {
        actions.compactMap { if case .propose(let proposal) = $0 { proposal } else { nil } }
    }

    /// Brings an event, and returns what is to be done.
    @discardableResult
    func on(_ event: (inout Replica, inout ReplicaEffects) -> Void) -> [ReplicaEffects.Action] {
        var effects = ReplicaEffects(
            now: ReplicationInstant(nanoseconds: Int64(now) * 1_000_000), brokers: brokers, brokerEpoch: brokerEpoch)
        event(&replica, &effects)
        actions = effects.actions
        return actions
    }

    @discardableResult
    func become(_ state: PartitionState) -> [ReplicaEffects.Action] { on { $0.stateChanged(state, &$1) } }

    /// Records are in the log up to an offset, and synced if nothing else is said.
    @discardableResult
    func append(to end: Int64, flushed: Int64? = nil, epoch: Int32? = nil) -> [ReplicaEffects.Action] {
        var log = replica.log
        if let epoch { _ = log.epochs.assign(LeaderEpoch(epoch), startOffset: log.endOffset) }
        log.endOffset = LogOffset(end)
        log.flushedOffset = LogOffset(flushed ?? end)
        return on { $0.logChanged(log, &$1) }
    }

    /// A follower fetches; returns what it is answered.
    func fetch(
        _ follower: Int32, at offset: Int64, last: Int32 = 3, epoch: Int32 = 3, brokerEpoch: Int64 = 1,
        start: Int64 = 0
    ) throws -> FetchAnswer {
        let fetch = ReplicaFetch(
            follower: BrokerID(follower), brokerEpoch: BrokerEpoch(brokerEpoch), leaderEpoch: LeaderEpoch(epoch),
            offset: LogOffset(offset), lastEpoch: LeaderEpoch(last), startOffset: LogOffset(start))
        on { $0.fetchReceived(fetch, as: FetchToken(7), &$1) }
        return try #require(
            actions.compactMap { if case .answer(FetchToken(7), let answer) = $0 { answer } else { nil } }.first)
    }

    /// The fetch among the last actions.
    var sentFetch: (token: FetchToken, fetch: ReplicaFetch)? {
        for case .fetch(let token, _, let fetch) in actions { return (token, fetch) }
        return nil
    }
}
