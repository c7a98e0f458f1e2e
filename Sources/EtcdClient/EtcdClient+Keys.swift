import JSON

extension EtcdClient {
    /// How new what is read has to be.
    package enum Consistency: Sendable {
        /// As new as anything acknowledged before the question was asked; costs a round among the members.
        case linearizable
        /// What the asked member has, which may be behind.
        case serializable
    }

    /// Reads one key.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - revision: The point in history to read at; the present when nil.
    ///   - consistency: How new the answer has to be.
    /// - Returns: The key, nil where it is not there, and the revision of the store.
    /// - Throws: ``EtcdError``, `.compacted` when the revision is no longer kept.
    package func read(
        _ key: EtcdKey, at revision: EtcdRevision? = nil, consistency: Consistency = .linearizable
    ) async throws -> (keyValue: EtcdKeyValue?, revision: EtcdRevision) {
        let page = try await page(of: .key(key), limit: 1, at: revision, consistency: consistency)
        return (page.keyValues.first, page.revision)
    }

    /// Reads a part of a range, in the order of its keys.
    ///
    /// - Parameters:
    ///   - range: What is read.
    ///   - last: The last key of the page before; nil for the first page.
    ///   - limit: How many keys at most, at least 1.
    ///   - revision: The point in history to read at; for later pages that of the first one, so that all show one
    ///     moment.
    ///   - consistency: How new the answer has to be.
    /// - Throws: ``EtcdError``, `.compacted` when the revision is no longer kept, `.tooLarge` when fewer keys have to
    ///   be asked for.
    package func page(
        of range: EtcdKeyRange, after last: EtcdKey? = nil, limit: Int, at revision: EtcdRevision? = nil,
        consistency: Consistency = .linearizable
    ) async throws -> EtcdPage {
        precondition(limit > 0, "a page without keys")
        let request = keySpace.read(
            range, after: last, limit: limit, at: revision, serializable: consistency == .serializable)
        return try await exchange("/v3/kv/range", request, .harmless) { try keySpace.page($0) }
    }

    /// Writes a value.
    ///
    /// - Parameters:
    ///   - key: The key, at least one byte.
    ///   - value: Any bytes.
    ///   - lease: The lease that the key goes with; it stays when nil, also if it had one before.
    /// - Returns: The revision of the change.
    /// - Throws: ``EtcdError``, `.outcomeUnknown` when the answer was lost, `.refused` when there is no such lease.
    @discardableResult
    package func put(
        _ key: EtcdKey, _ value: [UInt8], lease: EtcdLeaseID? = nil
    ) async throws -> EtcdRevision {
        try await exchange("/v3/kv/put", keySpace.put(key, value, lease: lease), .unsafe) { try $0.headerRevision() }
    }

    /// Deletes keys.
    ///
    /// - Returns: How many were there, and the revision of the store afterwards.
    /// - Throws: ``EtcdError``, `.outcomeUnknown` when the answer was lost.
    @discardableResult
    package func delete(_ range: EtcdKeyRange) async throws -> (count: Int64, revision: EtcdRevision) {
        try await exchange("/v3/kv/deleterange", keySpace.delete(range), .unsafe) { answer in
            (try answer.integer("deleted"), try answer.headerRevision())
        }
    }

    /// Lets etcd forget what was before a revision; reading there and watching from there fail with `.compacted`.
    ///
    /// - Throws: ``EtcdError``, `.compacted` when that was done already, `.refused` when the revision is to come yet.
    package func forgetHistory(before revision: EtcdRevision) async throws {
        var request = JSONObject()
        request["revision"] = .int64(revision.rawValue)
        try await exchange("/v3/kv/compaction", request, .harmless) { _ in }
    }

    /// How the member that is asked next sees itself and the cluster.
    ///
    /// - Throws: ``EtcdError``.
    package func status() async throws -> EtcdStatus {
        try await exchange("/v3/maintenance/status", JSONObject(), .harmless) { answer in
            EtcdStatus(
                version: try answer.text("version"), clusterID: try answer.clusterID(),
                revision: try answer.headerRevision(), leaderID: try answer.integer("leader"),
                databaseBytes: try answer.integer("dbSize"))
        }
    }
}

/// How a member of an etcd cluster sees itself and the others.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/dev-guide/api_reference_v3/ (`StatusResponse`)
package struct EtcdStatus: Sendable, Hashable {
    /// The version of its program, such as `3.4.23`.
    package let version: String
    /// The cluster it belongs to.
    package let clusterID: Int64
    /// Its revision of the store.
    package let revision: EtcdRevision
    /// The member that leads; 0 when it knows of none.
    package let leaderID: Int64
    /// The size of its database on disk, in bytes.
    package let databaseBytes: Int64
}
