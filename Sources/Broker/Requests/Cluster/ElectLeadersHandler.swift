import KafkaProtocol
import RecordFormat
import Replication

extension ElectLeadersRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ElectLeadersResponse>) {
        Task { reply(await broker.electLeaders(self, context)) }
    }
}

extension Broker {
    /// Has partitions choose their leader again: the preferred one, or whoever is there (KIP-460).
    ///
    /// Answered once the leaders are elected, or time is up.
    func electLeaders(_ request: ElectLeadersRequest, _ context: RequestContext) async -> ElectLeadersResponse {
        do {
            guard authorizer.allows(context.principal, .alter, .cluster) else {
                throw RequestRefusal(.clusterAuthorizationFailed)
            }
            guard (0...1).contains(request.electionType) else {
                throw RequestRefusal(.invalidRequest, "Unknown election type \(request.electionType)")
            }
            let host = try await controllerHost()
            return try await elect(request, host)
        } catch {
            return failure(
                error as? RequestRefusal ?? RequestRefusal(.unknownServerError, "\(error)"), request, context)
        }
    }

    /// Version 0 has a place for errors with partitions only.
    private func failure(
        _ refusal: RequestRefusal, _ request: ElectLeadersRequest, _ context: RequestContext
    ) -> ElectLeadersResponse {
        ElectLeadersResponse(
            errorCode: context.version == 0 ? 0 : refusal.code.rawValue,
            replicaElectionResults: (request.topicPartitions ?? []).map { topic in
                .init(
                    topic: topic.topic,
                    partitionResult: topic.partitions.map {
                        .init(partitionID: $0, errorCode: refusal.code.rawValue, errorMessage: refusal.message)
                    })
            })
    }

    private func elect(_ request: ElectLeadersRequest, _ host: ControllerHost?) async throws -> ElectLeadersResponse {
        let image = metadata.image
        let all = image.topics.values.sorted { $0.name < $1.name }.map { topic in
            (topic: topic.name, partitions: topic.partitions.indices.map { Int32($0) })
        }
        let asked = request.topicPartitions?.map { (topic: $0.topic, partitions: $0.partitions) } ?? all
        var begun: [(TopicPartition, former: PartitionState)] = []
        var response = ElectLeadersResponse()
        for topic in asked {
            var results: [ElectLeadersResponse.PartitionResult] = []
            for index in topic.partitions {
                let id = TopicPartition(topic.topic, index)
                let refusal = try await elect(id, isPreferred: request.electionType == 0, image, host)
                if refusal == nil, let former = image.partition(id) { begun.append((id, former)) }
                // Of all partitions, those that need no election are left out.
                if request.topicPartitions == nil, refusal?.code == .electionNotNeeded { continue }
                results.append(
                    .init(
                        partitionID: index, errorCode: (refusal?.code ?? .none).rawValue,
                        errorMessage: refusal?.message))
            }
            if request.topicPartitions != nil || !results.isEmpty {
                response.replicaElectionResults.append(.init(topic: topic.topic, partitionResult: results))
            }
        }
        await waitUntilChanged(begun, within: request.timeoutMs)
        return response
    }

    private func elect(
        _ id: TopicPartition, isPreferred: Bool, _ image: ClusterImage, _ host: ControllerHost?
    ) async throws -> RequestRefusal? {
        guard let topic = image.topic(id.topic), let state = image.partition(id) else {
            return RequestRefusal(.unknownTopicOrPartition, "No such partition as \(id)")
        }
        let notNeeded = RequestRefusal(.electionNotNeeded, "Leader election not needed for topic partition.")
        // Of a partition that is led an unclean election would only lose something.
        guard let host, isPreferred || state.leader == nil else { return notNeeded }
        let partition = PartitionID(topic: topic.id, index: id.partition)
        switch try await host.electLeader(of: partition, for: isPreferred ? .preferred : .unclean) {
        case nil: return nil
        case .unknownPartition: return RequestRefusal(.unknownTopicOrPartition, "No such partition as \(id)")
        case .electionNotNeeded: return notNeeded
        case .preferredLeaderNotAvailable:
            return RequestRefusal(.preferredLeaderNotAvailable, "The preferred leader was not available.")
        default:
            return RequestRefusal(
                .eligibleLeadersNotAvailable,
                "Eligible topic partition leaders are not available.")
        }
    }
}
