import Coordination
public import EventStore
import KafkaClient
public import KafkaProtocol
package import LogCore
public import Logging
import NIOCore
import NIOPosix
import RecordFormat
import Synchronization
package import TransportSecurity

/// A Kafka broker in this process: listeners, request handlers, groups, and the data directory under them.
///
/// Clients reach it by socket, or in process through ``respond(to:version:clientID:)`` with no bytes in between. HTTP
/// is left to the modules above. Safe to use from any thread.
public final class Broker: Sendable {
    /// An address that clients can connect to.
    public struct Address: Sendable, Hashable {
        /// The listener's name.
        public var listener: String
        /// The host name or address.
        public var host: String
        /// The port.
        public var port: Int
    }

    /// The settings, which can be changed while the broker runs.
    let live: LiveConfiguration
    let settings: BrokerSettings
    let logLevels: LogLevels
    let quotas: ClientQuotas
    let telemetry: ClientTelemetry
    let logger: Logger
    let store: EventStore
    let metadata: any MetadataStore
    let partitions: PartitionRegistry
    let topics: TopicManager
    let coordinators: Coordinators
    let markers: MarkerDelivery
    let partitionAdditions: PartitionAdditions
    /// Where partitions end, wherever they are led.
    let ends: PartitionEnds
    /// Puts the produce requests of one transactional id in order while the first of them waits for its transaction.
    let transactionalProduces = RequestQueues<String>()
    /// Keeps idempotent producers' batches in order around those that are refused.
    let refusedBatches = RefusedBatches()
    let producerIDs: ProducerIDAllocator
    let fetchSessions: FetchSessions
    let deadlines: Deadlines
    let authorizer: Authorizer
    let pool: NIOThreadPool
    let now: @Sendable () -> Timestamp
    let maxFetchBytes: Int
    let connections: ConnectionTable
    let connectionMemory: ConnectionMemory
    /// What copies partitions from their leaders, where other nodes lead some.
    let fetchers: ReplicaFetchers?
    /// What bounds the copying of throttled partitions.
    let throttles: ReplicationThrottles
    /// What makes the broker one of a cluster, once it listens.
    let cluster = Mutex<ClusterNode?>(nil)
    /// The image of the cluster that was taken over last.
    let adopted = Mutex(ClusterImage())
    let loops: MultiThreadedEventLoopGroup
    private let listeners = Mutex<[Listener]>([])
    private let isStopping = Atomic<Bool>(false)

    /// Opens the data directory, recovers what a crash left, and begins to listen.
    ///
    /// Raises the process's limit of open files to the most that the system grants it.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Told of what happens; recovery findings are warnings with file and position.
    /// - Throws: `LogError` (code `.directoryLocked` names the process that holds the directory),
    ///   ``ConfigurationError``, or the system's error if an address cannot be bound. Nothing is left running then.
    public static func start(configuration: BrokerConfiguration, logger: Logger) async throws -> Broker {
        try await start(configuration: configuration, logger: logger, fileSystem: KernelFileSystem())
    }

    /// Starts a broker as ``start(configuration:logger:)`` does, with its data directory in `fileSystem`.
    package static func start(
        configuration: BrokerConfiguration, logger: Logger, fileSystem: any LogFileSystem
    ) async throws -> Broker {
        try await start(configuration: configuration, logger: logger, fileSystem: fileSystem, authorizer: .allowAll)
    }

    /// Opens what a broker keeps the cluster's metadata in, over its open data directory.
    typealias OpenMetadata =
        @Sendable (EventStore, NIOThreadPool, _ now: @escaping @Sendable () -> Timestamp) throws -> any MetadataStore

