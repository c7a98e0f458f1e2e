import KafkaProtocol
import LogCore
import Logging
import RecordFormat

extension ProduceRequest: ServedRequest {
    static var isPipelined: Bool { true }

    var wantsAnswer: Bool { acks != 0 }

    static func isFailure(_ response: ProduceResponse) -> Bool {
        response.responses.contains { $0.partitionResponses.contains { $0.errorCode != 0 } }
    }

    static func complete(_ response: inout ProduceResponse, by broker: Broker, _ context: RequestContext) {
        broker.pointToLeaders(in: &response, context)
    }

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>) {
        broker.produce(self, context, reply)
    }
}

extension Broker {
    /// Appends what a producer sends; with acks=all the answer waits until it is durable on every in-sync replica.
    func produce(_ request: ProduceRequest, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>) {
        if request.hasTransactionalRecords {
            let isAllowed = request.transactionalID.map {
                authorizer.allows(context.principal, .write, .transactionalID($0))
            }
            guard isAllowed ?? false else { return refuse(request, with: .transactionalIDAuthorizationFailed, reply) }
        }
        // Before records of a transaction are appended its coordinator may have to be asked.
        guard let transactionalID = request.transactionalID else { return append(request, [:], context, reply) }
        produce(request, in: transactionalID, context, reply)
    }

    /// Appends what a producer sends, except to the partitions that `refusals` has.
    func append(
        _ request: ProduceRequest, _ refusals: [TopicPartition: ErrorCode], _ context: RequestContext,
        _ reply: @escaping Reply<ProduceResponse>
    ) {
        var response = ProduceResponse()
        response.responses.reserveCapacity(request.topicData.count)
        var awaited: [(partition: Partition, appended: AppendResult, topic: Int, index: Int)] = []
        for topic in request.topicData {
            var answer = ProduceResponse.TopicProduceResponse(name: topic.name, topicID: topic.topicID)
            let target = produceTarget(topic, context)
            for data in topic.partitionData {
                var partitionAnswer = ProduceResponse.PartitionProduceResponse(index: data.index)
                var appended: (partition: Partition, result: AppendResult)?
                do {
                    try refusedBatches.check(data, of: topic, now: now)
                    let (partition, records) = try admit(data, to: target.get(), request, refusals, context)
                    appended = append(records, to: partition, request, &partitionAnswer).map { (partition, $0) }
                } catch {
                    partitionAnswer.fail(error.code, message: error.message)
                }
                refusedBatches.note(partitionAnswer, to: data, of: topic, now: now)
                if request.acks == -1, let appended {
                    switch appended.partition.outcome(of: appended.result) {
                    case ErrorCode.none?: break
                    case let error?: partitionAnswer.fail(error)
                    case nil:
                        awaited.append(
                            (
                                appended.partition, appended.result, response.responses.count,
                                answer.partitionResponses.count
                            ))
                    }
                }
                answer.partitionResponses.append(partitionAnswer)
            }
            response.responses.append(answer)
        }
        guard !awaited.isEmpty else {
            reply(response)
            return
        }
        hold(awaited, response, timeout: .milliseconds(Int64(max(0, request.timeoutMs))), context, reply)
    }

    /// The topic that `topic` names, if the client may write to it.
    ///
    /// By name it is asked first whether the client may: who may not is not told what exists.
    private func produceTarget(
        _ topic: ProduceRequest.TopicProduceData, _ context: RequestContext
    ) -> Result<PartitionRegistry.Topic, RequestRefusal> {
        let isByID = context.version >= Self.firstProduceVersionWithTopicIDs
        let found = producedTopic(topic, context)
        if isByID, found == nil { return .failure(RequestRefusal(.unknownTopicID)) }
        guard authorizer.allows(context.principal, .write, .topic(found?.name ?? topic.name)) else {
            return .failure(RequestRefusal(.topicAuthorizationFailed))
        }
        return found.map { .success($0) } ?? .failure(RequestRefusal(.unknownTopicOrPartition))
    }

    /// The topic that `topic` names, if it is here.
    func producedTopic(
        _ topic: ProduceRequest.TopicProduceData, _ context: RequestContext
    ) -> PartitionRegistry.Topic? {
        context.version >= Self.firstProduceVersionWithTopicIDs
            ? partitions.topic(topic.topicID) : partitions.topic(topic.name)
    }

