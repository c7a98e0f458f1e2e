import Logging

/// Who leads, as everybody sees it.
package struct EtcdLeader: Sendable, Hashable {
    /// What the leader says of itself, such as its node id and address.
    package let candidate: [UInt8]
    /// The number of its election.
    package let epoch: Int64
    /// The lease with which its leadership goes.
    package let lease: EtcdLeaseID?
    /// The change by which it won.
    package let revision: EtcdRevision
}

/// One office that at most one process holds at a time, and the number of each election.
///
/// Two keys: `NAME/leader` says who leads and goes with the leader's lease; `NAME/epoch` counts and stays. Both are
/// written in one transaction that demands that nobody leads and that nobody counted in between. So epochs grow by one
/// with each election, and no two leaders have the same.
///
/// While a leader is paused its lease may end and another be elected; both then take themselves for the leader for a
/// moment. What keeps the old one from doing harm is ``EtcdClient/transaction(compare:then:else:guardedBy:)``.
///
/// Safe to use from any task.
package struct EtcdElection: Sendable {
    private let client: EtcdClient
    private let leaderKey: EtcdKey
    private let epochKey: EtcdKey
    private let range: EtcdKeyRange

    /// An office with a name that all who run for it share.
    package init(_ client: EtcdClient, name: EtcdKey) {
        self.client = client
        leaderKey = EtcdKey(bytes: name.bytes + Array("/leader".utf8))
        epochKey = EtcdKey(bytes: name.bytes + Array("/epoch".utf8))
        range = .prefix(EtcdKey(bytes: name.bytes + [UInt8(ascii: "/")]))
    }

    /// Runs for the office until it is won.
    ///
    /// - Parameters:
    ///   - candidate: What others are to know of this process.
    ///   - lease: A lease of this process alone, whose ``EtcdLease/run()`` runs meanwhile.
    /// - Returns: The leadership. It lasts at most as long as the lease does.
    /// - Throws: ``EtcdError``, `.leaseLost` when the lease ends first; `CancellationError`.
    package func campaign(as candidate: [UInt8], with lease: EtcdLease) async throws -> EtcdLeadership {
        var backoff = Backoff(longest: client.configuration.longestPause)
        // Ends with the lease: while etcd is away that is not kept alive.
        while true {
            guard lease.isHeld else {
                throw EtcdError(.leaseLost, "the lease \(lease.id) ended before an election was won")
            }
            do {
                let seen = try await look()
                if let leader = seen.leader {
                    // An earlier transaction of this lease was done and its answer lost.
                    if leader.lease == lease.id { return leadership(leader) }
                    try await waitForVacancy(after: seen.revision, or: lease)
                } else if let won = try await stand(candidate, lease.id, after: seen) {
                    return won
                }
            } catch let error as EtcdError where [.unavailable, .outcomeUnknown, .compacted].contains(error.code) {
                client.logger.info("an election goes on", metadata: ["key": "\(leaderKey)", "error": "\(error)"])
                try await Task.sleep(for: backoff.pause())
            }
        }
    }

    /// Gives the office up, so that another can be elected at once. Done twice, or too late, it does no harm.
    ///
    /// - Throws: ``EtcdError``.
    package func resign(_ leadership: EtcdLeadership) async throws {
        _ = try await client.plainTransaction(
            compare: leadership.conditions, then: [.delete(.key(leaderKey))], else: [], .harmless)
    }

    /// Who leads at the moment; nil when nobody does.
    ///
    /// - Throws: ``EtcdError``.
    package func leader() async throws -> EtcdLeader? { try await look().leader }

    /// Who leads now and after each election, nil in between.
    package var leaders: Leaders { Leaders(election: self) }

    // MARK: Steps

    /// The office at one moment.
    fileprivate struct Sight {
        var leader: EtcdLeader?
        /// The number of the last election; 0 before the first.
        var epoch: Int64
        /// The change that counted last; zero before the first.
        var countedAt: EtcdRevision
        var revision: EtcdRevision
    }

    fileprivate func look() async throws -> Sight {
        let result = try await client.transaction(
            compare: [], then: [.read(.key(leaderKey), limit: 1), .read(.key(epochKey), limit: 1)])
        let counted = result.page(1).first
        guard let epoch = counted.map({ EtcdLeadership.epoch(in: $0.value) }) ?? 0, epoch < Int64.max else {
            throw EtcdError(.malformedAnswer, "\(epochKey) does not hold an epoch: '\(counted?.text ?? "")'")
        }
        let leader = result.page(0).first.map {
            EtcdLeader(candidate: $0.value, epoch: epoch, lease: $0.lease, revision: $0.createRevision)
        }
        return Sight(
            leader: leader, epoch: epoch, countedAt: counted?.modRevision ?? .zero, revision: result.revision)
    }

    /// Looks again and again while etcd is away, as a watch does.
    fileprivate func lookUntilSeen() async throws -> Sight {
        var backoff = Backoff(longest: client.configuration.longestPause)
        while true {
            do {
                return try await look()
            } catch let error as EtcdError where error.code == .unavailable {
                try await Task.sleep(for: backoff.pause())
            }
        }
    }

    private func leadership(_ leader: EtcdLeader) -> EtcdLeadership {
        EtcdLeadership(epoch: leader.epoch, revision: leader.revision, leaderKey: leaderKey, epochKey: epochKey)
    }

    /// - Returns: Nil when another was faster.
    private func stand(_ candidate: [UInt8], _ lease: EtcdLeaseID, after seen: Sight) async throws -> EtcdLeadership? {
        let epoch = seen.epoch + 1
        let result = try await client.transaction(
            compare: [.isAbsent(leaderKey), .isUnchanged(epochKey, since: seen.countedAt)],
            then: [
                .put(leaderKey, candidate, lease: lease), .put(epochKey, EtcdLeadership.value(ofEpoch: epoch)),
            ])
        guard result.succeeded else { return nil }
        return EtcdLeadership(epoch: epoch, revision: result.revision, leaderKey: leaderKey, epochKey: epochKey)
    }

    /// Waits until nobody leads, or until the lease has ended.
    private func waitForVacancy(after revision: EtcdRevision, or lease: EtcdLease) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await batch in client.watch(.key(leaderKey), from: revision.next) {
                    if case .delete = batch.events.last { return }
                }
            }
            group.addTask { try await lease.ended() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

extension EtcdElection {
    /// Who leads, election by election; never ends but by an error. Between two takings, elections may be left out.
    package struct Leaders: AsyncSequence {
        /// Nil when nobody leads.
        package typealias Element = EtcdLeader?

        fileprivate let election: EtcdElection

        /// Begins with who leads now.
        package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(election: election) }

        /// Takes leaders, one after the other.
        package struct AsyncIterator: AsyncIteratorProtocol {
            private let election: EtcdElection
            private var last: EtcdLeader??
            private var changes: EtcdWatch.AsyncIterator?

            fileprivate init(election: EtcdElection) { self.election = election }

            /// Who leads, once it is another than before.
            ///
            /// - Throws: ``EtcdError`` as ``EtcdWatch`` does, but for `.compacted`; `CancellationError`.
            package mutating func next() async throws -> EtcdLeader?? {
                while true {
                    // A change says that there is something to see; looking says what, as it is now.
                    do {
                        if changes != nil { _ = try await changes?.next() }
                    } catch let error as EtcdError where error.code == .compacted {
                        changes = nil
                    }
                    let seen = try await election.lookUntilSeen()
                    if changes == nil {
                        changes = election.client.watch(election.range, from: seen.revision.next).makeAsyncIterator()
                    }
                    if last != .some(seen.leader) {
                        last = .some(seen.leader)
                        return .some(seen.leader)
                    }
                }
            }
        }
    }
}
