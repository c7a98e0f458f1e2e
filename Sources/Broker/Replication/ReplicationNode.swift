import EventStore
import Logging
import NIOCore
import RecordFormat
import Replication
import Synchronization

/// What all replicas of a node have in common: who the node is, whom it knows, and where proposals go.
///
/// Safe to use from any thread.
final class ReplicationNode: Sendable {
    typealias Propose =
        @Sendable (
            InSyncProposal, PartitionID, _ completion: @escaping @Sendable (InSyncProposal.Outcome) -> Void
        ) -> Void

    private struct Known {
        var brokers = BrokerDirectory()
        var epoch: BrokerEpoch
    }

    let id: BrokerID
    let store: EventStore
    let logger: Logger
    let now: @Sendable () -> Timestamp
    private let fetchers = Mutex<ReplicaFetchers?>(nil)
    private let leadershipObserver = Mutex<(@Sendable (TopicPartition) -> Void)?>(nil)
    private let known: Mutex<Known>
    private let logFailed = Mutex<@Sendable (PartitionID) -> Void>({ _ in })
    private let start = ContinuousClock.now
    private let writeProposal: Propose

    /// Creates a node.
    ///
    /// - Parameters:
    ///   - epoch: The incarnation in which it is registered.
    ///   - propose: Writes a proposal to the metadata store, and says once what became of it.
    init(
        id: BrokerID, epoch: BrokerEpoch, store: EventStore, logger: Logger, now: @escaping @Sendable () -> Timestamp,
        propose: @escaping Propose
    ) {
        self.id = id
        self.store = store
        self.logger = logger
        self.now = now
        known = Mutex(Known(epoch: epoch))
        writeProposal = propose
    }

    /// The incarnation in which the node is registered, or was last; below all others before it was.
    var epoch: BrokerEpoch { known.withLock { $0.epoch } }

    /// Takes over that the node is registered in another incarnation.
    func register(as epoch: BrokerEpoch) { known.withLock { $0.epoch = epoch } }

    /// Takes over who is there. Replicas have been told of the partitions' states of that moment before.
    func set(_ brokers: BrokerDirectory) { known.withLock { $0.brokers = brokers } }

    /// Who is there.
    var brokers: BrokerDirectory { known.withLock { $0.brokers } }

    /// What an event of this moment brings to a replica that was told who is there.
    func effects(among brokers: BrokerDirectory) -> ReplicaEffects {
        ReplicaEffects(now: moment, brokers: brokers, brokerEpoch: epoch)
    }

    /// The moment, as replicas are told it.
    private var moment: ReplicationInstant {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return ReplicationInstant(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Runs `body` at a moment, or soon after.
    func notify(at moment: ReplicationInstant, _ body: @escaping @Sendable () -> Void) {
        let now = self.moment
        fetchers.withLock { $0 }?.schedule(in: .nanoseconds(max(0, moment.nanoseconds - now.nanoseconds)), body)
    }

    /// Names the fetchers that replicas use from now on.
    func use(_ fetchers: ReplicaFetchers) { self.fetchers.withLock { $0 = fetchers } }

    /// Has `body` told of each log that can be written no longer.
    func onLogFailure(_ body: @escaping @Sendable (PartitionID) -> Void) { logFailed.withLock { $0 = body } }

    /// Takes note of a log that can be written no longer.
    func logDidFail(_ id: PartitionID) { logFailed.withLock { $0 }(id) }

    /// Has a partition fetch from its leader.
    func fetch(_ wish: ReplicaFetcher.Wish, _ leader: BrokerID) {
        fetchers.withLock { $0 }?.fetch(wish, from: leader)
    }

    /// Has `observer` told of each partition that the node begins or ends to lead, once that is in force: by whoever
    /// brought it about, who must not be held up.
    func observeLeadership(_ observer: @escaping @Sendable (TopicPartition) -> Void) {
        leadershipObserver.withLock { $0 = observer }
    }

    /// Tells that the node has begun or ended to lead a partition.
    func leadershipChanged(of id: TopicPartition) { leadershipObserver.withLock { $0 }?(id) }

    func propose(
        _ proposal: InSyncProposal, _ id: PartitionID,
        completion: @escaping @Sendable (InSyncProposal.Outcome) -> Void
    ) { writeProposal(proposal, id, completion) }
}
