import JSON
import Logging

/// A lease of etcd's, kept alive for as long as ``run()`` runs; the keys that hang on it go with it.
///
/// A lease tells others that its holder is gone. It does not tell the holder that others think so, and it is no lock:
/// whoever was paused goes on writing. Writes that must not happen afterwards compare a key that goes with the lease.
///
/// Safe to use from any task.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#lease-api
package final class EtcdLease: Sendable {
    /// The name that keys are bound to.
    package let id: EtcdLeaseID
    private let client: EtcdClient
    private let term: Observed<LeaseTerm>

    init(_ id: EtcdLeaseID, timeToLive: Duration, sent: ContinuousClock.Instant, client: EtcdClient) {
        self.id = id
        self.client = client
        term = Observed(LeaseTerm(timeToLive: timeToLive, sent: sent))
    }

    /// How long the lease lives after each keep-alive, as etcd granted it.
    package var timeToLive: Duration { term.value.timeToLive }

    /// Until when the lease is held for certain. A monotonic clock that goes on in a paused process says so, from the
    /// moment at which the last keep-alive that was answered had been *sent*.
    package var validUntil: ContinuousClock.Instant { term.value.validUntil }

    /// Whether the lease is held for certain, at this very moment; false for ever once it was false.
    package var isHeld: Bool { term.value.end(at: .now) == nil }

    /// Keeps the lease alive until it is revoked, lost, or the task is cancelled.
    ///
    /// A third of the time to live lies between two keep-alives, which go to one endpoint after the other. Cancelling
    /// leaves the lease to run out; ``revoke()`` ends it at once.
    ///
    /// - Throws: ``EtcdError`` with code `.leaseLost` at the latest when ``validUntil`` has come;
    ///   `CancellationError`.
    package func run() async throws {
        let end = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.keepAlive() }
            group.addTask { try await self.watchTheClock() }
            group.addTask { _ = try await self.term.wait { $0.end(at: .now) != nil } }
            defer { group.cancelAll() }
            try await group.next()
            return self.term.value.end(at: .now)
        }
        switch end {
        case .revoked, nil: return
        case .gone: throw EtcdError(.leaseLost, "etcd knows of no lease \(id) any more")
        case .unheard:
            throw EtcdError(
                .leaseLost, "no keep-alive of the lease \(id) was answered for its \(timeToLive): it may have ended")
        }
    }

    /// Waits until the lease has ended in whatever way, while ``run()`` runs.
    ///
    /// - Throws: `CancellationError`.
    package func ended() async throws {
        _ = try await term.wait { $0.end(at: .now) != nil }
    }

    /// Ends the lease, and deletes the keys that hang on it. Done twice it does no harm.
    ///
    /// - Throws: ``EtcdError``; the lease then runs out by itself, since nothing keeps it alive any more.
    package func revoke() async throws {
        term.update { $0.close(.revoked) }
        try await client.revokeLease(id)
    }

    /// Notes the end at its moment, however long a keep-alive has been waiting for its answer.
    private func watchTheClock() async throws {
        while true {
            let term = term.value
            if let end = term.end(at: .now) { return self.term.update { $0.close(end) } }
            try await Task.sleep(until: term.validUntil, clock: .continuous)
        }
    }

    private func keepAlive() async throws {
        var backoff = Backoff(longest: client.configuration.longestPause)
        // Ends when the term does: at each round a pause or an answer brings it closer.
        while true {
            let term = term.value
            if term.end(at: .now) != nil { return }
            try await Task.sleep(until: min(term.nextKeepAlive, term.validUntil), clock: .continuous)
            let sent = ContinuousClock.now
            let limit = min(client.configuration.requestTimeout, max(.milliseconds(10), term.timeToLive / 3))
            do {
                let timeToLive = try await client.exchange(
                    "/v3/lease/keepalive", request, .harmless, attempts: 1, within: limit
                ) { try $0.integer("TTL") }
                self.term.update { $0.answered(.seconds(timeToLive), sent: sent, at: .now) }
                backoff = Backoff(longest: client.configuration.longestPause)
            } catch let error as EtcdError {
                client.logger.info(
                    "a keep-alive of a lease was not answered", metadata: ["lease": "\(id)", "error": "\(error)"])
                try await Task.sleep(for: min(backoff.pause(), term.timeToLive / 10), clock: .continuous)
            }
        }
    }

    private var request: JSONObject {
        var request = JSONObject()
        request["ID"] = .int64(id.rawValue)
        return request
    }
}
