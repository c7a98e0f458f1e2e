import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

extension FetchRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<FetchResponse>) {
        broker.fetch(self, context, reply)
    }
}

extension Broker {
    /// Gives a consumer the batches from its offsets on; with too little there the request waits for more.
    func fetch(_ request: FetchRequest, _ context: RequestContext, _ reply: @escaping Reply<FetchResponse>) {
        let session = fetchSessions.plan(request)
        guard session.error == .none else {
            reply(FetchResponse(errorCode: session.error.rawValue))
            return
        }
        let plan = FetchPlan(
            entries: session.targets.map { entry(for: $0, context) },
            maxBytes: min(Int(max(0, request.maxBytes)), fetchLimit(context)),
            isolation: FetchIsolation(level: request.isolationLevel))
        let answer: @Sendable ([FetchPlan.Outcome]) -> Void = { [self] outcomes in
            var response = response(plan, outcomes, sessionID: session.sessionID)
            if let throttled = throttled(response, session, context) { return reply(throttled) }
            fetchSessions.trim(&response, plan: session)
            reply(response)
        }
        let finish: @Sendable ([FetchPlan.Outcome]) -> Void = { [self] outcomes in
            // A consumer far behind must not keep the loop from those at the tail.
            guard outcomes.contains(where: { $0.slice.map(Self.takesLong) ?? false }) else { return answer(outcomes) }
            pool.submit { _ in
                for case let slice? in outcomes.map(\.slice) where slice.mayWaitForDevice { slice.load() }
                answer(outcomes)
            }
        }
        // More than the answer may carry would never be there.
        let minBytes = min(Int(request.minBytes), plan.maxBytes)
        let found = plan.look()
        if found.bytes >= minBytes || found.hasError || request.maxWaitMs <= 0 || plan.entries.isEmpty {
            finish(found.outcomes)
        } else {
            let parked = ParkedFetch(plan: plan, minBytes: minBytes, loop: context.loop, finish: finish)
            context.hold(parked)
            parked.park(deadlines: deadlines, timeout: .milliseconds(Int64(request.maxWaitMs)))
        }
    }

    /// Whether reading `slice` waits for the device, or checks more bytes than a loop should: a megabyte takes 0.1 ms.
    private static func takesLong(_ slice: LogSlice) -> Bool {
        slice.byteCount >= ConnectionHandler.sendfileThreshold && !slice.isVerified || slice.mayWaitForDevice
    }

    /// Bytes of records that an answer holds in memory; those of further partitions go out from their files, however
    /// few they are. An answer may have to wait for a client that is slow to take it.
    private static let maxBytesInMemory = 1 << 20

    private func entry(for target: FetchTarget, _ context: RequestContext) -> FetchPlan.Entry {
        func failure(_ code: ErrorCode) -> FetchPlan.Entry {
            FetchPlan.Entry(target: target, partition: .failure(code))
        }
        let isByID = context.version >= 13
        guard let topic = isByID ? partitions.topic(target.topicID) : partitions.topic(target.topic) else {
            return failure(isByID ? .unknownTopicID : .unknownTopicOrPartition)
        }
        guard authorizer.allows(context.principal, .read, .topic(topic.name)) else {
            return failure(.topicAuthorizationFailed)
        }
        let index = Int(target.request.partition)
        guard topic.partitions.indices.contains(index) else { return failure(.unknownTopicOrPartition) }
        return FetchPlan.Entry(target: target, partition: .success(topic.partitions[index]))
    }

    private func response(_ plan: FetchPlan, _ outcomes: [FetchPlan.Outcome], sessionID: Int32) -> FetchResponse {
        var response = FetchResponse(sessionID: sessionID)
        var bytesInMemory = 0
        for (entry, outcome) in zip(plan.entries, outcomes) {
            let isNewTopic =
                response.responses.last.map {
                    $0.topic != entry.target.topic || $0.topicID != entry.target.topicID
                } ?? true
            if isNewTopic { response.responses.append(.init(topic: entry.target.topic, topicID: entry.target.topicID)) }
            response.responses[response.responses.count - 1].partitions.append(
                data(entry, outcome, plan.isolation, &bytesInMemory))
        }
        return response
    }

    private func data(
        _ entry: FetchPlan.Entry, _ outcome: FetchPlan.Outcome, _ isolation: FetchIsolation,
        _ bytesInMemory: inout Int
    ) -> FetchResponse.PartitionData {
        var data = FetchResponse.PartitionData(
            partitionIndex: entry.target.request.partition, errorCode: outcome.error.rawValue, highWatermark: -1,
            abortedTransactions: nil, records: .bytes(.empty))
        if let marks = outcome.watermarks {
            data.highWatermark = marks.highWatermark.rawValue
            data.lastStableOffset = marks.lastStableOffset.rawValue
            data.logStartOffset = marks.logStartOffset.rawValue
        }
        if isolation == .transactionCommitted {
            data.abortedTransactions = outcome.abortedTransactions.map {
                .init(producerID: $0.producerID.rawValue, firstOffset: $0.firstOffset.rawValue)
            }
        }
        guard let slice = outcome.slice else { return data }
        do throws(LogError) {
            if slice.byteCount >= ConnectionHandler.sendfileThreshold
                || bytesInMemory + slice.byteCount > Self.maxBytesInMemory
            {
                data.records = .external(FileRecords(try slice.verified()))
            } else {
                data.records = .bytes(try slice.readBytes())
                bytesInMemory += slice.byteCount
            }
        } catch {
            // What cannot be vouched for is not served; the log's observer has named file and position.
            data.errorCode = ErrorCode(error).rawValue
        }
        return data
    }
}

extension FetchIsolation {
    /// How far a consumer sees that asks for this isolation level (KIP-98): 1 is that of committed records.
    init(level: Int8) { self = level == 1 ? .transactionCommitted : .highWatermark }
}
