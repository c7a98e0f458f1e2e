import JSON

extension EtcdClient {
    /// Asks for a lease.
    ///
    /// The id is chosen here, at random, so that a grant whose answer was lost can be asked for again.
    ///
    /// - Parameter timeToLive: How long it lives after each keep-alive, in whole seconds from 1 s to 1 h. etcd makes it
    ///   longer where it is shorter than one and a half of its election timeouts.
    /// - Returns: The lease, not yet kept alive: ``EtcdLease/run()`` does that.
    /// - Throws: ``EtcdError``.
    package func grantLease(timeToLive: Duration) async throws -> EtcdLease {
        let seconds = timeToLive.components.seconds
        guard (1...3600).contains(seconds), timeToLive == .seconds(seconds) else {
            throw EtcdError(
                .invalidConfiguration, "a lease of \(timeToLive) is not one of whole seconds from 1 s to 1 h")
        }
        let id = EtcdLeaseID(rawValue: Int64.random(in: 1...Int64.max))
        var request = JSONObject()
        request["TTL"] = .int64(seconds)
        request["ID"] = .int64(id.rawValue)
        // Whichever of several requests it was, none was sent before this.
        let sent = ContinuousClock.now
        do {
            let granted = try await exchange("/v3/lease/grant", request, .harmless) { try $0.integer("TTL") }
            return EtcdLease(id, timeToLive: .seconds(max(granted, 1)), sent: sent, client: self)
        } catch let error as EtcdError where error.message.contains("lease already exists") {
            // Of 2^63 ids no other client has taken this one: an earlier request of ours was done and its answer lost.
            return EtcdLease(id, timeToLive: .seconds(seconds), sent: sent, client: self)
        }
    }

    /// Ends a lease, whosever it is, and deletes the keys that hang on it; does nothing where there is none.
    ///
    /// Its holder hears of it by the next keep-alive.
    ///
    /// - Throws: ``EtcdError``.
    package func revokeLease(_ id: EtcdLeaseID) async throws {
        var request = JSONObject()
        request["ID"] = .int64(id.rawValue)
        do {
            // Ids are taken at random and never again, so that a second request ends nobody else's.
            try await exchange("/v3/lease/revoke", request, .harmless) { _ in }
        } catch let error as EtcdError where error.status == GatewayFailure.Status.notFound {
            return
        }
    }

    /// How long a lease has to live, as etcd sees it.
    ///
    /// - Returns: Nil when there is no such lease.
    /// - Throws: ``EtcdError``.
    package func timeToLive(of lease: EtcdLeaseID) async throws -> Duration? {
        var request = JSONObject()
        request["ID"] = .int64(lease.rawValue)
        let seconds = try await exchange("/v3/lease/timetolive", request, .harmless) { try $0.integer("TTL") }
        // etcd answers -1 for a lease that it does not know, and 0 in a lease's last second.
        return seconds < 0 ? nil : .seconds(seconds)
    }
}