    /// Starts a broker that asks `authorizer` what clients may do.
    ///
    /// - Parameter clusterID: The cluster that the data directory has to belong to, if it is to be a certain one.
    static func start(
        configuration: BrokerConfiguration, logger: Logger, fileSystem: any LogFileSystem, authorizer: Authorizer,
        clusterID: String? = nil, openMetadata: OpenMetadata = { try LocalMetadataStore(store: $0, pool: $1, now: $2) }
    ) async throws -> Broker {
        let openFiles = OpenFiles(limit: OpenFiles.raiseLimit())
        logger.debug("\(openFiles.limit) files may be open")
        let cores = System.coreCount
        let threads = configuration.values["num.network.threads"].flatMap { Int($0) } ?? (cores <= 2 ? 1 : cores - 1)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let pool = NIOThreadPool(numberOfThreads: max(2, cores))
        pool.start()
        do {
            let broker = try await make(
                configuration: configuration, logger: logger, fileSystem: fileSystem, openFiles: openFiles,
                authorizer: authorizer, clusterID: clusterID, openMetadata: openMetadata, loops: loops, pool: pool)
            do {
                try await broker.listen()
                broker.joinCluster()
                return broker
            } catch {
                try? broker.store.close()
                throw error
            }
        } catch {
            try? await pool.shutdownGracefully()
            try? await loops.shutdownGracefully()
            throw error
        }
    }

    private static func make(
        configuration: BrokerConfiguration, logger: Logger, fileSystem: any LogFileSystem, openFiles: OpenFiles,
        authorizer: Authorizer, clusterID: String?, openMetadata: OpenMetadata, loops: MultiThreadedEventLoopGroup,
        pool: NIOThreadPool
    ) async throws -> Broker {
        let logLevels = LogLevels(logger)
        let logger = logLevels.governed(logger)
        let observer = BrokerObserver(logger: logger)
        let now: @Sendable () -> Timestamp = { WallClock.now() }
        let store = try EventStore(
            EventStore.Options(
                directory: configuration.dataDirectory, nodeID: configuration.nodeID, clusterID: clusterID,
                checkpointInterval: configuration.milliseconds("log.flush.offset.checkpoint.interval.ms"),
                retentionInterval: configuration.milliseconds("log.retention.check.interval.ms"),
                cleaner: configuration.cleanerOptions, now: now),
            observer: observer, fileSystem: fileSystem)
        do {
            let metadata = try openMetadata(store, pool, now)
            let broker = try Broker(
                configuration: configuration, logger: logger, logLevels: logLevels, openFiles: openFiles, store: store,
                metadata: metadata,
                authorizer: authorizer, loops: loops, pool: pool, now: now)
            observer.attach(broker)
            broker.learnNodes(metadata.image)
            try await broker.topics.openAll()
            await broker.coordinators.begin()
            await broker.topics.finishDeletions()
            return broker
        } catch {
            try? store.close()
            throw error
        }
    }