    /// The first version that names topics by their identity.
    private static let firstProduceVersionWithTopicIDs: Int16 = 13
    /// The first version that names the leader to go to, and where it is (KIP-951).
    private static let firstProduceVersionWithLeaders: Int16 = 10
    /// The first version whose consumers can be counted on to know zstd (KIP-110).
    private static let firstProduceVersionWithZstd: Int16 = 7

    /// Finds the partition that one partition's records go to, unless they are refused before any log sees them; in
    /// Kafka's order, for clients act on the code.
    private func admit(
        _ data: ProduceRequest.PartitionProduceData, to topic: PartitionRegistry.Topic, _ request: ProduceRequest,
        _ refusals: [TopicPartition: ErrorCode], _ context: RequestContext
    ) throws(RequestRefusal) -> (Partition, ByteSlice) {
        guard topic.has(data.index) else { throw RequestRefusal(.unknownTopicOrPartition) }
        let records = try checkBatch(data, context)
        let partition: Partition
        switch topic.led(data.index) {
        case .failure(let error): throw RequestRefusal(error)
        case .success(let led): partition = led
        }
        if !refusals.isEmpty, let refusal = refusals[partition.id] { throw RequestRefusal(refusal) }
        guard (-1...1).contains(request.acks) else {
            throw RequestRefusal(.invalidRequiredAcks, "acks is \(request.acks), must be -1, 0 or 1")
        }
        guard !topic.isInternal else {
            throw RequestRefusal(.invalidTopicException, "\(topic.name) is written by the cluster itself")
        }
        guard request.acks != -1 || !partition.isShortOfReplicas else {
            throw RequestRefusal(
                .notEnoughReplicas,
                "\(partition.inSyncCount) replica(s) are in sync, min.insync.replicas of \(topic.name) is \(partition.minInSyncReplicas)"
            )
        }
        // What is above max.message.bytes too is the log's to refuse, by the name of that limit.
        if records.count > partition.segmentBytes, records.count <= partition.log.configuration.maxMessageBytes {
            throw RequestRefusal(
                .recordListTooLarge,
                "the batch has \(records.count) bytes, a segment of \(topic.name) takes \(partition.segmentBytes) "
                    + "(segment.bytes)")
        }
        return (partition, records)
    }

    /// Checks what a batch says of itself before its content is looked at.
    private func checkBatch(
        _ data: ProduceRequest.PartitionProduceData, _ context: RequestContext
    ) throws(RequestRefusal) -> ByteSlice {
        guard let records = data.records, let size = Self.batchSize(in: records), size <= records.count else {
            throw RequestRefusal(.invalidRecord, "there is no whole record batch to append")
        }
        // Too short for a batch of any format: the log says so.
        guard size >= RecordBatchHeader.size else { return records }
        let magic = records[RecordBatchHeader.Position.magic]
        guard magic == 2 else {
            throw RequestRefusal(.invalidRecord, "record batches of format 2 are taken, not \(magic)")
        }
        guard let header = try? RecordBatchHeader(parsing: records.bytes) else { return records }
        if context.version < Self.firstProduceVersionWithZstd, header.attributes.codec == .zstd {
            throw RequestRefusal(
                .unsupportedCompressionType, "zstd came with version \(Self.firstProduceVersionWithZstd) of Produce")
        }
        guard header.baseOffset == LogOffset(0) else {
            throw RequestRefusal(
                .invalidRecord, "the base offset of a producer's batch is 0, here it is \(header.baseOffset)")
        }
        return records
    }

    /// Bytes of the first batch in `records`, by its own account; `nil` if that is not there.
    private static func batchSize(in records: ByteSlice) -> Int? {
        // Base offset and length, which counts what comes behind it.
        let prefix = 12
        guard records.count >= prefix else { return nil }
        let length = (8..<prefix).reduce(UInt32(0)) { $0 << 8 | UInt32(records[$1]) }
        return prefix + Int(Int32(bitPattern: length))
    }

