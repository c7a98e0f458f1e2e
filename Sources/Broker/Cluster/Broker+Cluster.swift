import EventStore
import KafkaClient
import LogCore
package import Logging
import NIOCore
import NIOPosix
import RecordFormat
import Replication
import Synchronization

/// What a broker does as one node of several.
extension Broker {
    /// Starts a broker as ``start(configuration:logger:)`` does, as a node of a cluster.
    ///
    /// - Parameter cluster: What the nodes share. The broker closes it when it is shut down, or does not start.
    package static func start(
        configuration: BrokerConfiguration, logger: Logger, cluster: any ClusterStore
    ) async throws -> Broker {
        try await start(configuration: configuration, logger: logger, cluster: cluster, fileSystem: KernelFileSystem())
    }

    /// Starts a node of a cluster with its data directory in `fileSystem`.
    static func start(
        configuration: BrokerConfiguration, logger: Logger, cluster: any ClusterStore, fileSystem: any LogFileSystem,
        authorizer: Authorizer = .allowAll
    ) async throws -> Broker {
        let link = try await ClusterLink.open(cluster, logger: logger)
        do {
            // A topic that is not understood would be taken for one that is gone, and its files would go.
            guard link.unreadable.isEmpty else {
                throw ClusterStoreError(
                    .refused,
                    "the cluster's metadata cannot be read: \(link.unreadable.sorted().joined(separator: ", "))")
            }
            return try await start(
                configuration: configuration, logger: logger, fileSystem: fileSystem, authorizer: authorizer,
                clusterID: try await link.clusterID(),
                openMetadata: { store, _, now in ClusterMetadataStore(link, store: store, logger: logger, now: now) })
        } catch {
            await link.close()
            throw error
        }
    }

    /// Begins to follow what other nodes do, where there are others.
    func joinCluster() {
        guard let replication = metadata.replication else { return }
        watchReplicas()
        let adoption = ImageAdoption { [weak self] in await self?.adoptImage() ?? true }
        metadata.observe { adoption.imageChanged() }
        // What has changed since the topics were opened.
        adoption.imageChanged()
        guard let metadata = metadata as? ClusterMetadataStore else { return }
        let membership = ClusterMembership(
            link: metadata.link, node: replication, origin: origin, rack: rack, endpoints: endpoints,
            timeout: configuration.milliseconds("broker.session.timeout.ms"), logger: logger)
        let node = ClusterNode(
            metadata, membership: membership, live: live, listener: configuration.interBrokerListener,
            logger: logger)
        cluster.withLock { $0 = node }
        replication.onLogFailure { [logger] id in
            logger.critical("\(id) can be written no longer: this node leaves its cluster, and has to be started anew")
            Task { await membership.leave() }
        }
        // Others are not to wait for one that hears nothing of them.
        metadata.link.observeEnd { Task { await membership.leave() } }
        guard !partitions.all.contains(where: { $0.log.failure != nil }) else {
            return logger.critical("a log failed while the node started: it is not one of the cluster")
        }
        node.begin()
    }

    /// What this process knows of its data directory.
    private var origin: BrokerRegistration.Origin {
        BrokerRegistration.Origin(
            // Of the random text half is enough to tell directories apart.
            directory: store.directoryID.flatMap { TopicID($0) }?.high ?? 0, boot: BootID.current,
            endedCleanly: store.wasCleanlyClosed)
    }

    /// Where other nodes and their clients reach this one.
    private var endpoints: [String: ClusterImage.Node.Endpoint] {
        var endpoints: [String: ClusterImage.Node.Endpoint] = [:]
        for listener in configuration.listeners {
            let address = address(for: listener.name)
            endpoints[listener.name] = ClusterImage.Node.Endpoint(host: address.host, port: address.port)
        }
        return endpoints
    }

    // MARK: - What others change

    /// Takes over what other nodes have changed.
    ///
    /// - Returns: Whether nothing is left to be tried again.
    private func adoptImage() async -> Bool {
        let former = adopted.withLock { $0 }
        learnNodes(metadata.image)
        let image = await topics.adopt(after: former)
        await settings.adopt(image, after: former)
        if image.quotas != former.quotas { quotas.apply(image.quotas) }
        // After the partitions' states, which must not be older.
        if image.brokers != former.brokers {
            metadata.replication?.set(image.brokers)
            for partition in partitions.all {
                guard case .replicated(let replica) = partition.role else { continue }
                replica.bring(.brokersChanged(image.brokers), to: partition)
            }
        }
        adopted.withLock { $0 = image }
        return await !topics.isShortOfCopies
    }

    func learnNodes(_ image: ClusterImage) {
        let listener = configuration.interBrokerListener
        fetchers?.learn(
            image.nodes.values.compactMap { node in
                node.endpoints[listener].map { BrokerEndpoint(nodeID: node.id, host: $0.host, port: $0.port) }
            })
    }

    /// Tells replicas several times a second that time passes: they own no clock.
    private func watchReplicas() {
        let interval = TimeAmount.milliseconds(100)
        loops.next().scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] task in
            guard let self else { return task.cancel() }
            for partition in partitions.all {
                if case .replicated(let replica) = partition.role { replica.bring(.timePassed, to: partition) }
            }
        }
    }

    // MARK: - Going

    /// Lets others lead what this node leads, before it stops (`controlled.shutdown.enable`).
    func handOver() async {
        guard let node = cluster.withLock({ $0 }), configuration.boolean("controlled.shutdown.enable") else { return }
        let retries = max(1, configuration.integer("controlled.shutdown.max.retries"))
        let deadline = configuration.milliseconds("controlled.shutdown.retry.backoff.ms") * retries
        let left = await node.membership.drain(within: deadline)
        if left > 0 { logger.warning("no other node could take over \(left) of the partitions that this one leads") }
    }

    /// Ends the membership, so that nobody waits for this node's session to run out.
    func leaveCluster() async { await cluster.withLock { $0 }?.end() }
}
