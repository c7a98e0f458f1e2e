package import Broker
package import EtcdClient
package import Logging
package import NIOCore
import Synchronization

/// What the nodes of a cluster share, kept in etcd: the keys below one prefix, and leases as sessions.
///
/// It adds nothing to either side: the broker decides what is written and knows nothing of etcd, and ``EtcdClient`` does
/// what it is told. A write goes out once; its outcome is unknown when its answer is lost.
///
/// A write has at most 128 conditions, 128 changes and 128 keys that it reads, and is at most 1.5 MiB long, unless etcd
/// is started with other limits (`--max-txn-ops`, `--max-request-bytes`); a greater one is refused.
///
/// Safe to use from any task. Has to be closed.
///
/// - SeeAlso: docs/decisions/0044-etcd-is-spoken-to-through-its-json-gateway.md
package final class EtcdClusterStore: ClusterStore {
    private struct State {
        /// Follows etcd for whoever iterates the views; nil before they are asked for.
        var following: Task<Void, Never>?
        var isClosed = false
    }

    private let client: EtcdClient
    private let logger: Logger
    private let state = Mutex(State())

    /// Prepares a store; nothing is sent until something is asked.
    ///
    /// - Parameters:
    ///   - configuration: How etcd is reached, as `EtcdConfiguration.cluster` makes it.
    ///   - eventLoopGroup: Where the connections live; it has to outlast the store.
    ///   - logger: Where it says that etcd does not answer.
    /// - Throws: `EtcdError` with code `.invalidConfiguration` when a setting is out of bounds or a file of TLS cannot
    ///   be read.
    package init(_ configuration: EtcdConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger) throws {
        client = try EtcdClient(configuration, eventLoopGroup: eventLoopGroup, logger: logger)
        self.logger = logger
    }

    /// What the store has, from the newest state on, for as long as the sequence is iterated; called once.
    ///
    /// etcd counts the changes of all its keys together, so the revisions of views have gaps.
    package func views() -> AsyncThrowingStream<any ClusterStoreView, any Error> {
        let (views, continuation) = AsyncThrowingStream.makeStream(
            of: (any ClusterStoreView).self, throwing: (any Error).self, bufferingPolicy: .bufferingNewest(1))
        let mirror = EtcdMirror(client, prefix: EtcdKey(bytes: []))
        state.withLock { state in
            precondition(state.following == nil, "the views of a store are asked for once")
            if state.isClosed { return continuation.finish() }
            let following = Task { await Self.follow(mirror, continuation) }
            continuation.onTermination = { _ in following.cancel() }
            state.following = following
        }
        return views
    }

    private static func follow(
        _ mirror: EtcdMirror, _ continuation: AsyncThrowingStream<any ClusterStoreView, any Error>.Continuation
    ) async {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await mirror.run() }
                group.addTask {
                    for try await snapshot in mirror.snapshots { continuation.yield(EtcdClusterView(snapshot)) }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            continuation.finish()
        } catch {
            // Who has stopped iterating, or has closed the store, is not interested in what that has broken off.
            continuation.finish(throwing: Task.isCancelled ? nil : ClusterStoreError(etcd: error))
        }
    }

    /// Does all of a write, or nothing of it, in one transaction of etcd's.
    ///
    /// - Throws: ``ClusterStoreError``, `.refused` also where a key is changed twice, or a session is none.
    package func write(_ write: ClusterWrite) async throws(ClusterStoreError) -> ClusterWrite.Outcome {
        do {
            let result = try await client.transaction(
                compare: write.conditions.map(EtcdCompare.init), then: write.changes.map(EtcdOperation.init),
                else: write.reading.map { .read(.key(EtcdKey($0)), limit: 1) })
            if result.succeeded { return .done(result.revision.rawValue) }
            var found: [String: ClusterValue] = [:]
            for (place, key) in write.reading.enumerated() {
                found[key] = result.page(place).first.map(ClusterValue.init)
            }
            return .refused(found)
        } catch {
            throw ClusterStoreError(etcd: error)
        }
    }

    /// Opens a session: a lease of etcd's.
    ///
    /// - Parameter timeout: How long it outlasts a process that is gone, rounded up to whole seconds, and by etcd to
    ///   one and a half of its election timeouts; 1 h at most.
    package func openSession(timeout: Duration) async throws(ClusterStoreError) -> any ClusterSession {
        do {
            return EtcdClusterSession(try await client.grantLease(timeToLive: timeout.inWholeSeconds))
        } catch {
            throw ClusterStoreError(etcd: error)
        }
    }

    /// Ends a session, whosever it is, and with it the keys that go with it; does nothing if there is none.
    package func endSession(_ id: Int64) async throws(ClusterStoreError) {
        do {
            try await client.revokeLease(EtcdLeaseID(rawValue: id))
        } catch {
            throw ClusterStoreError(etcd: error)
        }
    }

    /// Closes all connections and ends the views; what is under way fails. Done twice it does no harm.
    package func close() async {
        let (isFirst, following) = state.withLock { state in
            defer { state.isClosed = true }
            return (!state.isClosed, state.following)
        }
        guard isFirst else { return }
        following?.cancel()
        await following?.value
        do {
            try await client.shutdown()
        } catch {
            logger.info("a connection to etcd did not close in order", metadata: ["error": "\(error)"])
        }
    }
}

extension Duration {
    /// The next whole number of seconds, 1 s at least: what a lease of etcd's is counted in.
    var inWholeSeconds: Duration {
        let (seconds, rest) = components
        return .seconds(max(1, rest > 0 ? seconds + 1 : seconds))
    }
}

extension EtcdCompare {
    fileprivate init(_ condition: ClusterWrite.Condition) {
        switch condition {
        case .version(let key, let version): self.init(EtcdKey(key), .equal, .version(version))
        case .created(let key, let revision):
            self.init(EtcdKey(key), .equal, .createRevision(EtcdRevision(rawValue: revision)))
        case .modified(let key, let revision):
            self.init(EtcdKey(key), .equal, .modRevision(EtcdRevision(rawValue: revision)))
        }
    }
}

extension EtcdOperation {
    fileprivate init(_ change: ClusterWrite.Change) {
        switch change {
        case .put(let key, let bytes, let session):
            self = .put(EtcdKey(key), bytes, lease: session.map(EtcdLeaseID.init(rawValue:)))
        case .delete(let key): self = .delete(.key(EtcdKey(key)))
        case .deleteAll(let prefix): self = .delete(.prefix(EtcdKey(prefix)))
        }
    }
}
