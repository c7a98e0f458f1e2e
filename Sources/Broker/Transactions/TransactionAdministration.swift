import Coordination
import KafkaProtocol
import LogCore
import NIOPosix
import OrderedCollections
import RecordFormat

extension ListTransactionsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListTransactionsResponse>) {
        // The list may be long.
        broker.pool.submit { _ in reply(broker.listTransactions(self, context)) }
    }
}

extension DescribeTransactionsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeTransactionsResponse>) {
        // Named twice, a large transaction would be described twice: a short request must not have an answer without
        // end.
        reply(
            DescribeTransactionsResponse(
                transactionStates: OrderedSet(transactionalIDs).map { broker.describeTransaction($0, context) }))
    }
}

extension DescribeProducersRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeProducersResponse>) {
        // Named twice, a partition is described once: a short request must not have an answer without end.
        var named: OrderedDictionary<String, OrderedSet<Int32>> = [:]
        for topic in topics { named[topic.name, default: []].append(contentsOf: topic.partitionIndexes) }
        // A partition remembers any number of producers, and appends may have to be waited for.
        broker.pool.submit { [named] _ in
            reply(
                DescribeProducersResponse(
                    topics: named.map { name, indexes in
                        .init(
                            name: name,
                            partitions: indexes.map { broker.describeProducers(TopicPartition(name, $0), context) })
                    }))
        }
    }
}

extension Broker {
    fileprivate func listTransactions(
        _ request: ListTransactionsRequest, _ context: RequestContext
    ) -> ListTransactionsResponse {
        var filter = TransactionFilter(
            states: request.stateFilters, producerIDs: Set(request.producerIDFilters.map { ProducerID($0) }),
            duration: request.durationFilter < 0 ? nil : .milliseconds(request.durationFilter))
        if let pattern = request.transactionalIDPattern, !pattern.isEmpty, !filter.requirePattern(pattern) {
            return ListTransactionsResponse(errorCode: ErrorCode.invalidRegularExpression.rawValue)
        }
        switch transactions.list(filter) {
        case .failure(let error): return ListTransactionsResponse(errorCode: ErrorCode(error).rawValue)
        case .success(let listed):
            let shown = listed.filter {
                let resource = Resource.transactionalID($0.transactionalID.rawValue)
                return authorizer.allows(context.principal, .describe, resource)
                    && filter.admits($0.transactionalID)
            }
            return ListTransactionsResponse(
                unknownStateFilters: filter.unknownStates,
                transactionStates: shown.map {
                    .init(
                        transactionalID: $0.transactionalID.rawValue, producerID: $0.producerID.rawValue,
                        transactionState: $0.state.name)
                })
        }
    }

    fileprivate func describeTransaction(
        _ id: String, _ context: RequestContext
    ) -> DescribeTransactionsResponse.TransactionState {
        var answer = DescribeTransactionsResponse.TransactionState(transactionalID: id)
        guard authorizer.allows(context.principal, .describe, .transactionalID(id)) else {
            answer.errorCode = ErrorCode.transactionalIDAuthorizationFailed.rawValue
            return answer
        }
        switch transactions.query(TransactionalID(id), { $0.describe(TransactionalID(id)) }) {
        case .failure(let error): answer.errorCode = ErrorCode(error).rawValue
        case .success(let found):
            answer.transactionState = found.state.name
            answer.transactionTimeoutMs = found.timeout.wireMilliseconds
            answer.transactionStartTimeMs = found.startTimestamp.milliseconds
            answer.producerID = found.producer.id.rawValue
            answer.producerEpoch = found.producer.epoch.rawValue
            for partition in found.partitions
            where authorizer.allows(context.principal, .describe, .topic(partition.topic)) {
                if answer.topics.last?.topic != partition.topic { answer.topics.append(.init(topic: partition.topic)) }
                answer.topics[answer.topics.count - 1].partitions.append(partition.partition)
            }
        }
        return answer
    }

    fileprivate func describeProducers(
        _ id: TopicPartition, _ context: RequestContext
    ) -> DescribeProducersResponse.PartitionResponse {
        func refused(_ code: ErrorCode, _ message: String? = nil) -> DescribeProducersResponse.PartitionResponse {
            .init(partitionIndex: id.partition, errorCode: code.rawValue, errorMessage: message)
        }
        if let fault = TopicName.fault(id.topic) {
            return refused(.invalidTopicException, "Topic name is invalid: \(fault)")
        }
        guard authorizer.allows(context.principal, .read, .topic(id.topic)) else {
            return refused(.topicAuthorizationFailed)
        }
        let partition: Partition
        switch partitions.led(id) {
        case .failure(let error): return refused(error)
        case .success(let led): partition = led
        }
        return .init(
            partitionIndex: id.partition,
            activeProducers: partition.log.activeProducers.map {
                .init(
                    producerID: $0.id.rawValue, producerEpoch: Int32($0.epoch.rawValue),
                    lastSequence: $0.lastSequence.rawValue, lastTimestamp: $0.lastTimestamp.milliseconds,
                    coordinatorEpoch: $0.coordinatorEpoch,
                    currentTxnStartOffset: $0.openTransactionStart?.rawValue ?? -1)
            })
    }
}
