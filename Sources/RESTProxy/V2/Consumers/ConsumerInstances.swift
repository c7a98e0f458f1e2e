import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat
import Synchronization

/// The consumer instances that this proxy holds, and how it comes by those that it does not.
///
/// Each instance is kept in a shadow group (see ``ShadowMember``). A proxy that is asked for one that it does not
/// hold finds it there: it sends the request to the proxy that has it, or goes on with it where that one is gone.
/// Safe to use from any thread.
final class ConsumerInstances: Sendable {
    /// Where an instance is.
    enum Place: Sendable {
        /// In this proxy.
        case here(ConsumerInstance)
        /// In the proxy that is reached there, where a read may wait so long.
        case elsewhere(owner: String, requestTimeout: Duration)
    }

    private struct State {
        var held: [InstanceID: ConsumerInstance] = [:]
        var owner: String?
        var isClosed = false
    }

    private let clients: ProxyClients
    private let settings: ConsumerSettings
    private let proxyID: String
    private let logger: Logger
    /// Creating instances and going on with them: two of the same would fence each other. Others need not wait, or
    /// after a restart the last of many would wait for all before it.
    private let arrivals = (0..<64).map { _ in TurnQueue(limit: 1000) }
    private let state = Mutex(State())

    /// - Parameter proxyID: What stands in the names that instances get.
    init(_ clients: ProxyClients, settings: ConsumerSettings, proxyID: String, logger: Logger) {
        self.clients = clients
        self.settings = settings
        self.proxyID = proxyID
        self.logger = logger
    }

    /// Sets where this proxy is reached by others; needed before the first instance.
    func setOwner(_ owner: String) { state.withLock { $0.owner = owner } }

    /// Where this proxy is reached by others.
    var owner: String { state.withLock { $0.owner } ?? "" }

    /// How many instances this proxy holds.
    var count: Int { state.withLock { $0.held.count } }

    /// The name of an instance that nobody gave one.
    private func makeName() -> String {
        "rest-consumer-" + (proxyID.isEmpty ? "" : proxyID + "-") + UniqueName.make()
    }

    // MARK: Coming

    /// Creates an instance.
    ///
    /// - Parameter name: What the client calls it; `nil` for a name that nobody else has.
    /// - Throws: ``RESTError`` with code 40902 for a name that an instance of the group has, here or elsewhere.
    func create(group: String, name: String?, _ configuration: InstanceConfiguration) async throws -> InstanceID {
        let id = InstanceID(group: group, name: name ?? makeName())
        guard id.name.utf8.count <= InstanceID.nameLimit, !id.name.isEmpty else {
            throw RESTError.invalidConsumerConfiguration(
                "the name of an instance has 1 to \(InstanceID.nameLimit) bytes, not \(id.name.utf8.count)")
        }
        let instance = try await create(id, configuration, isNamed: name != nil)
        // Where groups need not wait for more members the state is kept before the answer; elsewhere a client does
        // not wait.
        try? await instance.awaitEstablished(within: .milliseconds(500))
        return id
    }

    private func create(
        _ id: InstanceID, _ configuration: InstanceConfiguration, isNamed: Bool
    ) async throws -> ConsumerInstance {
        let arrivals = turns(of: id)
        try await arrivals.take()
        defer { arrivals.give() }
        if state.withLock({ $0.held[id] }) != nil { throw RESTError.consumerAlreadyExists }
        // A name that was made here nobody else has.
        if isNamed, try await kept(id) != nil { throw RESTError.consumerAlreadyExists }
        let kept = InstanceState(configuration: configuration, target: .none, owner: owner)
        let metadata = try kept.encoded()
        let instance = try makeInstance(id, kept)
        try hold(instance)
        start(instance, metadata)
        return instance
    }

    /// Finds an instance.
    ///
    /// - Parameter isGone: The owner that cannot be reached, or does not know the instance; it is taken over then.
    /// - Throws: ``RESTError`` with code 40403 where there is none.
    func find(_ id: InstanceID, isGone: String? = nil) async throws -> Place {
        if let held = state.withLock({ $0.held[id] }) { return .here(held) }
        let arrivals = turns(of: id)
        try await arrivals.take()
        defer { arrivals.give() }
        if let held = state.withLock({ $0.held[id] }) { return .here(held) }
        guard let kept = try await kept(id) else { throw RESTError.consumerInstanceNotFound }
        if kept.owner != owner, kept.owner != isGone {
            let timeout = kept.configuration.requestTimeoutMs.map { Duration.milliseconds($0) }
            return .elsewhere(owner: kept.owner, requestTimeout: timeout ?? settings.requestTimeout)
        }
        return .here(try await takeOver(id, kept))
    }

