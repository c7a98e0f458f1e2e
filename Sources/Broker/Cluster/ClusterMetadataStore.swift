import EventStore
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Replication

/// A cluster's metadata, which all nodes share.
///
/// Every change compares what it was derived from, in one step with the write. While the store is away nothing can be
/// changed, and what is known goes on to count.
///
/// - SeeAlso: docs/format/cluster-metadata.md
final class ClusterMetadataStore: MetadataStore {
    /// Keys that one write changes at most: etcd takes 128.
    private static let maxChanges = 60

    let link: ClusterLink
    let node: ReplicationNode

    /// Creates the store of a node.
    ///
    /// - Parameters:
    ///   - link: The node's sight of the cluster.
    ///   - store: The node's data directory.
    ///   - now: The time that records are stamped with.
    init(_ link: ClusterLink, store: EventStore, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.link = link
        let proposals = InSyncProposals(link: link, logger: logger)
        node = ReplicationNode(
            id: BrokerID(store.options.nodeID), epoch: BrokerEpoch(0), store: store, logger: logger, now: now,
            propose: proposals.write)
    }

    var image: ClusterImage { link.image }

    var replication: ReplicationNode? { node }

    func observe(_ observer: @escaping @Sendable () -> Void) { link.observe(observer) }

    /// The store's revision behind the newest that is known.
    var logEndOffset: LogOffset { LogOffset(link.sight.view.revision + 1) }

    /// Every node removes what a deleted topic has left there, once it hears of it or starts.
    var deletions: [ClusterImage.Deletion] { [] }

    func didDelete(_ id: TopicID) async throws {}

    // MARK: - Topics

    func put(_ topic: ClusterImage.Topic, basedOn basis: ClusterImage) async throws {
        let (view, image) = link.sight
        let key = ClusterKey.topic(topic.name).text
        let former = basis.topic(topic.name)
        try require(image.topic(topic.name)?.settings == former?.settings)
        var conditions: [ClusterWrite.Condition]
        let value: TopicValue
        if let former, former.id == topic.id, let stored = view[key] {
            value = try ClusterJSON.decode(TopicValue.self, stored.bytes).updated(to: topic)
            conditions = [.modified(key, at: stored.modified)]
        } else {
            value = TopicValue(topic)
            conditions = [.version(key, 0)]
        }
        // New partitions count on nodes as they are now, and not on a former process of them.
        let added = topic.partitions.dropFirst(former?.partitions.count ?? 0)
        for id in Set(added.flatMap(\.inSyncReplicas)).sorted() {
            let registration = ClusterKey.registration(id).text
            try require(image.brokers.standing(of: id) != .away)
            guard let stored = view[registration] else { throw ConflictingChange() }
            conditions.append(.modified(registration, at: stored.modified))
        }
        try await change(ClusterWrite(if: conditions, [.put(key, try ClusterJSON.encode(value))]), after: view)
    }

    func remove(_ topic: ClusterImage.Topic) async throws {
        let view = link.sight.view
        let key = ClusterKey.topic(topic.name).text
        guard let stored = view[key], try ClusterJSON.decode(TopicValue.self, stored.bytes).topicID() == topic.id else {
            throw ConflictingChange()
        }
        try await change(
            ClusterWrite(
                if: [.created(key, at: stored.created)],
                [.delete(key), .deleteAll(prefix: ClusterKey.prefix(ofPartitionsOf: topic.id))]),
            after: view)
    }

    // MARK: - Settings

    func put(
        _ configuration: [String: String], of resource: ConfigurationResource, basedOn basis: ClusterImage
    ) async throws {
        let (view, image) = link.sight
        try require(image.configuration(of: resource) == basis.configuration(of: resource))
        try await put([.configuration(resource, configuration.isEmpty ? nil : configuration)], after: view)
    }

