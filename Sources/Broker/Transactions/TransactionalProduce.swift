import Coordination
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat

extension Broker {
    /// The first version by which a producer makes partitions part of its transaction as it sends to them (KIP-890).
    private static let firstProduceVersionAddingPartitions: Int16 = 12
    /// The first version whose clients know TRANSACTION_ABORTABLE (KIP-890).
    private static let firstProduceVersionWithAbortable: Int16 = 11

    /// Appends what a producer sends in a transaction.
    ///
    /// Requests of one transactional id take effect in the order in which they came, also where the first one has to
    /// wait until its transaction is durable: batches in another order would be refused.
    func produce(
        _ request: ProduceRequest, in transactionalID: String, _ context: RequestContext,
        _ reply: @escaping Reply<ProduceResponse>
    ) {
        context.keepRequest()
        transactionalProduces.serve(transactionalID) { [self] in
            let newcomers = newcomers(in: request, context)
            let proceed: @Sendable ([TopicPartition: ErrorCode]) -> Void = { [self] refusals in
                append(request, refusals, context, reply)
                transactionalProduces.finish(transactionalID)
            }
            guard let producer = newcomers.first?.producer else { return proceed([:]) }
            guard newcomers.allSatisfy({ $0.producer == producer }) else {
                return proceed(Dictionary(uniqueKeysWithValues: newcomers.map { ($0.id, .invalidProducerIDMapping) }))
            }
            let addition = PartitionAddition(
                transactionalID: TransactionalID(transactionalID), producer: producer,
                partitions: Set(newcomers.map(\.id)))
            let adds = context.version >= Self.firstProduceVersionAddingPartitions
            admit(addition, adds: adds) { errors in
                let refusals = errors.mapValues {
                    ErrorCode(
                        refusingAdmission: $0,
                        knowsAbortable: context.version >= Self.firstProduceVersionWithAbortable,
                        addsPartitions: adds, retry: .notEnoughReplicas)
                }
                // Back to the loop: an append is not the work of whoever has brought the answer.
                context.loop.execute { proceed(refusals) }
            }
        }
    }

    /// A partition that a request sends to and in whose log the producer has no transaction open.
    private struct Newcomer {
        var id: TopicPartition
        var producer: ProducerIdentity
    }

    /// The partitions that a request would open a transaction in, each once.
    private func newcomers(in request: ProduceRequest, _ context: RequestContext) -> [Newcomer] {
        var found: [TopicPartition: ProducerIdentity] = [:]
        for topic in request.topicData {
            guard let target = producedTopic(topic, context), !target.isInternal,
                authorizer.allows(context.principal, .write, .topic(target.name))
            else { continue }
            for data in topic.partitionData {
                guard case .success(let partition) = target.led(data.index), let records = data.records,
                    let producer = Self.transactionalProducer(of: records), partition.needsAdmission(producer)
                else { continue }
                found[partition.id] = producer
            }
        }
        return found.map { Newcomer(id: $0.key, producer: $0.value) }
    }

    /// The producer of a batch that is part of a transaction; `nil` for any other.
    static func transactionalProducer(of records: ByteSlice) -> ProducerIdentity? {
        guard let header = try? RecordBatchHeader(parsing: records.bytes), header.attributes.isTransactional,
            header.hasProducer
        else { return nil }
        return ProducerIdentity(header.producerID, header.producerEpoch)
    }

    /// Refuses a whole request.
    func refuse(_ request: ProduceRequest, with error: ErrorCode, _ reply: Reply<ProduceResponse>) {
        reply(
            ProduceResponse(
                responses: request.topicData.map { topic in
                    ProduceResponse.TopicProduceResponse(
                        name: topic.name, topicID: topic.topicID,
                        partitionResponses: topic.partitionData.map { data in
                            var answer = ProduceResponse.PartitionProduceResponse(index: data.index)
                            answer.fail(error)
                            return answer
                        })
                }))
    }

    /// Asks a transaction's coordinator whether partitions are part of it, and lets its records into them if so.
    ///
    /// - Parameters:
    ///   - adds: Whether partitions that are not become part of it.
    ///   - completion: Called once, with the partitions that stay closed, and why.
    func admit(
        _ request: PartitionAddition, adds: Bool,
        completion: @escaping @Sendable ([TopicPartition: TransactionError]) -> Void
    ) {
        let questions = request.partitions.compactMap { id in
            partitions.copy(id).map { ($0, $0.gate.request(request.producer)) }
        }
        let settle: @Sendable ([TopicPartition: TransactionError]) -> Void = { errors in
            for (partition, question) in questions {
                if errors[partition.id] == nil {
                    partition.gate.admit(question)
                } else {
                    partition.gate.withdraw(question)
                }
            }
            completion(errors)
        }
        partitionAdditions.ask(request, adds: adds, completion: settle)
    }
}