    /// The instance if this proxy holds it.
    func held(_ id: InstanceID) -> ConsumerInstance? { state.withLock { $0.held[id] } }

    /// The turns of an instance, which it shares with some others.
    private func turns(of id: InstanceID) -> TurnQueue {
        arrivals[Int(UInt(bitPattern: id.hashValue) % UInt(arrivals.count))]
    }

    /// What the cluster keeps of an instance. While its group settles, which takes a moment after each change, it
    /// tells no state.
    private func kept(_ id: InstanceID) async throws -> InstanceState? {
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while true {
            let group: GroupDescription
            do {
                group = try await clients.admin.describeGroup(id.shadowGroup)
            } catch let error as KafkaClientError where error.errorCode == ErrorCode.groupIDNotFound {
                return nil
            }
            guard let member = group.members.first, group.protocolType == ShadowMember.protocolType else { return nil }
            if let kept = InstanceState(decoding: member.metadata) { return kept }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func takeOver(_ id: InstanceID, _ kept: InstanceState) async throws -> ConsumerInstance {
        var kept = kept
        kept.owner = owner
        let metadata = try kept.encoded()
        let instance = try makeInstance(id, kept)
        start(instance, metadata)
        do {
            // After the join, which fences the former owner: what it commits from then on does not count.
            try await instance.awaitEstablished(within: ConsumerInstance.assignmentPatience)
            let places = try await clients.admin.listGroupOffsets(id.shadowGroup)
            instance.goOn(
                from: places.mapValues {
                    ConsumerInstance.Seed(
                        offset: $0.offset, generation: ShadowMember.generation(in: $0.metadata))
                })
            try await instance.restore(kept.target)
            try hold(instance)
        } catch {
            await instance.abandon()
            throw error
        }
        logger.info("took over a consumer instance", metadata: ["instance": "\(id)"])
        return instance
    }

    private func makeInstance(_ id: InstanceID, _ kept: InstanceState) throws -> ConsumerInstance {
        try ConsumerInstance(id, kept, clients: clients, settings: settings, owner: owner, logger: logger)
    }

    /// Has an instance found by requests.
    private func hold(_ instance: ConsumerInstance) throws {
        try state.withLock { state in
            if state.isClosed || instance.isClosed { throw RESTError.consumerInstanceNotFound }
            guard state.held.count < settings.maximumInstances else {
                var error = RESTError(
                    503,
                    "This proxy holds \(settings.maximumInstances) consumer instances, as many as"
                        + " consumer.instances.max allows; delete those that are not used")
                error.retryAfter = .seconds(10)
                throw error
            }
            state.held[instance.id] = instance
        }
    }

    /// Keeps an instance's state in the cluster until it is closed, or another proxy has it.
    private func start(_ instance: ConsumerInstance, _ metadata: ByteSlice) {
        instance.shadow.publish(metadata)
        instance.shadow.start { [weak self, weak instance] in
            guard let instance else { return }
            instance.markClosed()
            self?.drop(instance)
            self?.logger.info("another proxy has a consumer instance now", metadata: ["instance": "\(instance.id)"])
            await instance.abandon()
        }
    }

    // MARK: Going

    /// Forgets an instance that another proxy has.
    func drop(_ instance: ConsumerInstance) {
        state.withLock { state in
            if state.held[instance.id] === instance { state.held[instance.id] = nil }
        }
    }

    /// Deletes an instance.
    func delete(_ instance: ConsumerInstance) async {
        drop(instance)
        await instance.delete(clients.admin)
    }

    /// Keeps the instances in their groups and deletes those that nobody asks for, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            let held = state.withLock { Array($0.held.values) }
            let now = ContinuousClock.now
            await withDiscardingTaskGroup { group in
                for instance in held {
                    group.addTask {
                        if instance.isIdle(at: now) { await self.delete(instance) } else { await instance.keepUp() }
                    }
                }
            }
        }
    }

    /// Lets go of all instances, so that this proxy after a restart, or another one, goes on with them.
    func close() async {
        let held = state.withLock { state in
            state.isClosed = true
            defer { state.held = [:] }
            return Array(state.held.values)
        }
        await withDiscardingTaskGroup { group in
            for instance in held { group.addTask { await instance.close() } }
        }
    }
}