    /// Appends one partition's records; returns what to wait for.
    private func append(
        _ records: ByteSlice, to partition: Partition, _ request: ProduceRequest,
        _ answer: inout ProduceResponse.PartitionProduceResponse
    ) -> AppendResult? {
        do throws(LogError) {
            let origin = AppendOrigin.producer(partition.leaderEpoch)
            // Of a request without a transactional id no batch is a transaction's.
            let producer = request.transactionalID == nil ? nil : Self.transactionalProducer(of: records)
            let result =
                if let producer {
                    try partition.append(records, of: producer, from: origin, now: now())
                } else {
                    try partition.log.append(records, from: origin, now: now())
                }
            answer.baseOffset = result.firstOffset.rawValue
            answer.logAppendTimeMs = result.logAppendTime?.milliseconds ?? -1
            answer.logStartOffset = result.logStartOffset.rawValue
            partition.didAppend(store: store)
            return result
        } catch {
            logRefusal(error, partition)
            answer.fail(ErrorCode(error), message: error.message)
            // As Kafka does for what is wrong with the records: an idempotent producer compares it with what it has sent.
            if error.isOfContent { answer.logStartOffset = partition.log.watermarks.logStartOffset.rawValue }
            answer.recordErrors = error.records.map {
                .init(batchIndex: Int32($0.index), batchIndexErrorMessage: $0.message)
            }
            return nil
        }
    }

    /// Adds to an answer who leads the partitions that this broker does not (KIP-951).
    fileprivate func pointToLeaders(in response: inout ProduceResponse, _ context: RequestContext) {
        guard context.version >= Self.firstProduceVersionWithLeaders else { return }
        let isMisled = response.responses.contains { topic in
            topic.partitionResponses.contains { $0.errorCode == ErrorCode.notLeaderOrFollower.rawValue }
        }
        guard isMisled else { return }
        var leaders: [Int32] = []
        for topic in response.responses.indices {
            let isByID = context.version >= Self.firstProduceVersionWithTopicIDs
            let answer = response.responses[topic]
            let name = isByID ? metadata.image.topic(answer.topicID)?.name : answer.name
            for (index, partition) in answer.partitionResponses.enumerated()
            where partition.errorCode == ErrorCode.notLeaderOrFollower.rawValue {
                guard let name else { continue }
                let leader = currentLeader(of: TopicPartition(name, partition.index))
                response.responses[topic].partitionResponses[index].currentLeader = .init(
                    leaderID: leader.id, leaderEpoch: leader.epoch)
                leaders.append(leader.id)
            }
        }
        response.nodeEndpoints = endpoints(of: leaders, context).map {
            .init(nodeID: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack)
        }
    }

    /// A client's mistake is the client's to log; a fault of ours is ours.
    private func logRefusal(_ error: LogError, _ partition: Partition) {
        switch ErrorCode(error) {
        case .kafkaStorageError: logger.error("append to \(partition.id) failed: \(error)")
        default: logger.debug("append to \(partition.id) refused: \(error)")
        }
    }

    private func hold(
        _ awaited: [(partition: Partition, appended: AppendResult, topic: Int, index: Int)],
        _ response: ProduceResponse,
        timeout: Duration, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>
    ) {
        let pending = PendingProduce(
            response: response, places: awaited.map { ($0.topic, $0.index) }, loop: context.loop, answer: reply)
        for (index, wait) in awaited.enumerated() {
            if let outcome = wait.partition.wait(for: wait.appended, request: pending, index: index) {
                _ = pending.resolve(index, outcome)
            }
        }
        if pending.didRegister() { pending.run() } else { deadlines.add(pending, timeout: timeout) }
    }
}

extension ProduceRequest {
    /// Whether any batch says that it is part of a transaction.
    fileprivate var hasTransactionalRecords: Bool {
        topicData.contains { topic in
            topic.partitionData.contains { data in
                typealias Position = RecordBatchHeader.Position
                guard let records = data.records, records.count >= RecordBatchHeader.size,
                    records[Position.magic] == 2
                else { return false }
                let low = Position.attributes + 1
                return RecordBatchAttributes(rawValue: Int16(records[low])).isTransactional
            }
        }
    }
}

extension LogError {
    /// Whether a producer's records are refused for what they are, or for whose they are.
    fileprivate var isOfContent: Bool {
        switch code {
        case .invalidRecord, .invalidTimestamp, .fencedProducer, .outOfOrderSequence, .invalidTransactionState,
            .tooManyProducers:
            true
        default: false
        }
    }
}