    func put(_ quotas: [QuotaEntity: [QuotaKey: Double]], basedOn basis: ClusterImage) async throws {
        var entities = quotas.keys.map { $0 }[...]
        while !entities.isEmpty {
            let (view, image) = link.sight
            let some = entities.prefix(Self.maxChanges)
            entities = entities.dropFirst(some.count)
            try require(some.allSatisfy { image.quotas[$0] == basis.quotas[$0] })
            try await put(some.map { .quota($0, quotas[$0].flatMap { $0.isEmpty ? nil : $0 }) }, after: view)
        }
    }

    func put(_ features: FeatureLevels, basedOn basis: ClusterImage) async throws {
        let (view, image) = link.sight
        try require(image.features == basis.features)
        try await put([.features(features)], after: view)
    }

    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID {
        while true {
            let view = link.sight.view
            let first = link.nextProducerID
            do {
                try await put([.nextProducerID(first + count)], after: view)
                return ProducerID(first)
            } catch is ConflictingChange { continue }
        }
    }

    private func put(_ records: [MetadataRecord], after view: any ClusterStoreView) async throws {
        var write = ClusterWrite(if: [], [])
        for record in records {
            let key = ClusterKey.record(record.key).text
            write.conditions.append(view[key].map { .modified(key, at: $0.modified) } ?? .version(key, 0))
            write.changes.append(try record.value().map { .put(key, $0.array) } ?? .delete(key))
        }
        try await change(write, after: view)
    }

    // MARK: - Nodes

    /// Takes a node out of the cluster that is not there.
    ///
    /// What is known of its incarnation and copies stays, for the day on which it comes back.
    ///
    /// - Returns: Whether it is gone; `false` if it is there.
    /// - Throws: ``RequestRefusal`` with BROKER_ID_NOT_REGISTERED, or with REQUEST_TIMED_OUT where the store does not answer.
    func removeNode(_ id: BrokerID) async throws -> Bool {
        let (key, session) = (ClusterKey.registration(id).text, ClusterKey.session(id).text)
        while true {
            let view = link.sight.view
            guard let stored = view[key] else { throw Self.noSuchNode(id.rawValue) }
            var value = try ClusterJSON.decode(RegistrationValue.self, stored.bytes)
            guard value.removed != true else { throw Self.noSuchNode(id.rawValue) }
            guard view[session] == nil else { return false }
            value.removed = true
            let write = ClusterWrite(
                if: [.modified(key, at: stored.modified), .version(session, 0)],
                [.put(key, try ClusterJSON.encode(value))])
            do {
                try await change(write, after: view)
                return true
            } catch is ConflictingChange { continue }
        }
    }

    static func noSuchNode(_ id: Int32) -> RequestRefusal {
        RequestRefusal(.brokerIDNotRegistered, "Broker ID \(id) is not currently registered.")
    }

    // MARK: - Steps

    private func require(_ isUnchanged: Bool) throws(ConflictingChange) {
        if !isUnchanged { throw ConflictingChange() }
    }

    /// Writes, and waits until the image has it.
    ///
    /// - Throws: ``ConflictingChange`` once the image is newer than `view`, where another node was faster;
    ///   ``RequestRefusal`` with REQUEST_TIMED_OUT where the store does not answer.
    private func change(_ write: ClusterWrite, after view: any ClusterStoreView) async throws {
        do {
            if try await link.change(write) { return }
            try await link.wait(for: view.revision + 1)
            throw ConflictingChange()
        } catch let error as ClusterStoreError {
            switch error.code {
            case .outcomeUnknown:
                throw RequestRefusal(
                    .requestTimedOut,
                    "the cluster's metadata store did not answer: the change may have been made (\(error))")
            case .refused:
                throw RequestRefusal(
                    .invalidRequest, "the cluster's metadata store does not take such a change (\(error))")
            default:
                throw RequestRefusal(
                    .requestTimedOut,
                    "the cluster's metadata store did not take the change, nothing was changed (\(error))")
            }
        }
    }
}

extension ClusterImage.Topic {
    /// What is set of the topic, without what becomes of its partitions by themselves.
    fileprivate var settings: Settings { Settings(id: id, count: partitions.count, configuration: configuration) }

    fileprivate struct Settings: Equatable {
        var id: TopicID
        var count: Int
        var configuration: [String: String]
    }
}
