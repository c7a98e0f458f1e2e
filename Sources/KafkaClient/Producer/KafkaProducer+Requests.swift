import KafkaProtocol
import RecordFormat
import Synchronization

extension KafkaProducer {
    /// Sends whatever may leave.
    ///
    /// Encoding and compressing happen here, outside of the lock, on the thread of whoever made a batch ready.
    func pump() {
        var finished: Int32?
        while true {
            let (request, actions) = state.withLock { state in
                state.nextRequest(finished: finished, at: .now, leader: client.metadata.leader(of:))
            }
            perform(actions)
            guard let request else { return }
            send(request)
            finished = request.node
        }
    }

    /// Does what the state asked for, without holding its lock.
    func perform(_ actions: ProducerState.Actions) {
        for (outcome, records, result) in actions.decisions { outcome.decide(records, result) }
        for sender in actions.grantedSenders { sender.resume() }
        for (sender, error) in actions.refusedSenders { sender.resume(throwing: error) }
        for topic in actions.staleTopics { client.metadata.invalidate(topic) }
        if !actions.staleTopics.isEmpty { client.metadata.refreshSoon(actions.staleTopics) }
        if actions.needsIdentity { Task { await self.fetchIdentity() } }
        if !actions.partitionsToAdd.isEmpty { Task { await self.addPartitions(actions.partitionsToAdd) } }
        for waiter in actions.settled { waiter.resume() }
        if let wake = actions.wake { scheduleWake(at: wake) }
    }

    // MARK: Requests

    private func send(_ request: ProducerState.Request) {
        let data: ProduceRequest
        do {
            data = try makeRequest(request)
        } catch {
            // The transport is not involved, and no completion may run before `pump` goes on.
            let failure = KafkaClientError(.invalidArgument, "the batch cannot be encoded", cause: error)
            client.scheduler.execute { self.finish(request, .failure(failure)) }
            return
        }
        let call = BrokerCall<ProduceRequest>(
            versions: configuration.transactionalID == nil
                ? ClientVersions.produce : ClientVersions.produceInTransaction,
            // Beyond what the broker may take to hear its replicas, the way there and back.
            timeout: configuration.requestTimeout + client.configuration.requestTimeout,
            expectsResponse: configuration.acknowledgement != .none
        ) { _ in data }
        client.transport.send(call, to: .node(request.node), over: .shared) { result in self.finish(request, result) }
    }

    private func makeRequest(_ request: ProducerState.Request) throws -> ProduceRequest {
        var topics: [ProduceRequest.TopicProduceData] = []
        for (partition, batch) in request.batches {
            let data = ProduceRequest.PartitionProduceData(
                index: partition.partition,
                records: try batch.encoded(
                    codec: configuration.compression, isTransactional: configuration.transactionalID != nil))
            if let position = topics.firstIndex(where: { $0.name == partition.topic }) {
                topics[position].partitionData.append(data)
            } else {
                topics.append(ProduceRequest.TopicProduceData(name: partition.topic, partitionData: [data]))
            }
        }
        return ProduceRequest(
            transactionalID: configuration.transactionalID, acks: configuration.acknowledgement.rawValue,
            timeoutMs: configuration.requestTimeout.wholeMilliseconds,
            topicData: topics)
    }

    private func finish(_ request: ProducerState.Request, _ result: Result<ProduceResponse, any Error>) {
        let answers = self.answers(to: request, from: result)
        perform(
            state.withLock { state in
                state.receive(answers, to: request, at: .now, leader: client.metadata.leader(of:))
            })
        pump()
    }

    /// What became of each batch of a request.
    private func answers(
        to request: ProducerState.Request, from result: Result<ProduceResponse, any Error>
    ) -> [BatchAnswer] {
        switch result {
        case .failure(let error):
            let failure =
                error as? KafkaClientError
                ?? KafkaClientError(.disconnected, "the produce request failed", cause: error)
            return request.batches.map { _ in .failed(failure) }
        case .success where configuration.acknowledgement == .none:
            return request.batches.map { _ in .written(.init(baseOffset: nil, appendTime: nil)) }
        case .success(let response):
            throttle.note(milliseconds: response.throttleTimeMs, at: .now)
            var byPartition: [TopicPartition: ProduceResponse.PartitionProduceResponse] = [:]
            for topic in response.responses {
                for partition in topic.partitionResponses {
                    byPartition[TopicPartition(topic.name, partition.index)] = partition
                }
            }
            return request.batches.map { partition, _ in Self.answer(byPartition[partition], for: partition) }
        }
    }

    private static func answer(
        _ response: ProduceResponse.PartitionProduceResponse?, for partition: TopicPartition
    ) -> BatchAnswer {
        guard let response else {
            return .failed(KafkaClientError(.disconnected, "the broker's answer leaves out \(partition)"))
        }
        if response.errorCode == ErrorCode.duplicateSequenceNumber.rawValue {
            // Written before, too long ago for the broker to remember where.
            return .written(.init(baseOffset: nil, appendTime: nil))
        }
        let detail = response.recordErrors.first?.batchIndexErrorMessage ?? response.errorMessage
        if let error = KafkaClientError(rawCode: response.errorCode, detail: detail, while: "writing to \(partition)") {
            return .failed(error)
        }
        return .written(
            .init(
                baseOffset: response.baseOffset >= 0 ? LogOffset(response.baseOffset) : nil,
                appendTime: response.logAppendTimeMs >= 0 ? Timestamp(milliseconds: response.logAppendTimeMs) : nil))
    }

    // MARK: Identity

    /// Gets an identity from the cluster (KIP-98); retries for as long as records may wait for it.
    private func fetchIdentity() async {
        let retry = Retry(
            policy: client.configuration.retryBackoff, deadline: .now.advanced(by: configuration.deliveryTimeout))
        let result: Result<ProducerIdentity, KafkaClientError>
        do {
            result = .success(
                try await retry.run {
                    let response = try await self.client.call(
                        InitProducerIdRequest(transactionalID: nil, transactionTimeoutMs: .max),
                        versions: ClientVersions.initProducerID)
                    if let error = KafkaClientError(rawCode: response.errorCode, while: "getting a producer id") {
                        throw error
                    }
                    return ProducerIdentity(
                        id: ProducerID(response.producerID), epoch: ProducerEpoch(response.producerEpoch))
                })
        } catch {
            result = .failure(
                error as? KafkaClientError
                    ?? KafkaClientError(
                        .producerFailed, "no producer id could be had; make a new producer", cause: error))
        }
        perform(state.withLock { $0.receiveIdentity(result, at: .now, leader: client.metadata.leader(of:)) })
        pump()
    }

    // MARK: Room

    /// Waits for `size` bytes of the buffer, which count as used afterwards.
    ///
    /// - Throws: ``KafkaClientError`` with code `.bufferExhausted` at `deadline`, or `CancellationError`.
    func reserveRoom(_ size: Int, until deadline: ContinuousClock.Instant) async throws {
        let id = state.withLock { $0.makeSenderID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal = state.withLock { state -> (any Error)? in
                    do { try Self.checkOpen(state) } catch { return error }
                    if Task.isCancelled { return CancellationError() }
                    state.senders.append(.init(id: id, size: size, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let refusal { return continuation.resume(throwing: refusal) }
                // Gives the room if it became free meanwhile, and lets batches leave that linger.
                perform(state.withLock { $0.tick(.now, leader: client.metadata.leader(of:)) })
                pump()
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let position = state.senders.firstIndex(where: { $0.id == id }) else { return nil }
                return state.senders.remove(at: position).continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}
