import DequeModule
import KafkaProtocol
import Logging
import RecordFormat
import Synchronization

extension KafkaConsumer {
    /// As ``poll(timeout:)``, for as many batches at most.
    func poll(timeout: Duration, maximumBatches: Int) async throws -> [ConsumedBatch] {
        try state.withLock { state in
            try Self.checkOpen(state)
            guard !state.isPolling else {
                throw KafkaClientError(.invalidArgument, "another task polls this consumer; one at a time may")
            }
            if case .none = state.mode {
                throw KafkaClientError(.invalidArgument, "the consumer has neither a subscription nor an assignment")
            }
            state.isPolling = true
        }
        defer { state.withLock { $0.isPolling = false } }
        member?.recordActivity()
        await commitIfDue()
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while true {
            try Task.checkCancellation()
            try takeFailure()
            try await keepMembership()
            keepMetadata()
            lookUpPositions()
            let batches = try takeBatches(maximumBatches)
            sendFetches(isPolled: true)
            if !batches.isEmpty || takeWakeup() { return batches }
            let now = ContinuousClock.now
            guard now < deadline else { return [] }
            await signal.wait(until: min(deadline, nextCheck(after: now)))
        }
    }

    private func takeFailure() throws {
        let failure = try state.withLock { state in
            try Self.checkOpen(state)
            state.endDelays(at: .now)
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    private func takeWakeup() -> Bool {
        state.withLock { state in
            defer { state.isWakeupRequested = false }
            return state.isWakeupRequested
        }
    }

    /// When to look again though nothing happened: delayed partitions, and metadata that grows old.
    private func nextCheck(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let (retry, check) = state.withLock { ($0.nextRetry, $0.nextMetadataCheck) }
        let fallback = now.advanced(by: client.configuration.metadataMaximumAge)
        return [retry, check].compactMap(\.self).min() ?? fallback
    }

    // MARK: Handing out

    private func takeBatches(_ maximumBatches: Int) throws -> [ConsumedBatch] {
        var batches: [ConsumedBatch] = []
        var recordCount = 0
        var hasRoom: Bool { recordCount < configuration.maximumPollRecords && batches.count < maximumBatches }
        while hasRoom, let item = state.withLock({ $0.nextFetched() }) {
            var fetched = item.fetched
            guard fetched.errorCode == ErrorCode.none.rawValue else {
                do {
                    try handle(fetched)
                } catch {
                    // What is at hand goes out first; the partition comes back with its error at the next poll.
                    if !batches.isEmpty { return batches }
                    state.withLock { $0.removeFetched(fetched) }
                    throw error
                }
                state.withLock { $0.removeFetched(fetched) }
                continue
            }
            var position = item.position
            var isOver = false
            while hasRoom, !isOver {
                let next: (batch: ConsumedBatch?, position: LogOffset)?
                do {
                    next = try fetched.next(from: position)
                } catch {
                    state.withLock { $0.dropFetched(from: fetched) }
                    // Fetched again from here, and thrown then.
                    if !batches.isEmpty { return batches }
                    state.withLock { $0.delay(fetched.partition, by: client.configuration.retryBackoff, from: .now) }
                    throw error
                }
                guard let next, advance(fetched.partition, from: position, to: next, version: item.version) else {
                    isOver = true
                    break
                }
                position = next.position
                if let batch = next.batch {
                    batches.append(batch)
                    recordCount += batch.records.count
                }
            }
            state.withLock { isOver || fetched.isExhausted ? $0.removeFetched(fetched) : $0.updateFetched(fetched) }
        }
        return batches
    }

    /// Moves a partition on; false if it was moved or taken away meanwhile.
    private func advance(
        _ partition: TopicPartition, from: LogOffset, to next: (batch: ConsumedBatch?, position: LogOffset),
        version: UInt64
    ) -> Bool {
        state.withLock { state in
            guard let position = state.partitions[partition], position.version == version, position.offset == from,
                !position.isBeingRevoked
            else { return false }
            state.partitions[partition]?.offset = next.position
            state.partitions[partition]?.hasMoved = true
            state.partitions[partition]?.failures = 0
            if let batch = next.batch { state.partitions[partition]?.leaderEpoch = batch.leaderEpoch }
            return true
        }
    }

    // MARK: Fetching

    /// Sends the fetches that can be sent now.
    ///
    /// - Parameter isPolled: Whether the application asks for records, or an answer has come to an application that may be
    ///   at work for long.
    private func sendFetches(isPolled: Bool) {
        var unknown: Set<String> = []
        let snapshot = client.metadata.snapshot
        let fetches = state.withLock { state in
            state.isClosed
                ? []
                : state.takeFetches(
                    snapshot, at: .now, policy: client.configuration.retryBackoff,
                    aheadLimit: Int(configuration.fetchMaximumBytes) / 2, isPolled: isPolled, unknown: &unknown)
        }
        if !unknown.isEmpty { client.metadata.refreshSoon(unknown) }
        for fetch in fetches { send(fetch) }
    }

    private func send(_ fetch: ConsumerState.Fetch) {
        let configuration = configuration
        let call = BrokerCall<FetchRequest>(
            versions: ClientVersions.fetch,
            timeout: configuration.fetchMaximumWait + client.configuration.requestTimeout
        ) { version in
            fetch.message(version: version, configuration)
        }
        client.transport.send(call, to: .node(fetch.node), over: lane) { [weak self] result in
            self?.receive(result, for: fetch)
        }
    }

    private func receive(_ result: Result<FetchResponse, any Error>, for fetch: ConsumerState.Fetch) {
        switch result {
        case .success(let response) where response.errorCode == ErrorCode.none.rawValue: take(response, for: fetch)
        case .success(let response): fail(fetch, .refused(ErrorCode(rawValue: response.errorCode)))
        case .failure(let error as KafkaClientError) where error.code == .closed:
            // The client has been closed below the consumer: no other try will do better.
            state.withLock { state in
                state.fetchingNodes.remove(fetch.node)
                state.moveSession(after: fetch, .lost)
                state.failure = error
            }
        case .failure(let error):
            // That nobody agrees on TLS does not pass by itself: the application hears of it, and what it does is its own.
            if let error = error as? KafkaClientError, error.code == .tlsFailed {
                state.withLock { $0.failure = error }
            }
            fail(fetch, .lost)
        }
        signal.set()
    }

    /// Takes an answer, which in a session names only the partitions that have news.
    private func take(_ response: FetchResponse, for fetch: ConsumerState.Fetch) {
        let answers = response.responses.flatMap { topic in
            topic.partitions.compactMap { data -> FetchedPartition? in
                // An answer without records would only be in the way of the next fetch.
                if data.errorCode == 0, data.preferredReadReplica < 0, data.records?.byteCount ?? 0 == 0 { return nil }
                guard let offset = fetch.offset(of: TopicPartition(topic.topic, data.partitionIndex)) else {
                    return nil
                }
                return FetchedPartition(
                    data, of: topic.topic, fetchOffset: offset, isolationLevel: configuration.isolationLevel)
            }
        }
        state.withLock { state in
            state.moveSession(after: fetch, .taken(sessionID: response.sessionID))
            state.receive(answers, from: fetch.node, at: .now, replicaAge: client.configuration.metadataMaximumAge)
        }
        // From here, not from the next poll: the broker waits for records while the application is being woken.
        if !answers.isEmpty { sendFetches(isPolled: false) }
    }

    /// Takes it that a fetch as a whole came to nothing.
    private func fail(_ fetch: ConsumerState.Fetch, _ answer: FetchSession.Answer) {
        // That a session is over is no fault of its partitions.
        let mustRepeat = FetchSession.mustRepeat(fetch.request, after: answer)
        state.withLock { state in
            state.fetchingNodes.remove(fetch.node)
            state.moveSession(after: fetch, answer)
            if mustRepeat { return }
            // The broker is away, or no longer who it was.
            for place in fetch.partitions {
                state.partitions[place.partition]?.preferredReplica = nil
                state.delay(place.partition, by: client.configuration.retryBackoff, from: .now)
            }
        }
        if mustRepeat { return sendFetches(isPolled: false) }
        let topics = Set(fetch.partitions.lazy.map(\.partition.topic))
        if !isClosed { client.metadata.refreshSoon(topics) }
    }

    /// Has brokers forget the fetch sessions, whose room others may need; waits for nothing.
    ///
    /// Not over the lane of the fetches: there a request would wait behind a fetch that waits for records, and end with the
    /// lane. A session is known by its number, wherever that comes from.
    func closeSessions() {
        for (node, id) in state.withLock({ $0.takeSessions() }) {
            let call = BrokerCall<FetchRequest>(
                versions: ClientVersions.firstFetchWithSessions...ClientVersions.fetch.upperBound,
                timeout: client.configuration.requestTimeout
            ) { _ in
                FetchRequest(sessionID: id, sessionEpoch: FetchSession.finalEpoch)
            }
            // Should it not arrive, the session gives way when others need the room.
            client.transport.send(call, to: .node(node), over: .shared) { _ in }
        }
    }

    // MARK: Errors of partitions

    private func handle(_ fetched: FetchedPartition) throws {
        let partition = fetched.partition
        guard let error = KafkaClientError(rawCode: fetched.errorCode, while: "reading \(partition)") else { return }
        switch error.errorCode {
        case ErrorCode.offsetOutOfRange?: try resetOutOfRange(fetched, error)
        case ErrorCode.corruptMessage?:
            // Retriable where a request was damaged on its way; what is damaged at the broker stays so, and asking on
            // and on would look like a topic without records.
            state.withLock { $0.delay(partition, by: client.configuration.retryBackoff, from: .now) }
            throw KafkaClientError(
                .malformedResponse,
                "the broker finds the records of \(partition) at offset \(fetched.fetchOffset) damaged; seek past them"
                    + " to go on", errorCode: .corruptMessage, cause: error)
        case _ where error.isRetriable:
            client.metadata.invalidate(partition.topic)
            client.metadata.refreshSoon([partition.topic])
            state.withLock { state in
                state.partitions[partition]?.preferredReplica = nil
                state.delay(partition, by: client.configuration.retryBackoff, from: .now)
            }
        default:
            state.withLock { $0.delay(partition, by: client.configuration.retryBackoff, from: .now) }
            throw error
        }
    }

    private func resetOutOfRange(_ fetched: FetchedPartition, _ error: KafkaClientError) throws {
        let partition = fetched.partition
        // A follower that lags or has lost its end does not know (KIP-392): the leader is asked.
        guard !state.withLock({ $0.forgetReplica(of: partition) }) else { return }
        let mark: Int64
        switch configuration.autoOffsetReset {
        case .earliest: mark = OffsetLookup.Mark.earliest
        case .latest: mark = OffsetLookup.Mark.latest
        case .none:
            state.withLock { $0.delay(partition, by: client.configuration.retryBackoff, from: .now) }
            throw KafkaClientError(
                .noOffset,
                "\(partition) has no record at offset \(fetched.fetchOffset); seek to one it has, or set autoOffsetReset",
                errorCode: .offsetOutOfRange, cause: error)
        }
        client.logger.warning(
            "offset out of range, starting over",
            metadata: ["partition": "\(partition)", "offset": "\(fetched.fetchOffset)"])
        try state.withLock { state in
            guard state.partitions[partition]?.offset == fetched.fetchOffset else { return }
            try state.move(partition, to: nil, seeking: mark)
        }
    }
}
