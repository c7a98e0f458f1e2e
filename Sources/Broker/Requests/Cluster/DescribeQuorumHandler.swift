import KafkaProtocol
import LogCore
import RecordFormat

extension DescribeQuorumRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeQuorumResponse>) {
        reply(broker.describeQuorum(self, context))
    }
}

extension Broker {
    /// The name by which Kafka's tools ask for the metadata log.
    private static let metadataTopic = "__cluster_metadata"

    /// Tells who votes on the metadata: this node, alone and always its own leader (KIP-595).
    func describeQuorum(_ request: DescribeQuorumRequest, _ context: RequestContext) -> DescribeQuorumResponse {
        guard authorizer.allows(context.principal, .describe, .cluster) else {
            return DescribeQuorumResponse(
                errorCode: ErrorCode.clusterAuthorizationFailed.rawValue, errorMessage: "Authorization failed.")
        }
        let end = metadata.logEndOffset.rawValue
        let myself = DescribeQuorumResponse.ReplicaState(
            replicaID: nodeID, logEndOffset: end, lastFetchTimestamp: -1, lastCaughtUpTimestamp: now().milliseconds)
        let topics = request.topics.map { topic in
            DescribeQuorumResponse.TopicData(
                topicName: topic.topicName,
                partitions: topic.partitions.map { partition in
                    guard topic.topicName == Self.metadataTopic, partition.partitionIndex == 0 else {
                        return .init(
                            partitionIndex: partition.partitionIndex,
                            errorCode: ErrorCode.unknownTopicOrPartition.rawValue, leaderID: -1, leaderEpoch: -1,
                            highWatermark: -1)
                    }
                    return .init(
                        partitionIndex: 0, leaderID: nodeID, leaderEpoch: 0, highWatermark: end,
                        currentVoters: [myself])
                })
        }
        guard context.version >= 2 else { return DescribeQuorumResponse(topics: topics) }
        let listeners = addresses.map { bound in
            let address = address(for: bound.listener)
            return DescribeQuorumResponse.Listener(
                name: address.listener, host: address.host, port: UInt16(clamping: address.port))
        }
        return DescribeQuorumResponse(topics: topics, nodes: [.init(nodeID: nodeID, listeners: listeners)])
    }
}