    private init(
        configuration: BrokerConfiguration, logger: Logger, logLevels: LogLevels, openFiles: OpenFiles,
        store: EventStore, metadata: any MetadataStore, authorizer: Authorizer, loops: MultiThreadedEventLoopGroup,
        pool: NIOThreadPool, now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.logLevels = logLevels
        let live = LiveConfiguration(configuration)
        self.live = live
        nodeID = configuration.nodeID
        self.logger = logger
        self.store = store
        self.metadata = metadata
        self.loops = loops
        self.pool = pool
        self.now = now
        self.authorizer = authorizer
        partitions = PartitionRegistry()
        let throttles = ReplicationThrottles(configuration)
        self.throttles = throttles
        let fetchers = try metadata.replication.map { _ in
            try ReplicaFetchers(configuration, throttle: throttles.follower, loops: loops, logger: logger)
        }
        self.fetchers = fetchers
        producerIDs = ProducerIDAllocator(metadata: metadata)
        let site = CoordinatorSite(
            store: store, registry: partitions, pool: pool, loop: loops.next(), logger: logger, now: now)
        (coordinators, markers) = Self.coordinators(
            configuration, site, metadata, producerIDs, transport: fetchers?.transport)
        ends = PartitionEnds(
            registry: partitions, metadata: metadata, transport: fetchers?.transport, logger: logger)
        partitionAdditions = PartitionAdditions(
            transactions: coordinators.transactions, nodeID: configuration.nodeID, metadata: metadata,
            transport: fetchers?.transport, logger: logger)
        topics = TopicManager(
            live: live, metadata: metadata, store: store, registry: partitions, coordinators: coordinators, pool: pool,
            logger: logger)
        fetchSessions = FetchSessions(slots: configuration.integer("max.incremental.fetch.session.cache.slots"))
        deadlines = Deadlines(loop: loops.next())
        maxFetchBytes = configuration.integer("fetch.max.bytes")
        let quotas = ClientQuotas(QuotaWindows(configuration))
        self.quotas = quotas
        let telemetry = ClientTelemetry(maxBytes: configuration.integer("telemetry.max.bytes"), now: now)
        self.telemetry = telemetry
        let connections = ConnectionTable(ConnectionLimits(configuration), files: openFiles.connections, quotas: quotas)
        self.connections = connections
        connectionMemory = ConnectionMemory(configuration)
        if let fetchers { metadata.replication?.use(fetchers) }
        metadata.replication?.observeLeadership { [weak coordinators] in coordinators?.leadershipChanged(of: $0) }
        settings = BrokerSettings(
            nodeID: configuration.nodeID, live: live, metadata: metadata, topics: topics, logger: logger,
            didChange: { [coordinators] configuration in
                connections.apply(ConnectionLimits(configuration))
                store.apply(configuration.cleanerOptions)
                coordinators.shares.apply(configuration)
                throttles.apply(configuration)
                fetchers?.apply(configuration)
            },
            didSubscribe: { [telemetry] in telemetry.apply($0) },
            didSetGroup: { [coordinators] in
                coordinators.groups.setConfiguration($1, of: GroupID($0))
                coordinators.shares.setConfiguration($1, of: GroupID($0))
            })
        settings.restore()
        settings.didChange(live.current)
        quotas.apply(metadata.image.quotas)
    }

    /// Makes the coordinators of groups, transactions and share groups, and what tells of transactions' ends.
    private static func coordinators(
        _ configuration: BrokerConfiguration, _ site: CoordinatorSite, _ metadata: any MetadataStore,
        _ producerIDs: ProducerIDAllocator, transport: (any BrokerTransport)?
    ) -> (Coordinators, MarkerDelivery) {
        let groups = GroupHost(configuration: configuration, site: site)
        let peers = transport.map {
            ShareStatePeers(nodeID: configuration.nodeID, metadata: metadata, transport: $0, logger: site.logger)
        }
        let shares = ShareHost(configuration: configuration, site: site, peers: peers) { key in
            SharePartitionKey.isOrphan(key, groups: groups, metadata: metadata)
        }
        let markers = MarkerDelivery(
            writer: MarkerWriter(site: site, groups: groups), nodeID: configuration.nodeID, metadata: metadata,
            transport: transport)
        let transactions = TransactionHost(
            configuration: configuration, site: site, markers: markers, producerIDs: producerIDs)
        return (Coordinators(groups: groups, transactions: transactions, shares: shares), markers)
    }

    /// The settings as they are now.
    var configuration: BrokerConfiguration { live.current }

    var groups: GroupHost { coordinators.groups }
    var transactions: TransactionHost { coordinators.transactions }
    var shares: ShareHost { coordinators.shares }

    /// This node's number.
    public let nodeID: Int32

    /// The cluster's identity.
    public var clusterID: String { store.clusterID }

    /// The rack that Metadata names for this broker.
    var rack: String? { configuration.values["broker.rack"] }

    /// What group commit has done since the start.
    public var commitStatistics: CommitStatistics { store.commitStatistics }

    /// Where the broker listens, in the order of `listeners`.
    public var addresses: [Address] { listeners.withLock { $0.map(\.address) } }

    /// Where the nodes of the cluster reach this one, and how: what of this program asks them all goes the same way.
    ///
    /// - Throws: ``ConfigurationError`` for keys and certificates that are missing.
    package func accessOfNodes() throws -> (address: Address, tls: TLSSettings?) {
        let name = configuration.interBrokerListener
        guard let address = addresses.first(where: { $0.listener == name }) else {
            throw ConfigurationError("listeners: nothing listens at \(name)")
        }
        return (address, try configuration.tls(of: name))
    }

