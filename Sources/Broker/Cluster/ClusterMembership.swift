import Logging
import Replication
import Synchronization

/// Keeps a node one of its cluster: registers it, keeps its session, and registers it anew where that was lost.
///
/// A lost session stops nothing by itself. While the store is away a leader goes on leading; what its node may not do
/// any more is refused where it writes.
final class ClusterMembership: Sendable {
    private struct State {
        var session: (any ClusterSession)?
        /// Whether the node is to be no member any more.
        var hasLeft = false
    }

    private let link: ClusterLink
    private let node: ReplicationNode
    private let origin: BrokerRegistration.Origin
    private let rack: String?
    private let endpoints: [String: ClusterImage.Node.Endpoint]
    private let timeout: Duration
    private let logger: Logger
    private let state = Mutex(State())
    private let keeper = Mutex<Task<Void, Never>?>(nil)

    /// How long is waited before something that failed is tried again.
    private static let pause = Duration.milliseconds(200)

    init(
        link: ClusterLink, node: ReplicationNode, origin: BrokerRegistration.Origin, rack: String?,
        endpoints: [String: ClusterImage.Node.Endpoint], timeout: Duration, logger: Logger
    ) {
        self.link = link
        self.node = node
        self.origin = origin
        self.rack = rack
        self.endpoints = endpoints
        self.timeout = timeout
        self.logger = logger
    }

    /// The session with which the node is there, if it has one.
    var session: (any ClusterSession)? { state.withLock { $0.session } }

    /// Begins to be a member.
    func begin() { keeper.withLock { $0 = Task { await keep() } } }

    /// Ends the session at once and opens no other: others take over what the node led.
    func leave() async {
        let session = state.withLock { state in
            state.hasLeft = true
            defer { state.session = nil }
            return state.session
        }
        keeper.withLock { $0.take() }?.cancel()
        do { try await session?.end() } catch {
            logger.warning("the node's session could not be ended and runs out by itself: \(error)")
        }
    }

    private var hasLeft: Bool { state.withLock { $0.hasLeft } }

    // MARK: - Sessions

    private func keep() async {
        var hasReported = false
        while !Task.isCancelled, !hasLeft {
            do {
                let session = try await link.openSession(timeout: timeout)
                let isCurrent = state.withLock { state in
                    if !state.hasLeft { state.session = session }
                    return !state.hasLeft
                }
                guard isCurrent else {
                    try? await session.end()
                    return
                }
                hasReported = false
                try await live(session)
            } catch is CancellationError { return } catch {
                // Once for each time that the store is away.
                logger.log(
                    level: hasReported ? .debug : .warning,
                    "this node is not there for its cluster, and tries to be again: \(error)")
                hasReported = true
                try? await Task.sleep(for: Self.pause)
            }
            state.withLock { $0.session = nil }
        }
    }

    /// Registers the node with a session, and keeps that until it is lost or belongs to nobody.
    private func live(_ session: any ClusterSession) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await session.keepAlive() }
            group.addTask { [self] in
                let epoch = try await register(session)
                // Another process of this node may register, or someone may have taken it for dead.
                try await link.wait { $0.brokers.sessions[self.node.id] != epoch }
                throw ClusterStoreError(.sessionLost, "the node's key is not its own any more")
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch {
                // Nobody is to wait for it to run out.
                if !(error is CancellationError) { try? await session.end() }
                throw error
            }
        }
    }

    // MARK: - Registration

    /// Registers the node's next incarnation.
    private func register(_ session: any ClusterSession) async throws -> BrokerEpoch {
        let id = node.id
        let key = ClusterKey.registration(id).text
        let sessionKey = ClusterKey.session(id).text
        while true {
            let (view, image) = link.sight
            let former = image.brokers.registrations[id]
            if let former, former.origin.directory != origin.directory, image.brokers.sessions[id] == former.epoch {
                logger.error(
                    "node.id \(id) is in use by a process with another data directory: this one waits until that is gone"
                )
                try await link.wait { $0.brokers.sessions[id] != former.epoch }
                continue
            }
            let next = BrokerRegistration(id: id, origin: origin, rack: rack, succeeding: former)
            // From the first moment on at which others may see it.
            node.register(as: next.epoch)
            let write = ClusterWrite(
                if: [view[key].map { .modified(key, at: $0.modified) } ?? .version(key, 0)],
                [
                    .put(key, try ClusterJSON.encode(RegistrationValue(next, endpoints: endpoints))),
                    .put(sessionKey, Array(String(next.epoch.rawValue).utf8), session: session.id),
                ])
            do {
                guard try await link.change(write) else {
                    try await link.wait(for: view.revision + 1)
                    continue
                }
            } catch let error as ClusterStoreError where error.code == .outcomeUnknown {
                // If it was done the next one succeeds it: nothing is lost but a number.
                try await Task.sleep(for: Self.pause)
                continue
            }
            logger.info("registered as incarnation \(next.epoch) of node \(id)")
            return next.epoch
        }
    }

    // MARK: - Draining

    /// Asks the controller to have others lead what this node leads, and waits until they do, where there are any that
    /// can.
    ///
    /// - Parameter deadline: How long is waited at most.
    /// - Returns: The partitions that this node still leads.
    func drain(within deadline: Duration) async -> Int {
        let id = node.id
        let led: @Sendable (ClusterImage) -> [PartitionState] = { image in
            image.topics.values.flatMap { $0.partitions.filter { $0.leader == id } }
        }
        let hasSuccessors: @Sendable (ClusterImage) -> Bool = { image in
            led(image).contains { state in
                state.inSyncReplicas.contains { $0 != id && image.brokers.standing(of: $0) == .ready }
            }
        }
        do {
            guard hasSuccessors(link.image) else { return led(link.image).count }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [self] in
                    guard try await announceDraining() else { return }
                    try await link.wait { !hasSuccessors($0) }
                }
                group.addTask { try await Task.sleep(for: deadline) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch { logger.warning("handing over what this node leads failed: \(error)") }
        return led(link.image).count
    }

    /// Notes in the node's registration that it is about to go; `false` if it is not registered.
    private func announceDraining() async throws -> Bool {
        let key = ClusterKey.registration(node.id).text
        while true {
            let (view, image) = link.sight
            guard let stored = view[key], let own = image.brokers.registrations[node.id], own.epoch == node.epoch else {
                return false
            }
            var value = try ClusterJSON.decode(RegistrationValue.self, stored.bytes)
            value.draining = true
            let write = ClusterWrite(
                if: [.modified(key, at: stored.modified)], [.put(key, try ClusterJSON.encode(value))])
            if try await link.change(write) { return true }
            try await link.wait(for: view.revision + 1)
        }
    }
}
