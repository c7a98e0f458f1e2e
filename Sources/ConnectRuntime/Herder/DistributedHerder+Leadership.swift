import ConnectAPI
import JSON
import KafkaClient
import Logging
import RecordFormat

/// What only the group's leader does, and how the other workers ask it to.
extension DistributedHerder {
    /// Waits until the group has settled, and makes sure that this worker is the one that writes.
    ///
    /// - Throws: ``RequestRefusal``: `.elsewhere` with the leader's address, or `.rebalancing` after half a minute.
    ///
    /// - Parameter patience: How long a rebalance is waited for; `nil` for half a minute.
    func requireLeadership(within patience: Duration? = nil) async throws {
        guard let place = try await settledPlace(within: patience), !place.isLeader else { return }
        throw RequestRefusal.elsewhere(url: place.leaderURL.isEmpty ? nil : place.leaderURL)
    }

    /// Where this worker is in its group, once that has settled; `nil` for a worker without a group.
    private func settledPlace(within patience: Duration? = nil) async throws -> GroupStanding.Place? {
        guard member != nil else { return nil }
        let deadline = ContinuousClock.now + (patience ?? configuration.group.rebalancePatience)
        while true {
            if let place = standing.place { return place }
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero, !shutdownDemand.isDone else { throw RequestRefusal.rebalancing }
            let rebalance = rebalance
            await Completion.await(atMost: remaining) { await rebalance.wait() }
        }
    }

    /// Makes sure that this worker runs a connector, for requests that go to who does.
    func requireOwnership(of connector: String) async throws {
        try await requireOwnership(machine.runs(connector)) { $0.url(of: connector) }
    }

    /// Makes sure that this worker runs a task.
    func requireOwnership(of task: ConnectorTaskID) async throws {
        try await requireOwnership(machine.runs(task)) { $0.url(of: task) }
    }

    private func requireOwnership(
        _ isOwner: @autoclosure () -> Bool, _ owner: (GroupStanding) -> String?
    ) async throws {
        guard let place = try await settledPlace(), !isOwner() else { return }
        // The leader knows who runs what; everybody else asks it.
        throw RequestRefusal.elsewhere(url: place.isLeader ? owner(standing) : place.leaderURL)
    }

    // MARK: Tasks of connectors

    /// How long a connector's tasks wait for a leader that does not take them, at first and at most.
    private static let publishPauses = (first: Duration.milliseconds(250), longest: Duration.seconds(2))

    /// Has the tasks written that a connector divided its work into, if they differ from the ones that are in force.
    ///
    /// Goes on until the leader has taken them, or the connector has another configuration: that one's tasks are on
    /// their way.
    func publish(_ name: String, _ configuration: [String: String], _ tasks: [[String: String]]) async throws {
        var pause = Self.publishPauses.first
        while true {
            let state = configs.snapshot
            guard state.connectors[name] == configuration, state.targetState(of: name) != .stopped else { return }
            guard !state.hasTasks(tasks, of: name), machine.runs(name), !shutdownDemand.isDone else { return }
            do {
                return try await hand(tasks, of: name, configuration)
            } catch let refusal as RequestRefusal {
                logger.debug(
                    "the leader cannot take a connector's tasks now; trying again",
                    metadata: ["connector": "\(name)", "reason": "\(refusal)"])
            } catch {
                logger.warning(
                    "a connector's tasks could not be written; trying again",
                    metadata: ["connector": "\(name)", "error": "\(error)"])
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.publishPauses.longest)
        }
    }

    private func hand(_ tasks: [[String: String]], of name: String, _ configuration: [String: String]) async throws {
        guard let place = standing.place, !place.isLeader else {
            // Not for long: a connector that is given up meanwhile is waited for.
            try await requireLeadership(within: Self.publishPauses.first)
            return try await write(tasks, of: name, madeFor: configuration)
        }
        guard let peers, !place.leaderURL.isEmpty else { throw RequestRefusal.elsewhere(url: nil) }
        let body = ConfigRecord.json(tasks).utf8
        try await ask(
            peers,
            PeerRequest(method: "POST", worker: place.leaderURL, path: ["connectors", name, "tasks"], body: body))
    }

