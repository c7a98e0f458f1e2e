import KafkaProtocol
package import RecordFormat
import Synchronization

/// The client's copy of the cluster's metadata, fetched when asked for, when old, and when an answer contradicts it.
///
/// Any number of callers may ask at once: whatever they ask for while one request is under way goes into the next.
package final class MetadataCache: Sendable {
    private let transport: any BrokerTransport
    private let configuration: KafkaClientConfiguration
    private let state = Mutex(State())

    private struct Waiter {
        var topics: Set<String>?
        var allowsCreation: Bool
        var continuation: CheckedContinuation<ClusterSnapshot, any Error>?
    }

    private struct State {
        var snapshot = ClusterSnapshot()
        var waiters: [Waiter] = []
        var refresh: Task<Void, Never>?
        var isClosed = false
    }

    init(transport: any BrokerTransport, configuration: KafkaClientConfiguration) {
        self.transport = transport
        self.configuration = configuration
    }

    /// What is known now.
    package var snapshot: ClusterSnapshot { state.withLock { $0.snapshot } }

    /// A topic as cached, if it can be used without asking; never suspends.
    package func cachedTopic(_ name: String, at now: ContinuousClock.Instant = .now) -> TopicSnapshot? {
        state.withLock { state in
            guard let topic = state.snapshot.topics[name],
                topic.isFresh(at: now, maximumAge: configuration.metadataMaximumAge)
            else { return nil }
            return topic
        }
    }

    /// The broker that leads a partition as far as is known; never suspends.
    package func leader(of partition: TopicPartition) -> Int32? { state.withLock { $0.snapshot.leader(of: partition) } }

    /// Has a topic fetched again before its next use.
    package func invalidate(_ topic: String) { state.withLock { $0.snapshot.topics[topic]?.isStale = true } }

    /// Fetches topics in the background; failures are left to whoever needs the topics.
    package func refreshSoon(_ topics: Set<String>) {
        add(Waiter(topics: topics, allowsCreation: configuration.allowsTopicCreation, continuation: nil))
    }

    /// Fetches topics, or all of them for `nil`, once.
    ///
    /// - Throws: ``KafkaClientError`` for what kept the answer away. Errors of single topics are in the snapshot.
    package func refresh(_ topics: Set<String>?, allowsCreation: Bool) async throws -> ClusterSnapshot {
        try await withCheckedThrowingContinuation { continuation in
            add(Waiter(topics: topics, allowsCreation: allowsCreation, continuation: continuation))
        }
    }

    /// A topic with its partitions, from the cache or, with retries until `deadline`, from the cluster.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker` for a topic that stays unknown or is forbidden, or what
    ///   kept the answer away.
    package func topic(
        _ name: String, until deadline: ContinuousClock.Instant, allowsCreation: Bool? = nil
    ) async throws -> TopicSnapshot {
        if let cached = cachedTopic(name) { return cached }
        return try await Retry(policy: configuration.retryBackoff, deadline: deadline).run {
            let snapshot = try await self.refresh(
                [name], allowsCreation: allowsCreation ?? self.configuration.allowsTopicCreation)
            guard let topic = snapshot.topics[name] else {
                throw KafkaClientError(
                    .broker, "topic \(name) is not in the cluster's answer", errorCode: .unknownTopicOrPartition)
            }
            if let error = KafkaClientError(rawCode: topic.error.rawValue, while: "looking up topic \(name)") {
                throw error
            }
            guard !topic.partitions.isEmpty else {
                throw KafkaClientError(.broker, "topic \(name) has no partitions yet", errorCode: .leaderNotAvailable)
            }
            return topic
        }
    }

    /// Fails whoever waits; nothing is fetched any more.
    func close() {
        let (task, waiters) = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return (state.refresh, state.waiters)
        }
        task?.cancel()
        for waiter in waiters {
            waiter.continuation?.resume(throwing: KafkaClientError(.closed, "the client is closed"))
        }
    }

    private func add(_ waiter: Waiter) {
        let isClosed = state.withLock { state in
            if state.isClosed { return true }
            state.waiters.append(waiter)
            if state.refresh == nil { state.refresh = Task { await self.serveWaiters() } }
            return false
        }
        if isClosed { waiter.continuation?.resume(throwing: KafkaClientError(.closed, "the client is closed")) }
    }

    /// Asks until nobody waits any more.
    private func serveWaiters() async {
        while let waiters = takeWaiters() {
            // With creation first: who does not want a topic created must not cause it by asking beside one who does.
            for allowsCreation in [true, false] {
                let group = waiters.filter { $0.allowsCreation == allowsCreation }
                if group.isEmpty { continue }
                let result = await fetch(Self.union(group.map(\.topics)), allowsCreation: allowsCreation)
                for waiter in group { waiter.continuation?.resume(with: result) }
            }
        }
    }

    private func takeWaiters() -> [Waiter]? {
        state.withLock { state in
            if state.waiters.isEmpty {
                state.refresh = nil
                return nil
            }
            defer { state.waiters = [] }
            return state.waiters
        }
    }

    private static func union(_ sets: [Set<String>?]) -> Set<String>? {
        var union: Set<String> = []
        for set in sets {
            guard let set else { return nil }
            union.formUnion(set)
        }
        return union
    }

    private func fetch(_ topics: Set<String>?, allowsCreation: Bool) async -> Result<ClusterSnapshot, any Error> {
        let names = topics?.sorted()
        let call = BrokerCall(versions: ClientVersions.metadata, timeout: configuration.requestTimeout) { version in
            MetadataRequest(
                // Version 0 has no null: there, an empty list means all topics.
                topics: names.map { $0.map { MetadataRequest.MetadataRequestTopic(name: $0) } }
                    ?? (version == 0 ? [] : nil),
                allowAutoTopicCreation: version < 4 || allowsCreation)
        }
        do {
            let response = try await transport.call(call, to: .any)
            if let error = KafkaClientError(rawCode: response.errorCode, while: "fetching metadata") { throw error }
            transport.learn(
                response.brokers.map {
                    BrokerEndpoint(nodeID: $0.nodeID, host: $0.host, port: Int($0.port), rack: $0.rack)
                })
            return .success(
                state.withLock { state in
                    state.snapshot.merge(response, isComplete: topics == nil, at: .now)
                    return state.snapshot
                })
        } catch is CancellationError {
            // Nobody but ``close()`` cancels the refresh.
            return .failure(KafkaClientError(.closed, "the client was closed before the broker answered"))
        } catch {
            return .failure(error)
        }
    }
}
