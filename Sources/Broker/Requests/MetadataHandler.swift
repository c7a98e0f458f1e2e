import KafkaProtocol
import Logging
import OrderedCollections
import RecordFormat
import Replication

extension MetadataRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<MetadataResponse>) {
        Task { reply(await broker.describe(self, context)) }
    }
}

extension ApiVersionsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ApiVersionsResponse>) {
        let isLegal = { (text: String) in text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
        // From version 3 on a client has to say what it is, in characters that a log can show (KIP-511).
        if context.version >= 3,
            clientSoftwareName.isEmpty || !isLegal(clientSoftwareName) || !isLegal(clientSoftwareVersion)
        {
            reply(broker.apiVersions(version: context.version, error: .invalidRequest))
        } else {
            if context.version >= 3 {
                context.note(ClientSoftware(name: clientSoftwareName, version: clientSoftwareVersion))
                broker.logger.debug(
                    "\(context.clientHost) is a client of \(clientSoftwareName) \(clientSoftwareVersion)",
                    metadata: ["client-id": "\(context.clientID ?? "")"])
            }
            reply(broker.apiVersions(version: context.version))
        }
    }
}

extension Broker {
    /// Describes the cluster and the topics asked for, creating those that may be.
    func describe(_ request: MetadataRequest, _ context: RequestContext) async -> MetadataResponse {
        let cluster = ClusterView(of: self, for: context.listener)
        var response = MetadataResponse(
            brokers: cluster.endpoints.map { .init(nodeID: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack) },
            clusterID: clusterID, controllerID: cluster.controller)
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = authorizedOperations(on: .cluster, context)
        }
        // Version 0 has no null: there an empty list asks for all.
        if let topics = request.topics, !(context.version == 0 && topics.isEmpty) {
            response.topics = await describe(topics, request, cluster, context)
        } else {
            response.topics = metadata.image.topics.values.sorted { $0.name < $1.name }
                .filter { authorizer.allows(context.principal, .describe, .topic($0.name)) }
                .map { describe($0, request, cluster, context) }
        }
        return response
    }

    /// Describes the topics that are named, or else those whose identity is given; a topic that is asked for twice is
    /// described once. As in Kafka, names do not count where there is an identity.
    private func describe(
        _ asked: [MetadataRequest.MetadataRequestTopic], _ request: MetadataRequest, _ cluster: ClusterView,
        _ context: RequestContext
    ) async -> [MetadataResponse.MetadataResponseTopic] {
        let ids = OrderedSet(asked.lazy.filter { $0.name == nil || $0.topicID != .zero }.map(\.topicID))
        guard !ids.isEmpty else {
            var described: [MetadataResponse.MetadataResponseTopic] = []
            for name in OrderedSet(asked.lazy.compactMap(\.name)) {
                described.append(await describe(name, request, cluster, context))
            }
            return described
        }
        // Versions 10 and 11 can ask by identity, but their answers have no form for a topic without a name.
        guard context.version >= 12 else {
            return OrderedSet(asked).map {
                .init(errorCode: ErrorCode.invalidRequest.rawValue, name: $0.name ?? "", topicID: $0.topicID)
            }
        }
        return ids.map { describe($0, request, cluster, context) }
    }

    private func describe(
        _ id: TopicID, _ request: MetadataRequest, _ cluster: ClusterView, _ context: RequestContext
    ) -> MetadataResponse.MetadataResponseTopic {
        guard let topic = metadata.image.topic(id) else {
            return .init(errorCode: ErrorCode.unknownTopicID.rawValue, name: nil, topicID: id)
        }
        guard authorizer.allows(context.principal, .describe, .topic(topic.name)) else {
            // Not the name: who may not describe it is not told it.
            return .init(errorCode: ErrorCode.topicAuthorizationFailed.rawValue, name: nil, topicID: id)
        }
        return describe(topic, request, cluster, context)
    }

    private func describe(
        _ name: String, _ request: MetadataRequest, _ cluster: ClusterView, _ context: RequestContext
    ) async -> MetadataResponse.MetadataResponseTopic {
        func failure(_ code: ErrorCode, _ name: String) -> MetadataResponse.MetadataResponseTopic {
            .init(errorCode: code.rawValue, name: name)
        }
        guard authorizer.allows(context.principal, .describe, .topic(name)) else {
            return failure(.topicAuthorizationFailed, name)
        }
        if let topic = metadata.image.topic(name) { return describe(topic, request, cluster, context) }
        guard TopicName.fault(name) == nil else { return failure(.invalidTopicException, name) }
        let mayCreate = request.allowAutoTopicCreation && configuration.boolean("auto.create.topics.enable")
        guard mayCreate, authorizer.allows(context.principal, .create, .topic(name)) else {
            return failure(.unknownTopicOrPartition, name)
        }
        // A client above its quota is told what it would be told while the topic is being made: it asks again.
        let charged = quotas.recordMutation(
            partitions: configuration.integer("num.partitions"), by: context.quotaClient, isStrict: true)
        guard charged.isAllowed else { return failure(.unknownTopicOrPartition, name) }
        do {
            return describe(try await createOnDemand(name), request, cluster, context)
        } catch let refusal as TopicManager.Refusal {
            return failure(refusal.code, name)
        } catch {
            logger.error("creating topic \(name) failed: \(error)")
            return failure(.unknownTopicOrPartition, name)
        }
    }

    /// Creates a topic that a client asked for by name, or finds it if another client was faster.
    private func createOnDemand(_ name: String) async throws -> ClusterImage.Topic {
        do {
            let topic = try await topics.create(TopicManager.Request(name: name))
            logger.info("created topic \(name) with \(topic.partitions.count) partition(s), asked for by a client")
            return topic
        } catch let refusal as TopicManager.Refusal where refusal.code == .topicAlreadyExists {
            guard let topic = metadata.image.topic(name) else { throw refusal }
            return topic
        }
    }

    private func describe(
        _ topic: ClusterImage.Topic, _ request: MetadataRequest, _ cluster: ClusterView, _ context: RequestContext
    ) -> MetadataResponse.MetadataResponseTopic {
        .init(
            name: topic.name, topicID: topic.id, isInternal: topic.isInternal,
            partitions: topic.partitions.enumerated().map { index, partition in
                let leader = cluster.leader(of: partition, knowsListeners: context.version >= 6)
                return .init(
                    errorCode: leader.error.rawValue, partitionIndex: Int32(index), leaderID: leader.id,
                    leaderEpoch: partition.leaderEpoch.rawValue,
                    replicaNodes: partition.replicas.map(\.rawValue),
                    isrNodes: partition.inSyncReplicas.map(\.rawValue),
                    offlineReplicas: cluster.missing(partition.replicas))
            },
            topicAuthorizedOperations: request.includeTopicAuthorizedOperations
                ? authorizedOperations(on: .topic(topic.name), context) : Int32.min
        )
    }
}
