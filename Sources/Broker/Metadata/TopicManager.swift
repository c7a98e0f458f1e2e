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

    private let live: LiveConfiguration
    let metadata: any MetadataStore
    let store: EventStore
    let registry: PartitionRegistry
    let coordinators: Coordinators
    let pool: NIOThreadPool
    let logger: Logger
    private var last: Task<Void, Never>?
    /// The topics of which some copies could not be opened.
    private(set) var short: Set<String> = []

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
            let image = metadata.image
            let topic = try await plan(request, in: image)
            if !validateOnly {
                try await metadata.put(topic, basedOn: image)
                do {
                    try await openLogs(of: topic)
                } catch {
                    guard metadata.replication == nil else {
                        // Others have their copies by now; this node tries again with the next image.
                        logger.error("opening this node's copies of topic \(topic.name) failed: \(error)")
                        await setShort(topic.name, true)
                        return topic
                    }
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
            let image = metadata.image
            guard var topic = image.topic(name) else {
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
            let added = try await partitions(
                extending: topic, by: Int(count - present), assignments: assignments, in: image)
            if validateOnly { return }
            topic.partitions += added
            try await metadata.put(topic, basedOn: image)
            do {
                try await openLogs(of: topic)
            } catch {
                guard metadata.replication == nil else {
                    logger.error("opening this node's copies of topic \(name) failed: \(error)")
                    return await setShort(name, true)
                }
                try await metadata.put(before, basedOn: metadata.image)
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
        let image = metadata.image
        if metadata.replication != nil { try await setStraysAside(image) }
        let topics = image.topics.values.sorted { $0.name < $1.name }
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

    private func plan(_ request: Request, in image: ClusterImage) throws(Refusal) -> ClusterImage.Topic {
        if let fault = TopicName.fault(request.name) {
            throw Refusal(code: .invalidTopicException, message: "Topic name is invalid: \(fault)")
        }
        guard request.name != LocalMetadataStore.partition.topic else {
            throw Refusal(
                code: .invalidTopicException,
                message: "Topic name is invalid: '\(request.name)' is the broker's own log")
        }
        guard image.topic(request.name) == nil else {
            throw Refusal(code: .topicAlreadyExists, message: "Topic '\(request.name)' already exists.")
        }
        if let other = TopicName.collision(of: request.name, among: image.topics.keys) {
            throw Refusal(
                code: .invalidTopicException, message: "Topic '\(request.name)' collides with existing topic: \(other)")
        }
        let defaults = configuration.internalDefaults(
            ofTopic: request.name, isReplicated: metadata.replication != nil)
        let settings = settled(request.configuration.merging(defaults) { given, _ in given })
        do throws(ConfigurationError) { try configuration.validateTopic(settings) } catch {
            throw Refusal(code: .invalidConfig, message: error.message)
        }
        return ClusterImage.Topic(
            name: request.name, id: .random(), partitions: try partitions(for: request, in: image),
            configuration: settings)
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
        let results = try await withThrowingTaskGroup(of: [(Int, Result<Partition, any Error>)].self) { [pool] group in
            for start in stride(from: 0, to: missing.count, by: share) {
                let indexes = missing[start..<min(start + share, missing.count)]
                group.addTask {
                    try await pool.runIfActive { indexes.map { index in (index, Result { try opening.open(index) }) } }
                }
            }
            var results: [Int: Result<Partition, any Error>] = [:]
            for try await share in group { results.merge(share) { $1 } }
            return results
        }
        // In a cluster what could be opened is served, and the rest is tried again; alone all or nothing is.
        let failure = results.values.compactMap { if case .failure(let error) = $0 { error } else { nil } }.first
        if let failure, metadata.replication == nil { throw failure }
        let opened = results.compactMapValues { try? $0.get() }
        registry.set(
            PartitionRegistry.Topic(
                name: topic.name, id: topic.id, isInternal: topic.isInternal,
                partitions: copies.enumerated().map { $1 ?? opened[$0] }))
        // Not before they can be found: a flush that nobody hears of would leave a follower waiting.
        tell(topic)
        groups.topicChanged(
            topic.name, to: CatalogedTopic(id: topic.id, partitionCount: Int32(topic.partitions.count)))
        await coordinators.topicChanged(topic.name)
        if let failure { throw failure }
    }

    /// Notes whether some copies of a topic could not be opened.
    func setShort(_ name: String, _ isShort: Bool) {
        if isShort { short.insert(name) } else { short.remove(name) }
    }

    /// How often a change is derived anew when others were faster.
    private static let attempts = 10
    /// Logs that one thread opens before a second is worth waking.
    private static let leastShare = 8
    /// Threads that open logs at a time: opening waits for the disk more than for the processor.
    private static let openers = 4

    /// Runs `body` after every change that was asked for before, and again where another node was faster.
    func inTurn<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let previous = last
        let task = Task { () async throws -> Result in
            await previous?.value
            for _ in 1..<Self.attempts {
                do { return try await body() } catch is ConflictingChange { continue }
            }
            do { return try await body() } catch is ConflictingChange {
                throw Refusal(.requestTimedOut, "others have changed the same again and again: nothing was changed")
            }
        }
        last = Task { _ = try? await task.value }
        return try await task.value
    }
}
