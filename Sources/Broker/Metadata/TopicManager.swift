import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOPosix
import RecordFormat
import Replication

/// Creates, extends and deletes topics, one change at a time: first in the metadata, then on disk.
///
/// After a crash in between, the next start finds the topic in the metadata and makes its directories, or finds the
/// deletion noted and finishes it.
actor TopicManager {
    /// Why a change was refused.
    typealias Refusal = RequestRefusal

    /// What a topic is to be like.
    struct Request: Sendable {
        var name: String
        /// -1 for the broker's default, and when `assignments` says it.
        var partitionCount: Int32 = -1
        /// -1 for the broker's default, and when `assignments` says it.
        var replicationFactor: Int16 = -1
        /// The replicas of each partition, by its number; empty leaves it to the cluster.
        var assignments: [Int32: [Int32]] = [:]
        var configuration: [String: String] = [:]
    }

    /// Partitions of one topic above which a request is taken for a mistake: each is a directory with files.
    private static let maxPartitions: Int32 = 100_000

    private let live: LiveConfiguration
    let metadata: any MetadataStore
    let store: EventStore
    let registry: PartitionRegistry
    let coordinators: Coordinators
    let pool: NIOThreadPool
    let logger: Logger
    private var last: Task<Void, Never>?

    init(
        live: LiveConfiguration, metadata: any MetadataStore, store: EventStore, registry: PartitionRegistry,
        coordinators: Coordinators, pool: NIOThreadPool, logger: Logger
    ) {
        self.live = live
        self.metadata = metadata
        self.store = store
        self.registry = registry
        self.coordinators = coordinators
        self.pool = pool
        self.logger = logger
    }

    /// The broker's settings as they are now.
    nonisolated var configuration: BrokerConfiguration { live.current }

    nonisolated var groups: GroupHost { coordinators.groups }

    /// Creates a topic; with `validateOnly` it only says whether it could.
    ///
    /// - Throws: ``Refusal`` or a `LogError`.
    func create(_ request: Request, validateOnly: Bool = false) async throws -> ClusterImage.Topic {
        try await inTurn { [self] in
            let topic = try await plan(request)
            if !validateOnly {
                try await metadata.put(topic)
                do {
                    try await openLogs(of: topic)
                } catch {
                    // A topic that cannot be served must not stand in the way of the next attempt, nor of the next
                    // start.
                    try await metadata.remove(topic)
                    await finishDeletion(of: topic.deletion)
                    throw error
                }
            }
            return topic
        }
    }

    /// Adds partitions to a topic.
    ///
    /// - Throws: ``Refusal`` or a `LogError`.
    func extend(_ name: String, to count: Int32, assignments: [[Int32]]?, validateOnly: Bool) async throws {
        try await inTurn { [self] in
            guard var topic = metadata.image.topic(name) else {
                throw Refusal(
                    code: .unknownTopicOrPartition, message: "This server does not host this topic-partition.")
            }
            guard !topic.isInternal else {
                // Groups are found by the number of partitions: another number would lose them.
                throw Refusal(
                    code: .invalidTopicException,
                    message: "\(name) is the cluster's own: its partitions stay as they are")
            }
            let before = topic
            let present = Int32(topic.partitions.count)
            guard count > present, count <= Self.maxPartitions else {
                throw Refusal(
                    code: .invalidPartitions,
                    message: count == present
                        ? "Topic already has \(present) partition(s)."
                        : count > present
                            ? "\(count) partitions are more than the \(Self.maxPartitions) that a topic can have."
                            : "The topic \(name) currently has \(present) partition(s); \(count) would not be an increase."
                )
            }
            if let assignments {
                guard assignments.count == Int(count - present),
                    assignments.allSatisfy({ $0 == [configuration.nodeID] })
                else {
                    throw Refusal(
                        code: .invalidReplicaAssignment,
                        message:
                            "each of the \(count - present) new partitions needs exactly the replica \(configuration.nodeID)"
                    )
                }
            }
            if validateOnly { return }
            topic.partitions += await Array(repeating: newPartition, count: Int(count - present))
            try await metadata.put(topic)
            do {
                try await openLogs(of: topic)
            } catch {
                try await metadata.put(before)
                let added = (before.partitions.count..<topic.partitions.count).map { TopicPartition(name, Int32($0)) }
                try? await pool.runIfActive { [store, topic] in try store.delete(added, topicID: topic.id) }
                throw error
            }
        }
    }

    /// Deletes a topic and its records.
    ///
    /// - Throws: ``Refusal`` or a `LogError`.
    func delete(_ name: String) async throws {
        try await inTurn { [self] in
            guard let topic = metadata.image.topic(name) else {
                throw Refusal(
                    code: .unknownTopicOrPartition, message: "This server does not host this topic-partition.")
            }
            guard !topic.isInternal else {
                throw Refusal(
                    code: .invalidTopicException, message: "\(name) is the cluster's own and cannot be deleted")
            }
            do { try await metadata.remove(topic) } catch let error as UnsettledChange {
                // The next start may find it deleted: until then it must take no records that would be lost.
                logger.error("deleting topic \(name) failed, and it is served no more before a restart: \(error)")
                registry.topic(name)?.retire(with: .kafkaStorageError)
                throw error
            }
            withdraw(name, topic.id)
            await finishDeletion(of: topic.deletion)
        }
    }

    /// Ends the service of a topic that is gone.
    nonisolated func withdraw(_ name: String, _ id: TopicID) {
        registry.remove(name)?.retire(with: .unknownTopicOrPartition)
        groups.topicChanged(name, to: nil)
        coordinators.shares.topicDeleted(id)
    }

    /// Removes what a deleted topic has left on disk and in groups; what cannot be removed now is tried again at the
    /// next start.
    private func finishDeletion(of deletion: ClusterImage.Deletion) async {
        do {
            try await pool.runIfActive { [store] in try store.delete(deletion.partitions, topicID: deletion.id) }
            // Unless a topic of that name has been made since: the offsets are its own then.
            if registry.topic(deletion.name) == nil { groups.topicDeleted(deletion.name) }
            try await metadata.didDelete(deletion.id)
        } catch {
            logger.error("removing the files of topic \(deletion.name) failed, the next start tries again: \(error)")
        }
    }

    /// Finishes deletions that a crash interrupted, once groups have been replayed: they may hold offsets of the topics.
    func finishDeletions() async {
        for deletion in metadata.deletions {
            logger.info("finishing the deletion of topic \(deletion.name)")
            await finishDeletion(of: deletion)
        }
    }

    /// Opens the logs of every topic that the metadata names.
    func openAll() async throws {
        for deletion in metadata.deletions {
            // In the way of a topic of the same name.
            do {
                try await pool.runIfActive { [store] in try store.delete(deletion.partitions, topicID: deletion.id) }
            } catch { logger.error("removing the files of topic \(deletion.name) failed: \(error)") }
        }
        let topics = metadata.image.topics.values.sorted { $0.name < $1.name }
        let total = topics.reduce(0) { $0 + $1.partitions.count }
        var opened = 0
        var lastReport = ContinuousClock.now
        for topic in topics {
            try await openLogs(of: topic)
            opened += topic.partitions.count
            if ContinuousClock.now - lastReport > .seconds(2) {
                logger.info("opened \(opened) of \(total) partitions")
                lastReport = .now
            }
        }
        for stray in try store.storedPartitions() where registry.copy(stray.partition) == nil {
            guard stray.partition != LocalMetadataStore.partition else { continue }
            logger.warning(
                "\(stray.partition.directoryName) belongs to no topic of this server and is left alone: move it away or remove it"
            )
        }
    }

    // MARK: - Steps

    private var newPartition: PartitionState {
        PartitionState(replicas: [BrokerID(configuration.nodeID)], inSyncReplicas: [BrokerID(configuration.nodeID)])
    }

    private func plan(_ request: Request) throws(Refusal) -> ClusterImage.Topic {
        if let fault = TopicName.fault(request.name) {
            throw Refusal(code: .invalidTopicException, message: "Topic name is invalid: \(fault)")
        }
        guard request.name != LocalMetadataStore.partition.topic else {
            throw Refusal(
                code: .invalidTopicException,
                message: "Topic name is invalid: '\(request.name)' is the broker's own log")
        }
        let image = metadata.image
        guard image.topic(request.name) == nil else {
            throw Refusal(code: .topicAlreadyExists, message: "Topic '\(request.name)' already exists.")
        }
        if let other = TopicName.collision(of: request.name, among: image.topics.keys) {
            throw Refusal(
                code: .invalidTopicException, message: "Topic '\(request.name)' collides with existing topic: \(other)")
        }
        let settings = request.configuration.merging(configuration.internalDefaults(ofTopic: request.name)) {
            given, _ in given
        }
        do throws(ConfigurationError) { try configuration.validateTopic(settings) } catch {
            throw Refusal(code: .invalidConfig, message: error.message)
        }
        let count = try partitionCount(request)
        return ClusterImage.Topic(
            name: request.name, id: .random(), partitions: Array(repeating: newPartition, count: Int(count)),
            configuration: settings)
    }

    private func partitionCount(_ request: Request) throws(Refusal) -> Int32 {
        guard request.assignments.isEmpty else {
            guard request.partitionCount == -1, request.replicationFactor == -1 else {
                throw Refusal(
                    code: .invalidRequest,
                    message: "Both numPartitions or replicationFactor and replicasAssignments were set.")
            }
            let isWhole = (0..<Int32(request.assignments.count)).allSatisfy {
                request.assignments[$0] == [configuration.nodeID]
            }
            guard isWhole else {
                throw Refusal(
                    code: .invalidReplicaAssignment,
                    message:
                        "partitions must be numbered from 0 and each have exactly the replica \(configuration.nodeID)")
            }
            return Int32(request.assignments.count)
        }
        let defaultCount =
            switch request.name {
            case InternalTopics.consumerOffsets: "offsets.topic.num.partitions"
            case InternalTopics.transactionState: "transaction.state.log.num.partitions"
            case InternalTopics.shareGroupState: "share.coordinator.state.topic.num.partitions"
            default: "num.partitions"
            }
        let count = request.partitionCount == -1 ? Int32(configuration.integer(defaultCount)) : request.partitionCount
        guard count > 0, count <= Self.maxPartitions else {
            throw Refusal(
                code: .invalidPartitions,
                message:
                    "Number of partitions was set to an invalid value: \(count) is not in 1...\(Self.maxPartitions)")
        }
        let factor =
            request.replicationFactor == -1
            ? Int16(configuration.integer("default.replication.factor")) : request.replicationFactor
        guard factor > 0 else {
            throw Refusal(code: .invalidReplicationFactor, message: "Replication factor must be larger than 0.")
        }
        guard factor == 1 else {
            throw Refusal(
                code: .invalidReplicationFactor,
                message:
                    "Unable to replicate the partition \(factor) time(s): The target replication factor of \(factor) cannot be reached "
                    + "because only 1 broker(s) are registered.")
        }
        return count
    }

    /// Opens the logs of this node's copies of a topic that are not open yet, several at a time where they are many.
    func openLogs(of topic: ClusterImage.Topic) async throws {
        let opening = PartitionOpening(store: store, replication: metadata.replication, configuration, topic)
        let known = registry.topic(topic.name)?.partitions ?? []
        let copies = topic.partitions.indices.map { known.indices.contains($0) ? known[$0] : nil }
        let missing = topic.partitions.indices.filter {
            copies[$0] == nil && topic.partitions[$0].replicas.contains(BrokerID(configuration.nodeID))
        }
        guard !missing.isEmpty || known.count != copies.count else { return }
        let share = max(Self.leastShare, (missing.count + Self.openers - 1) / Self.openers)
        let opened = try await withThrowingTaskGroup(of: [(Int, Partition)].self) { [pool] group in
            for start in stride(from: 0, to: missing.count, by: share) {
                let indexes = missing[start..<min(start + share, missing.count)]
                group.addTask {
                    try await pool.runIfActive {
                        try indexes.map {
                            ($0, try opening.open($0))
                        }
                    }
                }
            }
            var opened: [Int: Partition] = [:]
            for try await share in group { opened.merge(share) { $1 } }
            return opened
        }
        registry.set(
            PartitionRegistry.Topic(
                name: topic.name, id: topic.id, isInternal: topic.isInternal,
                partitions: copies.enumerated().map { $1 ?? opened[$0] }))
        // Not before they can be found: a flush that nobody hears of would leave a follower waiting.
        tell(topic)
        groups.topicChanged(
            topic.name, to: CatalogedTopic(id: topic.id, partitionCount: Int32(topic.partitions.count)))
        await coordinators.topicChanged(topic.name)
    }

    /// Logs that one thread opens before a second is worth waking.
    private static let leastShare = 8
    /// Threads that open logs at a time: opening waits for the disk more than for the processor.
    private static let openers = 4

    /// Runs `body` after every change that was asked for before.
    func inTurn<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let previous = last
        let task = Task { () async throws -> Result in
            await previous?.value
            return try await body()
        }
        last = Task { _ = try? await task.value }
        return try await task.value
    }
}
