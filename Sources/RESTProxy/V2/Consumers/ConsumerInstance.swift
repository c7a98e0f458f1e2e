import Coordination
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// A consumer instance of API v2 as the proxy that holds it has it.
///
/// Reads and whatever changes what is read, or from where, take turns. Everything else may come at any time. Safe to
/// use from any thread.
final class ConsumerInstance: Sendable {
    /// Where an instance that is taken over goes on.
    struct Seed: Sendable {
        /// The place.
        var offset: LogOffset
        /// The generation of the consumer group in which the partition was the instance's.
        var generation: Int32?
    }

    struct State {
        var target = InstanceTarget.none
        var records = InstanceRecords()
        var seeds: [TopicPartition: Seed] = [:]
        var lastUse = ContinuousClock.now
        var users = 0
        var nextCommit: ContinuousClock.Instant?
        var isClosed = false
    }

    let id: InstanceID
    let configuration: InstanceConfiguration
    let settings: ConsumerSettings
    let consumer: KafkaConsumer
    let shadow: ShadowMember
    let client: KafkaClient
    let owner: String
    let reads = TurnQueue(limit: 32)
    let state: Mutex<State>

    /// How long a read waits for the group to give the instance its partitions.
    static let assignmentPatience = Duration.seconds(15)

    /// Creates an instance, or goes on with one.
    ///
    /// - Parameters:
    ///   - owner: Where this proxy is reached by others.
    /// - Throws: ``KafkaClientError`` for settings that contradict each other.
    init(
        _ id: InstanceID, _ kept: InstanceState, clients: ProxyClients, settings: ConsumerSettings, owner: String,
        logger: Logger
    ) throws {
        self.id = id
        self.settings = settings
        self.owner = owner
        configuration = kept.configuration
        client = clients.client
        var consumer = settings.base
        consumer.groupID = id.group
        consumer.groupInstanceID = id.staticName
        // What a client has had is known here alone: the consumer itself is ahead of it.
        consumer.isAutoCommitEnabled = false
        consumer.maximumPollRecords = settings.maximumPollRecords
        if let start = kept.configuration.startingPoint { consumer.autoOffsetReset = start }
        self.consumer = try KafkaConsumer(client: clients.client, configuration: consumer)
        shadow = try ShadowMember(clients.client, id, timeout: settings.instanceTimeout, logger: logger)
        state = Mutex(State())
    }

    /// Whether it commits what earlier reads answered.
    var commitsAutomatically: Bool { configuration.commitsAutomatically ?? settings.base.isAutoCommitEnabled }

    // MARK: Use

    /// Runs `body` while the instance counts as in use.
    func using<Value>(_ body: () async throws -> Value) async throws -> Value {
        state.withLock { $0.users += 1 }
        defer {
            state.withLock { state in
                state.users -= 1
                state.lastUse = .now
            }
        }
        return try await body()
    }

    /// Whether nobody has asked for it for as long as it may be kept.
    func isIdle(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { $0.users == 0 && $0.lastUse.duration(to: now) >= settings.instanceTimeout }
    }

    // MARK: What is read

    /// What it reads.
    var target: InstanceTarget { state.withLock { $0.target } }

    /// Makes it read something else.
    ///
    /// - Throws: ``RESTError`` with code 40903 for a subscription beside an assignment, and the other way round.
    func change(to target: InstanceTarget) async throws {
        try await reads.take()
        defer { reads.give() }
        let former = self.target
        guard former == .none || target == .none || former.kind == target.kind else {
            throw RESTError.illegalState("Subscription to topics, partitions and pattern are mutually exclusive")
        }
        let metadata = try InstanceState(configuration: configuration, target: target, owner: owner).encoded()
        try await apply(target, instead: former)
        state.withLock { $0.target = target }
        shadow.publish(metadata)
    }

    /// Waits until the coordinator has the instance as this proxy's.
    ///
    /// - Throws: ``RESTError`` with status 503 where that takes too long.
    func awaitEstablished(within patience: Duration) async throws {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while !shadow.isEstablished {
            guard ContinuousClock.now < deadline else {
                throw RESTError.brokerNotAvailable("the state of the consumer instance cannot be taken over now")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Sets where to go on in partitions, once they are the instance's.
    func goOn(from seeds: [TopicPartition: Seed]) { state.withLock { $0.seeds = seeds } }

    /// Goes on reading what it read at the proxy that held it before.
    func restore(_ target: InstanceTarget) async throws {
        try await apply(target, instead: .none)
        state.withLock { $0.target = target }
    }

    private func apply(_ target: InstanceTarget, instead former: InstanceTarget) async throws {
        let listener = InstanceListener(self)
        switch target {
        case .none:
            if commitsAutomatically { try? await commitAnswered() }
            await consumer.unsubscribe(leavesEvenIfStatic: true)
            state.withLock { $0.records.removeAll() }
        case .topics(let topics): try await consumer.subscribe(to: topics, listener: listener)
        case .pattern(let text):
            let pattern = try InstanceTarget.matcher(text)
            try await consumer.subscribe(listener: listener) { pattern.matches($0) }
        case .partitions(let partitions):
            let kept = Set(partitions)
            try await consumer.assign(partitions)
            let seeds = state.withLock { state in
                state.records.drop(state.records.places.keys.filter { !kept.contains($0) })
                defer { state.seeds = [:] }
                return state.seeds
            }
            for (partition, seed) in seeds where kept.contains(partition) {
                try await consumer.seek(partition, to: seed.offset)
                state.withLock { $0.records.move(partition, to: seed.offset) }
            }
        }
    }

    // MARK: End

    /// Gives everything back: its partitions, its place in the group, and its state.
    func delete(_ admin: KafkaAdmin) async {
        await end(isForGood: true)
        await shadow.leave()
        // With the group go the places; one that cannot be deleted now goes when it has been empty for long enough.
        _ = try? await admin.deleteGroup(id.shadowGroup)
    }

    /// Stops, so that this proxy or another one can go on with it.
    func close() async {
        await shadow.store()
        await end(isForGood: false)
        await shadow.close()
    }

    /// Whether it has stopped.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Has no more requests take it for one that goes on.
    func markClosed() { state.withLock { $0.isClosed = true } }

    /// Stops, because another proxy has it.
    func abandon() async {
        markClosed()
        await shadow.close()
        await consumer.abandon()
    }

    private func end(isForGood: Bool) async {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if wasClosed { return }
        if commitsAutomatically { try? await commitAnswered() }
        await consumer.close(leavesEvenIfStatic: isForGood)
    }
}

extension InstanceTarget {
    fileprivate enum Kind { case none, topics, pattern, partitions }

    /// What kind of thing is read.
    fileprivate var kind: Kind {
        switch self {
        case .none: .none
        case .topics: .topics
        case .pattern: .pattern
        case .partitions: .partitions
        }
    }
}
