import KafkaProtocol
import LogCore
import RecordFormat

extension OffsetForLeaderEpochRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<OffsetForLeaderEpochResponse>) {
        reply(broker.findEnds(self, context))
    }
}

extension Broker {
    /// Tells where leader epochs ended, so that a reader finds out whether what it has read is still in the log
    /// (KIP-101, KIP-320).
    fileprivate func findEnds(
        _ request: OffsetForLeaderEpochRequest, _ context: RequestContext
    ) -> OffsetForLeaderEpochResponse {
        // Brokers may ask for every topic, clients for those that they may describe.
        let seesAll = authorizer.allows(context.principal, .clusterAction, .cluster)
        return OffsetForLeaderEpochResponse(
            topics: request.topics.map { topic in
                let isAllowed = seesAll || authorizer.allows(context.principal, .describe, .topic(topic.topic))
                let found = isAllowed ? partitions.topic(topic.topic) : nil
                return .init(
                    topic: topic.topic,
                    partitions: topic.partitions.map { asked in
                        guard isAllowed else {
                            return .init(
                                errorCode: ErrorCode.topicAuthorizationFailed.rawValue, partition: asked.partition)
                        }
                        return Self.findEnd(asked, in: found)
                    })
            })
    }

    private static func findEnd(
        _ asked: OffsetForLeaderEpochRequest.OffsetForLeaderPartition, in topic: PartitionRegistry.Topic?
    ) -> OffsetForLeaderEpochResponse.EpochEndOffset {
        let partition: Partition
        do throws(ErrorCode) {
            guard let topic else { throw .unknownTopicOrPartition }
            partition = try topic.replica(asked.partition)
        } catch {
            return .init(errorCode: error.rawValue, partition: asked.partition)
        }
        if let fault = partition.retirement ?? partition.fault(for: asked.currentLeaderEpoch, fromLeader: true) {
            return .init(errorCode: fault.rawValue, partition: asked.partition)
        }
        guard let end = partition.end(of: LeaderEpoch(asked.leaderEpoch)) else {
            return .init(partition: asked.partition)
        }
        return .init(
            partition: asked.partition, leaderEpoch: end.epoch.rawValue, endOffset: end.startOffset.rawValue)
    }
}