    /// The address that clients of a listener are told: advertised, or bound.
    func address(for listener: String) -> Address {
        if let advertised = configuration.advertisedListeners.first(where: { $0.name == listener }) {
            return Address(listener: listener, host: advertised.host, port: advertised.port)
        }
        let bound = addresses
        return bound.first { $0.listener == listener } ?? bound.first
            ?? Address(listener: listener, host: "127.0.0.1", port: 0)
    }

    // MARK: - Life

    private func listen() async throws {
        for listener in configuration.listeners {
            let bound = try await Listener.bind(listener, broker: self, loops: loops)
            listeners.withLock { $0.append(bound) }
            logger.info(
                "Kafka clients are served at \(bound.address.host):\(bound.address.port) (\(bound.address.listener))")
        }
    }

    /// Hands over what it leads to other nodes where there are any, stops taking connections, lets what was appended become durable, answers those who wait for it, and closes the
    /// data directory.
    ///
    /// Requests that wait for something else get NOT_LEADER_OR_FOLLOWER, those of groups NOT_COORDINATOR: clients try
    /// again elsewhere or later. A second call does nothing.
    ///
    /// - Throws: `LogError` if a log could not be closed; the next start checks what lies above the recovery points
    ///   then.
    public func shutdown() async throws {
        guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // In a task of its own: one who gives up waiting must not leave the data directory locked.
        try await Task { try await stop() }.value
    }

    private func stop() async throws {
        await handOver()
        for listener in listeners.withLock({ $0 }) { await listener.stopAccepting() }
        // Nothing begins from here on: what is answered below is all that was taken.
        await connections.stopServing()
        coordinators.stop()
        // Produce requests that wait are answered by this flush: their clients need not send again.
        let all = partitions.all
        try await pool.runIfActive { [self] in
            for partition in all where partition.log.hasUnflushedRecords { _ = try? partition.log.flush() }
            didFlush(all.map(\.stored))
            var batch = CompletionBatch()
            for partition in all { partition.retire(with: .notLeaderOrFollower, into: &batch) }
            batch.dispatch()
        }
        await coordinators.finishLoading()
        await leaveCluster()
        await connections.closeAll()
        await fetchers?.close()
        let closing = Result { try store.close() }
        try await pool.shutdownGracefully()
        try await loops.shutdownGracefully()
        try closing.get()
    }

    /// Moves high watermarks after a round of the commit thread, and lets go on who waited for them.
    func didFlush(_ logs: [StoredLog]) {
        var batch = CompletionBatch()
        for stored in logs {
            guard let partition = partitions.copy(stored.partition), partition.stored === stored else { continue }
            if stored.log.failure != nil {
                partition.logFailed(into: &batch)
            } else {
                partition.didFlush(into: &batch)
            }
        }
        batch.dispatch()
    }
}

extension Broker: RequestResponder {
    /// Serves a request of this process, with no bytes in between.
    ///
    /// - Throws: `ErrorCode.unsupportedVersion` for a kind of request that this broker does not serve;
    ///   ``ConfigurationError`` after ``shutdown()``.
    public func respond<Request: KafkaRequest>(
        to request: Request, version: Int16, clientID: String?
    ) async throws -> Request.Response {
        guard !isStopping.load(ordering: .acquiring) else { throw ConfigurationError("the broker has been shut down") }
        guard let served = request as? any ServedRequest else { throw ErrorCode.unsupportedVersion }
        return try await respond(to: served, version: version, clientID: clientID) as! Request.Response
    }

    private func respond<Request: ServedRequest>(
        to request: Request, version: Int16, clientID: String?
    ) async throws -> Request.Response {
        let context = RequestContext(
            principal: .anonymous, listener: configuration.listeners[0].name, clientID: clientID,
            clientHost: "/in-process",
            version: version, loop: loops.next())
        return await withCheckedContinuation { continuation in
            request.serve(by: self, context) { [self] response in
                var response = response
                Request.complete(&response, by: self, context)
                continuation.resume(returning: response)
            }
        }
    }
}
