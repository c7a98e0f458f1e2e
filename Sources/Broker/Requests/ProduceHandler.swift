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

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>) {
        broker.produce(self, context, reply)
    }
}

extension Broker {
    /// Appends what a producer sends; with acks=all the answer waits until it is durable on every in-sync replica.
    func produce(_ request: ProduceRequest, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>) {
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
        var awaited: [(partition: Partition, offset: LogOffset, topic: Int, index: Int)] = []
        for topic in request.topicData {
            var answer = ProduceResponse.TopicProduceResponse(name: topic.name, topicID: topic.topicID)
            let target = produceTarget(topic, request, context)
            for data in topic.partitionData {
                var partitionAnswer = ProduceResponse.PartitionProduceResponse(index: data.index)
                switch target {
                case .failure(let error): partitionAnswer.fail(error.code, message: error.message)
                case .success(let partitions):
                    if !refusals.isEmpty, partitions.indices.contains(Int(data.index)),
                        let refusal = refusals[partitions[Int(data.index)].id]
                    {
                        partitionAnswer.fail(refusal)
                    } else if let refusal = refusal(of: data, request, context) {
                        partitionAnswer.fail(refusal.code, message: refusal.message)
                    } else if let wait = append(data, to: partitions, request, &partitionAnswer) {
                        awaited.append((wait.0, wait.1, response.responses.count, answer.partitionResponses.count))
                    }
                }
                answer.partitionResponses.append(partitionAnswer)
            }
            response.responses.append(answer)
        }
        guard request.acks == -1, !awaited.isEmpty else {
            reply(response)
            return
        }
        hold(awaited, response, timeout: .milliseconds(Int64(max(0, request.timeoutMs))), context, reply)
    }

    private struct Refusal: Error {
        var code: ErrorCode
        var message: String?
    }

    /// The partitions of the topic that `topic` names, by name or from version 13 on by identity.
    private func produceTarget(
        _ topic: ProduceRequest.TopicProduceData, _ request: ProduceRequest, _ context: RequestContext
    ) -> Result<[Partition], Refusal> {
        guard (-1...1).contains(request.acks) else {
            return .failure(Refusal(code: .invalidRequiredAcks, message: "acks is \(request.acks), must be -1, 0 or 1"))
        }
        guard let found = producedTopic(topic, context) else {
            let isByID = context.version >= Self.firstProduceVersionWithTopicIDs
            return .failure(Refusal(code: isByID ? .unknownTopicID : .unknownTopicOrPartition, message: nil))
        }
        guard authorizer.allows(context.principal, .write, .topic(found.name)) else {
            return .failure(Refusal(code: .topicAuthorizationFailed, message: nil))
        }
        guard !found.isInternal else {
            return .failure(
                Refusal(code: .invalidTopicException, message: "\(found.name) is written by the cluster itself"))
        }
        return .success(found.partitions)
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

    /// What Kafka refuses in a batch before any log sees it: a client that is told "corrupt" would send it again.
    private func refusal(
        of data: ProduceRequest.PartitionProduceData, _ request: ProduceRequest, _ context: RequestContext
    ) -> Refusal? {
        guard let records = data.records, records.count >= RecordBatchHeader.size else { return nil }
        let magic = records[RecordBatchHeader.Position.magic]
        guard magic == 2 else {
            return Refusal(code: .invalidRecord, message: "record batches of format 2 are taken, not \(magic)")
        }
        guard let header = try? RecordBatchHeader(parsing: records.bytes) else { return nil }
        if header.attributes.isTransactional, request.transactionalID == nil {
            return Refusal(
                code: .transactionalIDAuthorizationFailed,
                message: "the records are a transaction's, and the request names none")
        }
        if context.version < Self.firstProduceVersionWithZstd, header.attributes.codec == .zstd {
            return Refusal(
                code: .unsupportedCompressionType,
                message: "zstd came with version \(Self.firstProduceVersionWithZstd) of Produce")
        }
        return nil
    }

    /// The first version whose consumers can be counted on to know zstd (KIP-110).
    private static let firstProduceVersionWithZstd: Int16 = 7

    /// Appends one partition's records; returns what to wait for.
    private func append(
        _ data: ProduceRequest.PartitionProduceData, to partitions: [Partition], _ request: ProduceRequest,
        _ answer: inout ProduceResponse.PartitionProduceResponse
    ) -> (Partition, LogOffset)? {
        guard data.index >= 0, Int(data.index) < partitions.count else {
            answer.fail(.unknownTopicOrPartition)
            return nil
        }
        guard let records = data.records, !records.isEmpty else {
            answer.fail(.invalidRecord, message: "there is no record batch to append")
            return nil
        }
        let partition = partitions[Int(data.index)]
        guard request.acks != -1 || !partition.isShortOfReplicas else {
            answer.fail(
                .notEnoughReplicas,
                message:
                    "1 replica is in sync, min.insync.replicas of \(partition.id.topic) is \(partition.minInSyncReplicas)"
            )
            return nil
        }
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
            return (partition, result.nextOffset)
        } catch {
            logRefusal(error, partition)
            answer.fail(ErrorCode(error), message: error.message)
            return nil
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
        _ awaited: [(partition: Partition, offset: LogOffset, topic: Int, index: Int)], _ response: ProduceResponse,
        timeout: Duration, _ context: RequestContext, _ reply: @escaping Reply<ProduceResponse>
    ) {
        let pending = PendingProduce(
            response: response, places: awaited.map { ($0.topic, $0.index) }, loop: context.loop, answer: reply)
        for (index, wait) in awaited.enumerated() {
            if let outcome = wait.partition.wait(for: wait.offset, request: pending, index: index) {
                _ = pending.resolve(index, outcome)
            }
        }
        if pending.didRegister() { pending.run() } else { deadlines.add(pending, timeout: timeout) }
    }
}
