import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat
import Replication

extension DescribeTopicPartitionsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeTopicPartitionsResponse>
    ) {
        broker.pool.submit { _ in reply(broker.describeTopicPartitions(self, context)) }
    }
}

extension Broker {
    /// Describes topics in the order of their names, a bounded number of partitions at a time (KIP-966).
    func describeTopicPartitions(
        _ request: DescribeTopicPartitionsRequest, _ context: RequestContext
    ) -> DescribeTopicPartitionsResponse {
        let wantsAll = request.topics.isEmpty
        let image = metadata.image
        let first = request.cursor?.topicName ?? ""
        let asked = wantsAll ? Set(image.topics.keys) : Set(request.topics.map(\.name))
        guard request.cursor.map({ $0.partitionIndex >= 0 && (wantsAll || asked.contains($0.topicName)) }) ?? true
        else {
            // The answer has no place for an error of the whole; each topic carries it.
            return DescribeTopicPartitionsResponse(
                topics: request.topics.map { .init(errorCode: ErrorCode.invalidRequest.rawValue, name: $0.name) })
        }
        var response = DescribeTopicPartitionsResponse()
        var denied: [DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic] = []
        let limit = min(
            Int(request.responsePartitionLimit), configuration.integer("max.request.partition.size.limit"))
        var remaining = max(1, limit)
        for name in asked.sorted() where name >= first {
            guard authorizer.allows(context.principal, .describe, .topic(name)) else {
                // Who asks for all is not told of what is not for them.
                if !wantsAll {
                    denied.append(.init(errorCode: ErrorCode.topicAuthorizationFailed.rawValue, name: name))
                }
                continue
            }
            guard remaining > 0 else {
                response.nextCursor = .init(topicName: name, partitionIndex: 0)
                break
            }
            guard let topic = image.topic(name) else {
                let code: ErrorCode =
                    TopicName.fault(name) == nil ? .unknownTopicOrPartition : .invalidTopicException
                response.topics.append(.init(errorCode: code.rawValue, name: name))
                continue
            }
            let start = name == first ? Int(request.cursor?.partitionIndex ?? 0) : 0
            let end = min(topic.partitions.count, start + remaining)
            response.topics.append(describe(topic, start..<max(start, end), context))
            if end < topic.partitions.count {
                response.nextCursor = .init(topicName: name, partitionIndex: Int32(end))
                break
            }
            remaining -= max(0, end - start)
        }
        response.topics += denied
        return response
    }

    private func describe(
        _ topic: ClusterImage.Topic, _ range: Range<Int>, _ context: RequestContext
    ) -> DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic {
        let cluster = ClusterView(of: self, for: context.listener)
        return .init(
            name: topic.name, topicID: topic.id, isInternal: topic.isInternal,
            partitions: range.map { index in
                let partition = topic.partitions[index]
                let leader = cluster.leader(of: partition)
                return .init(
                    errorCode: leader.error.rawValue, partitionIndex: Int32(index), leaderID: leader.id,
                    leaderEpoch: partition.leaderEpoch.rawValue, replicaNodes: partition.replicas.map(\.rawValue),
                    isrNodes: partition.inSyncReplicas.map(\.rawValue),
                    eligibleLeaderReplicas: partition.eligibleLeaderReplicas.map(\.rawValue), lastKnownElr: [],
                    offlineReplicas: cluster.missing(partition.replicas))
            },
            topicAuthorizedOperations: authorizedOperations(on: .topic(topic.name), context))
    }
}
