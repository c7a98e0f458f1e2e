public import KafkaProtocol
public import Logging
public import NIOCore
import NIOPosix
import Synchronization

/// The connections to one cluster and what is known of it, shared by any number of producers, consumers, group members
/// and admins.
///
/// Nothing is dialled before the first request. Close what stands on a client before the client itself.
public final class KafkaClient: Sendable {
    /// The configuration given at creation.
    public let configuration: KafkaClientConfiguration

    package let transport: any BrokerTransport
    package let metadata: MetadataCache
    package let logger: Logger
    package let scheduler: ClientScheduler
    private let nextLane = Atomic<UInt64>(0)
    private let group: any EventLoopGroup
    private let makeTransport: MakeTransport

    package typealias MakeTransport =
        @Sendable (KafkaClientConfiguration, any EventLoopGroup, Logger) -> any BrokerTransport

    /// Creates a client that reaches brokers by TCP.
    ///
    /// - Parameters:
    ///   - bootstrapServers: `host:port` each, with an IPv6 host in brackets; any brokers of the cluster.
    ///   - configuration: Time-outs, limits and names.
    ///   - eventLoopGroup: Where connections and timers run, until after ``close()`` and the last call of whatever stands
    ///     on the client; with `nil` on the threads that all of the process shares.
    ///   - logger: Where to log; with `nil` nothing is logged.
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration` for an empty list, a malformed address, or
    ///   keys and certificates that cannot be used.
    public convenience init(
        bootstrapServers: [String], configuration: KafkaClientConfiguration = .init(),
        eventLoopGroup: (any EventLoopGroup)? = nil, logger: Logger? = nil
    ) throws {
        let addresses = try bootstrapServers.map { try BrokerAddress(parsing: $0) }
        guard !addresses.isEmpty else {
            throw KafkaClientError(
                .invalidConfiguration, "bootstrapServers is empty; name at least one broker as host:port")
        }
        let tls = try configuration.tls.map { try ClientTLS($0) }
        self.init(
            configuration: configuration, eventLoopGroup: eventLoopGroup, logger: logger
        ) { configuration, group, logger in
            SocketTransport(
                bootstrap: addresses, configuration: configuration, tls: tls, eventLoopGroup: group, logger: logger)
        }
    }

    /// Creates a client of a broker in the same process.
    ///
    /// - Parameters:
    ///   - responder: The broker.
    ///   - configuration: Time-outs, limits and names.
    ///   - eventLoopGroup: Where timers run, until after ``close()`` and the last call of whatever stands on the client;
    ///     with `nil` on the threads that all of the process shares.
    ///   - logger: Where to log; with `nil` nothing is logged.
    public convenience init(
        inProcess responder: any RequestResponder, configuration: KafkaClientConfiguration = .init(),
        eventLoopGroup: (any EventLoopGroup)? = nil, logger: Logger? = nil
    ) {
        self.init(
            configuration: configuration, eventLoopGroup: eventLoopGroup, logger: logger
        ) { configuration, _, _ in
            InProcessTransport(responder: responder, configuration: configuration)
        }
    }

    package init(
        configuration: KafkaClientConfiguration, eventLoopGroup: (any EventLoopGroup)?, logger: Logger?,
        makeTransport: @escaping MakeTransport
    ) {
        self.configuration = configuration
        self.logger = logger ?? Logger(label: "KafkaClient", factory: { _ in SwiftLogNoOpLogHandler() })
        // Not threads of the client's own, which would have to end with it: a consumer that polls while its client is
        // closed would find its timers' loop gone.
        let group = eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
        scheduler = ClientScheduler(eventLoop: group.any())
        transport = makeTransport(configuration, group, self.logger)
        self.group = group
        self.makeTransport = makeTransport
        metadata = MetadataCache(transport: transport, configuration: configuration)
    }

    /// A client of the same cluster with connections of its own, which is closed for itself.
    package func sibling(_ configuration: KafkaClientConfiguration) -> KafkaClient {
        KafkaClient(configuration: configuration, eventLoopGroup: group, logger: logger, makeTransport: makeTransport)
    }

    /// What the cluster calls itself, its brokers and its controller.
    ///
    /// - Throws: ``KafkaClientError`` when no broker answers within `apiTimeout`.
    public func cluster() async throws -> ClusterDescription {
        let snapshot = try await retrying { try await self.metadata.refresh([], allowsCreation: false) }
        return ClusterDescription(
            clusterID: snapshot.clusterID, controllerID: snapshot.controllerID,
            brokers: snapshot.brokers.values.sorted { $0.nodeID < $1.nodeID })
    }

    /// The partitions of a topic, from the cache or the cluster.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker` if the topic stays unknown for `apiTimeout` or is forbidden.
    public func partitions(of topic: String) async throws -> [PartitionDescription] {
        try await metadata.topic(topic, until: .now.advanced(by: configuration.apiTimeout)).partitions
    }

    /// Ends all connections; requests under way fail with `.closed`.
    public func close() async {
        metadata.close()
        await transport.close()
    }

    /// A lane that nobody else has.
    package func makeLane() -> ConnectionLane {
        .dedicated(nextLane.add(1, ordering: .relaxed).newValue)
    }

    /// Runs `attempt` until it works, fails for good, or `apiTimeout` is over.
    package func retrying<Value: Sendable>(_ attempt: @Sendable () async throws -> Value) async throws -> Value {
        try await Retry(policy: configuration.retryBackoff, deadline: .now.advanced(by: configuration.apiTimeout)).run(
            attempt)
    }

    /// Sends a request that is the same in every version, with the configured time-out.
    package func call<Request: KafkaRequest>(
        _ request: Request, to target: BrokerTarget = .any, over lane: ConnectionLane = .shared,
        versions: ClosedRange<Int16>? = nil
    ) async throws -> Request.Response {
        let call = BrokerCall<Request>(versions: versions ?? Request.versions, timeout: configuration.requestTimeout) {
            _ in
            request
        }
        return try await transport.call(call, to: target, over: lane)
    }
}
