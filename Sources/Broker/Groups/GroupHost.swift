import Coordination
import KafkaProtocol
import RecordFormat
import Synchronization

/// The groups that this node coordinates: those of the partitions of `__consumer_offsets` that it leads.
///
/// Safe to use from any thread.
final class GroupHost: Sendable {
    /// What coordinators know besides groups, kept once for those of all partitions.
    private final class Surroundings: Sendable {
        private let present = Mutex(GroupSurroundings())

        func change(_ body: (inout GroupSurroundings) -> Void) { present.withLock { body(&$0) } }

        /// The newest, unless it is of the version `known`.
        func newer(than known: Int64) -> GroupSurroundings? {
            present.withLock { $0.version == known ? nil : $0 }
        }
    }

    /// The topic by whose partitions groups are coordinated.
    let topic: CoordinatedTopic<HostedGroups>
    private let surroundings: Surroundings

    init(configuration: BrokerConfiguration, site: CoordinatorSite) {
        let settings = GroupCoordinatorConfiguration(configuration)
        let surroundings = Surroundings()
        self.surroundings = surroundings
        topic = CoordinatedTopic(InternalTopics.consumerOffsets, site: site) { partition, epoch in
            let count = site.registry.topic(InternalTopics.consumerOffsets)?.partitionCount ?? 1
            return HostedGroups(partition, in: epoch, of: count, configuration: settings, site: site) {
                surroundings.newer(than: $0)
            }
        }
    }

    /// Why the group cannot be coordinated here, if it cannot.
    func fault(for groupID: GroupID) -> ErrorCode? {
        if case .failure(let fault) = coordinator(of: groupID) { ErrorCode(fault) } else { nil }
    }

    private func coordinator(of groupID: GroupID) -> Result<HostedGroups, CoordinatorFault> {
        // Without the topic any partition will do: there is none.
        topic.coordinator(of: offsetsPartition(of: groupID)?.partition ?? 0)
    }

    /// The partition of `__consumer_offsets` that keeps a group and its offsets; `nil` without the topic.
    func offsetsPartition(of groupID: GroupID) -> TopicPartition? {
        topic.topic.map {
            TopicPartition($0.name, GroupCoordinator.groupPartition(for: groupID, partitionCount: $0.partitionCount))
        }
    }

    /// Hands an event of a group to its coordinator; `reply` gets the answer, now or later, or the error that the client
    /// is to be told because the coordinator was not asked.
    func perform(
        _ groupID: GroupID, _ event: (inout GroupCoordinator, RequestToken, CoordinationTime) -> [GroupAction],
        reply: @escaping @Sendable (Result<GroupResponse, ErrorCode>) -> Void
    ) {
        switch coordinator(of: groupID) {
        case .success(let groups): groups.perform(event, reply: reply)
        case .failure(let fault): reply(.failure(ErrorCode(fault)))
        }
    }

    /// Asks a group's coordinator something that changes nothing.
    func query<Answer: Sendable>(
        _ groupID: GroupID, _ body: (borrowing GroupCoordinator) -> Answer
    ) -> Result<Answer, ErrorCode> {
        switch coordinator(of: groupID) {
        case .failure(let fault): .failure(ErrorCode(fault))
        case .success(let groups): groups.query(body).map { .success($0) } ?? .failure(.notCoordinator)
        }
    }

    /// Ends a producer's transaction in a partition of `__consumer_offsets`.
    ///
    /// - Parameter reply: Called once, with `.none` when the marker is durable and the transaction's offsets count or
    ///   are gone.
    func endTransaction(
        _ outcome: TransactionOutcome, of producer: ProducerIdentity, coordinatorEpoch: Int32, in partition: Int32,
        reply: @escaping @Sendable (ErrorCode) -> Void
    ) {
        switch topic.coordinator(of: partition) {
        case .success(let groups):
            groups.endTransaction(outcome, of: producer, coordinatorEpoch: coordinatorEpoch, reply: reply)
        case .failure(.missingTopic), .failure(.unknownPartition): reply(.unknownTopicOrPartition)
        case .failure(.notLed): reply(.notLeaderOrFollower)
        // Its offsets are not known, and must not be thought of as ended before they are.
        case .failure(let fault): reply(ErrorCode(fault))
        }
    }

    /// The groups of all partitions that could be read, sorted by name; an error while some are being read, and once this
    /// node coordinates none.
    func list(states: [String], types: [String]) -> Result<[GroupListing], ErrorCode> {
        switch topic.coordinators() {
        case .failure(.stopped): .failure(.coordinatorNotAvailable)
        case .failure(let fault): .failure(ErrorCode(fault))
        case .success(let all):
            .success(
                all.flatMap { $0.query { $0.listGroups(states: states, types: types) } ?? [] }
                    .sorted { $0.groupID < $1.groupID })
        }
    }

    /// Tells the groups what a topic is now; `nil` for one that is gone.
    func topicChanged(_ name: String, to topic: CatalogedTopic?) {
        surroundings.change { $0.topicChanged(name, to: topic) }
    }

    /// Sets what holds for one group in place of the broker's own settings, by the keys of ``GroupKeys``.
    ///
    /// It holds from the next heartbeat of each member; what is not given has the broker's value again.
    func setConfiguration(_ values: [String: String], of groupID: GroupID) {
        surroundings.change { $0.setOverrides(ConsumerGroupOverrides(values), for: groupID) }
    }

    /// Forgets the offsets of a topic that was deleted.
    func topicDeleted(_ name: String) {
        for groups in topic.serving { groups.topicDeleted(name) }
    }

    /// Answers everyone who waits, and everyone who asks from now on, that this node does not coordinate groups.
    func resign() { topic.stop() }
}
