import KafkaProtocol
import RecordFormat
import Replication

extension AlterPartitionReassignmentsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterPartitionReassignmentsResponse>
    ) {
        reply(broker.alterPartitionReassignments(self, context))
    }
}

extension ListPartitionReassignmentsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListPartitionReassignmentsResponse>
    ) {
        reply(broker.listPartitionReassignments(self, context))
    }
}

extension ElectLeadersRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ElectLeadersResponse>) {
        reply(broker.electLeaders(self, context))
    }
}

/// What there is to say of leaders and replicas where one node has them all.
extension Broker {
    /// Sends partitions to other brokers: there are none, so that each is refused or stays where it is (KIP-455).
    func alterPartitionReassignments(
        _ request: AlterPartitionReassignmentsRequest, _ context: RequestContext
    ) -> AlterPartitionReassignmentsResponse {
        var response = AlterPartitionReassignmentsResponse(
            allowReplicationFactorChange: request.allowReplicationFactorChange, errorMessage: nil)
        guard authorizer.allows(context.principal, .alter, .cluster) else {
            response.errorCode = ErrorCode.clusterAuthorizationFailed.rawValue
            response.errorMessage = "Authorization failed."
            return response
        }
        response.responses = request.topics.map { topic in
            .init(
                name: topic.name,
                partitions: topic.partitions.map { asked in
                    let refusal = refusal(of: asked, in: topic.name, request)
                    return .init(
                        partitionIndex: asked.partitionIndex, errorCode: (refusal?.code ?? .none).rawValue,
                        errorMessage: refusal?.message)
                })
        }
        return response
    }

    private func refusal(
        of asked: AlterPartitionReassignmentsRequest.ReassignablePartition, in topic: String,
        _ request: AlterPartitionReassignmentsRequest
    ) -> RequestRefusal? {
        guard let present = metadata.image.partition(TopicPartition(topic, asked.partitionIndex)) else {
            return RequestRefusal(
                .unknownTopicOrPartition, "Unable to find a partition \(topic)-\(asked.partitionIndex).")
        }
        guard let replicas = asked.replicas else { return RequestRefusal(.noReassignmentInProgress, nil) }
        guard !replicas.isEmpty else {
            return RequestRefusal(
                .invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
        }
        guard Set(replicas).count == replicas.count else {
            return RequestRefusal(
                .invalidReplicaAssignment, "The manual partition assignment includes a broker more than once.")
        }
        if let stranger = replicas.first(where: { $0 != nodeID }) {
            return RequestRefusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes broker \(stranger), but no such broker is registered.")
        }
        guard request.allowReplicationFactorChange || replicas.count == present.replicas.count else {
            return RequestRefusal(
                .invalidReplicationFactor,
                "The replication factor is changed from \(present.replicas.count) to \(replicas.count)")
        }
        // It is where it shall be.
        return nil
    }

    /// Lists the partitions that are on their way: none ever is.
    func listPartitionReassignments(
        _ request: ListPartitionReassignmentsRequest, _ context: RequestContext
    ) -> ListPartitionReassignmentsResponse {
        guard authorizer.allows(context.principal, .describe, .cluster) else {
            return ListPartitionReassignmentsResponse(
                errorCode: ErrorCode.clusterAuthorizationFailed.rawValue, errorMessage: "Authorization failed.")
        }
        return ListPartitionReassignmentsResponse(errorMessage: nil)
    }

    /// Has partitions choose their leader again: the only replica leads, whatever kind of election (KIP-460).
    func electLeaders(_ request: ElectLeadersRequest, _ context: RequestContext) -> ElectLeadersResponse {
        func failure(_ code: ErrorCode, _ message: String) -> ElectLeadersResponse {
            // Version 0 has a place for errors with partitions only.
            ElectLeadersResponse(
                errorCode: context.version == 0 ? 0 : code.rawValue,
                replicaElectionResults: (request.topicPartitions ?? []).map { topic in
                    .init(
                        topic: topic.topic,
                        partitionResult: topic.partitions.map {
                            .init(partitionID: $0, errorCode: code.rawValue, errorMessage: message)
                        })
                })
        }
        guard authorizer.allows(context.principal, .alter, .cluster) else {
            return failure(.clusterAuthorizationFailed, "Authorization failed.")
        }
        guard (0...1).contains(request.electionType) else {
            return failure(.invalidRequest, "Unknown election type \(request.electionType)")
        }
        // Of all partitions, those that need no election are left out, and none needs any.
        guard let topics = request.topicPartitions else { return ElectLeadersResponse() }
        return ElectLeadersResponse(
            replicaElectionResults: topics.map { topic in
                .init(
                    topic: topic.topic,
                    partitionResult: topic.partitions.map { index in
                        let isThere = metadata.image.partition(TopicPartition(topic.topic, index)) != nil
                        let code: ErrorCode = isThere ? .electionNotNeeded : .unknownTopicOrPartition
                        return .init(
                            partitionID: index, errorCode: code.rawValue,
                            errorMessage: isThere
                                ? "Leader election not needed for topic partition."
                                : "No such partition as \(topic.topic)-\(index)")
                    })
            })
    }
}