    /// Takes the tasks that another worker's connector divided its work into.
    ///
    /// - Throws: ``RequestRefusal`` where this worker is not the leader; ``ConnectError`` with code `.notFound`, or
    ///   `.invalidConfiguration` for tasks of a connector that is stopped.
    public func putTasks(of name: String, _ tasks: [[String: String]]) async throws {
        try await waitUntilReady()
        guard member != nil else {
            throw ConnectError(
                .failed, "Kafka Connect in standalone mode does not support externally setting task configurations.")
        }
        try await requireLeadership()
        guard tasks.count <= configuration.maximumTasks else {
            throw ConnectError(
                .invalidConfiguration,
                "\(tasks.count) tasks are more than tasks.max.limit=\(configuration.maximumTasks)")
        }
        try await taskWrites.pass {
            let state = configs.snapshot
            guard state.connectors[name] != nil else { throw Self.notFound(name) }
            guard state.targetState(of: name) != .stopped || tasks.isEmpty else {
                throw ConnectError(
                    .invalidConfiguration, "Cannot submit non-empty set of task configs for stopped connector \(name)")
            }
            if !state.hasTasks(tasks, of: name) { try await configs.putTasks(name, tasks) }
        }
    }

    private func write(
        _ tasks: [[String: String]], of name: String, madeFor configuration: [String: String]
    ) async throws {
        try await taskWrites.pass {
            let state = configs.snapshot
            guard state.connectors[name] == configuration, state.targetState(of: name) != .stopped else { return }
            if !state.hasTasks(tasks, of: name) { try await configs.putTasks(name, tasks) }
        }
    }

    /// Makes a request that only workers of the group may make.
    ///
    /// - Throws: ``ConnectError``, retriable, when the other worker does not answer or does not do it.
    func ask(_ peers: PeerTransport, _ request: PeerRequest) async throws {
        var request = request
        if let key = configs.snapshot.sessionKey {
            request.headers += RequestSignature.fields(
                for: request.body, configuration.group.signatureAlgorithm, key: key)
        }
        let response: PeerResponse
        do {
            response = try await peers(request)
        } catch {
            throw ConnectError(.unavailable, "\(request.worker) does not answer", isRetriable: true, cause: error)
        }
        guard response.status >= 300 else { return }
        throw ConnectError(
            .conflict,
            "\(request.worker) answered \(response.status): "
                + String(decoding: response.body.prefix(500), as: UTF8.self), isRetriable: true)
    }

    // MARK: Session keys

    /// Makes sure that a request was made by a worker of the group.
    ///
    /// - Throws: ``RequestSignature/Problem``. Nothing while the group uses a protocol without signatures.
    public func checkSignature(_ signature: RequestSignature?, of body: [UInt8]) async throws {
        try await waitUntilReady()
        guard member != nil, standing.place?.agreed ?? .sessioned == .sessioned else { return }
        try RequestSignature.check(
            signature, of: body, key: configs.snapshot.sessionKey, allowed: configuration.group.verificationAlgorithms)
    }

    /// Writes a new session key as the leader, when there is none or it has served its time.
    func rotateSessionKeyIfDue() async {
        guard let place = standing.place, place.isLeader, place.agreed == .sessioned else { return }
        let now = WallClock.now.milliseconds
        let lifetime = configuration.group.keyLifetime
        if let key = configs.snapshot.sessionKey, .milliseconds(now - key.createdAt) < lifetime {
            let remaining = lifetime - .milliseconds(max(0, now - key.createdAt))
            return scheduleKeyRotation(after: remaining)
        }
        do {
            try await configs.putSessionKey(
                .generate(for: configuration.group.keyAlgorithm, bits: configuration.group.keySize, createdAt: now))
            scheduleKeyRotation(after: lifetime)
        } catch {
            logger.warning("cannot write a session key; trying again", metadata: ["error": "\(error)"])
            scheduleKeyRotation(after: .seconds(1))
        }
    }

    private func scheduleKeyRotation(after delay: Duration) {
        keyRotation?.cancel()
        keyRotation = Task { [weak self] in
            try? await Task.sleep(for: delay)
            guard !Task.isCancelled else { return }
            await self?.rotateSessionKeyIfDue()
        }
    }
}

extension ClusterConfigState {
    /// Whether these are a connector's tasks already, made for its present configuration.
    fileprivate func hasTasks(_ tasks: [[String: String]], of name: String) -> Bool {
        self.tasks[name] == tasks && appliedConfigurations[name] == connectors[name] && !inconsistent.contains(name)
    }
}
