import KafkaClient
import KafkaProtocol
import Logging
import NIOCore
import NIOPosix
import RecordFormat
import Replication
import Synchronization

/// The fetchers of a node: a few for each leader that it follows, each with partitions of its own.
///
/// Safe to use from any thread.
final class ReplicaFetchers: Sendable {
    private struct Key: Hashable {
        var leader: BrokerID
        var number: Int
    }

    /// Reaches the other nodes, for whatever is to be asked of them.
    let transport: any BrokerTransport
    private let limits: ReplicaFetcher.Limits
    private let throttle: ReplicationThrottle
    private let count: Atomic<Int>
    private let loops: MultiThreadedEventLoopGroup
    private let isClosed = Atomic<Bool>(false)
    private let fetchers = Mutex<[Key: ReplicaFetcher]>([:])

    /// Creates fetchers that reach other nodes by sockets, encrypted where the nodes' own listener is.
    ///
    /// - Throws: `ConfigurationError` and `KafkaClientError` for keys and certificates that cannot be used.
    convenience init(
        _ configuration: BrokerConfiguration, throttle: ReplicationThrottle, loops: MultiThreadedEventLoopGroup,
        logger: Logger
    ) throws {
        var client = KafkaClientConfiguration()
        client.clientID = "broker-\(configuration.nodeID)-fetcher"
        let tls = try configuration.tls(of: configuration.interBrokerListener).map { try ClientTLS($0) }
        self.init(
            configuration, throttle: throttle, loops: loops,
            transport: SocketTransport(
                bootstrap: [], configuration: client, tls: tls, eventLoopGroup: loops, logger: logger))
    }

    /// Creates fetchers that reach other nodes by `transport`.
    init(
        _ configuration: BrokerConfiguration, throttle: ReplicationThrottle, loops: MultiThreadedEventLoopGroup,
        transport: any BrokerTransport
    ) {
        self.transport = transport
        limits = ReplicaFetcher.Limits(
            wait: configuration.milliseconds("replica.fetch.wait.max.ms"),
            timeout: configuration.milliseconds("replica.socket.timeout.ms"),
            minBytes: Int32(clamping: configuration.integer("replica.fetch.min.bytes")),
            maxBytes: Int32(clamping: configuration.integer("replica.fetch.response.max.bytes")),
            partitionBytes: Int32(clamping: configuration.integer("replica.fetch.max.bytes")))
        count = Atomic(configuration.integer("num.replica.fetchers"))
        self.throttle = throttle
        self.loops = loops
    }

    /// Puts a new number of fetchers in force: partitions go over to theirs with their next fetch.
    func apply(_ configuration: BrokerConfiguration) {
        count.store(configuration.integer("num.replica.fetchers"), ordering: .relaxed)
    }

    /// Runs `body` on one of the loops after a while.
    func schedule(in delay: TimeAmount, _ body: @escaping @Sendable () -> Void) {
        guard !isClosed.load(ordering: .acquiring) else { return }
        loops.next().scheduleTask(in: delay) { body() }
    }

    /// Learns where the other nodes are reached.
    func learn(_ nodes: [BrokerEndpoint]) { transport.learn(nodes) }

    /// Has a partition fetch from its leader.
    func fetch(_ wish: ReplicaFetcher.Wish, from leader: BrokerID) {
        let key = Key(leader: leader, number: number(of: wish.partition.id))
        let fetcher = fetchers.withLock { fetchers in
            if let known = fetchers[key] { return known }
            let made = ReplicaFetcher(
                leader: leader, lanes: lanes(of: key.number), transport: transport, limits: limits,
                throttle: throttle, loop: loops.next())
            fetchers[key] = made
            return made
        }
        fetcher.add(wish)
    }

    /// The connections that a fetcher may use.
    private func lanes(of number: Int) -> [ConnectionLane] {
        (0..<Self.lanesOfAFetcher).map { .dedicated(UInt64(number * Self.lanesOfAFetcher + $0)) }
    }

    /// One for all partitions, and some for newcomers.
    private static let lanesOfAFetcher = 4

    /// The fetcher that a partition has; partitions of one number of many topics are spread too.
    private func number(of id: TopicPartition) -> Int {
        let topic = id.topic.utf8.reduce(UInt64(0)) { 31 &* $0 &+ UInt64($1) }
        return Int((31 &* topic &+ UInt64(id.partition)) % UInt64(count.load(ordering: .relaxed)))
    }

    /// Ends all connections; fetches under way fail.
    func close() async {
        isClosed.store(true, ordering: .releasing)
        await transport.close()
    }
}
