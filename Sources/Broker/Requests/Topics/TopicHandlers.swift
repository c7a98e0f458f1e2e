import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Replication

extension CreateTopicsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<CreateTopicsResponse>) {
        Task { reply(await broker.createTopics(self, context)) }
    }
}

extension DeleteTopicsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DeleteTopicsResponse>) {
        Task { reply(await broker.deleteTopics(self, context)) }
    }
}

extension CreatePartitionsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<CreatePartitionsResponse>) {
        Task { reply(await broker.createPartitions(self, context)) }
    }
}

extension Broker {
    /// The code and text to answer with when a change to a topic failed.
    private func answer(_ error: any Error, _ what: String) -> (code: Int16, message: String?) {
        let refusal = refusal(for: error, what)
        return (refusal.code.rawValue, refusal.message)
    }

    /// Holds a change of `partitions` against the client's quota (KIP-599).
    ///
    /// - Parameters:
    ///   - isStrict: Whether the version of the request knows the answer that there is no quota left.
    ///   - throttleTimeMs: Raised to how long the client has to pause.
    /// - Throws: ``RequestRefusal`` with THROTTLING_QUOTA_EXCEEDED.
    private func charge(
        _ partitions: Int, isStrict: Bool, _ context: RequestContext, _ throttleTimeMs: inout Int32
    ) throws(RequestRefusal) {
        let charged = quotas.recordMutation(partitions: partitions, by: context.quotaClient, isStrict: isStrict)
        throttleTimeMs = max(throttleTimeMs, charged.delay)
        guard charged.isAllowed else {
            throw RequestRefusal(.throttlingQuotaExceeded, "The throttling quota has been exceeded.")
        }
    }

    func createTopics(_ request: CreateTopicsRequest, _ context: RequestContext) async -> CreateTopicsResponse {
        var response = CreateTopicsResponse()
        let isRepeated = Self.repeated(request.topics.map(\.name))
        for topic in request.topics {
            var result = CreateTopicsResponse.CreatableTopicResult(name: topic.name, errorMessage: nil)
            do {
                guard authorizer.allows(context.principal, .create, .topic(topic.name)) else {
                    throw TopicManager.Refusal(code: .topicAuthorizationFailed, message: "Authorization failed.")
                }
                guard !isRepeated(topic.name) else { throw Self.duplicateName }
                let plan = try plan(topic)
                if !request.validateOnly, quotas.limits(.controllerMutationRate) {
                    let planned = try await topics.create(plan, validateOnly: true)
                    try charge(
                        planned.partitions.count, isStrict: context.version >= 6, context, &response.throttleTimeMs)
                }
                let created = try await topics.create(plan, validateOnly: request.validateOnly)
                if !request.validateOnly { result.topicID = created.id }
                result.numPartitions = Int32(created.partitions.count)
                result.replicationFactor = Int16(created.partitions[0].replicas.count)
                result.configs = configuration.described(topic: created.configuration).map {
                    .init(
                        name: $0.name, value: $0.value, readOnly: $0.readOnly, configSource: $0.configSource,
                        isSensitive: $0.isSensitive)
                }
                if !request.validateOnly {
                    logger.info("created topic \(topic.name) with \(created.partitions.count) partition(s)")
                }
            } catch {
                let (code, message) = answer(error, "creating topic \(topic.name)")
                result.errorCode = code
                result.errorMessage = message
                result.configs = nil
            }
            response.topics.append(result)
        }
        return response
    }

    private static let duplicateName = TopicManager.Refusal(code: .invalidRequest, message: "Duplicate topic name.")

    private func plan(_ topic: CreateTopicsRequest.CreatableTopic) throws(TopicManager.Refusal) -> TopicManager.Request
    {
        var configuration: [String: String] = [:]
        for entry in topic.configs {
            // A null value asks for the default, which is what not setting it means.
            guard let value = entry.value else { continue }
            guard configuration.updateValue(value, forKey: entry.name) == nil else {
                throw TopicManager.Refusal(code: .invalidConfig, message: "Duplicate config key: \(entry.name)")
            }
        }
        guard Set(topic.assignments.map(\.partitionIndex)).count == topic.assignments.count else {
            throw TopicManager.Refusal(
                code: .invalidReplicaAssignment, message: "Found multiple manual partition assignments for a partition."
            )
        }
        return TopicManager.Request(
            name: topic.name, partitionCount: topic.numPartitions, replicationFactor: topic.replicationFactor,
            assignments: Dictionary(
                topic.assignments.map { ($0.partitionIndex, $0.brokerIDs) }, uniquingKeysWith: { $1 }),
            configuration: configuration)
    }

    func deleteTopics(_ request: DeleteTopicsRequest, _ context: RequestContext) async -> DeleteTopicsResponse {
        var response = DeleteTopicsResponse()
        // Up to version 5 the request is a list of names, later of names or identities.
        let asked = request.topics + request.topicNames.map { .init(name: $0) }
        let isRepeatedName = Self.repeated(asked.compactMap(\.name))
        let isRepeatedID = Self.repeated(asked.filter { $0.name == nil }.map(\.topicID))
        for topic in asked {
            let known = topic.name.map { metadata.image.topic($0) } ?? metadata.image.topic(topic.topicID)
            var result = DeleteTopicsResponse.DeletableTopicResult(
                name: topic.name ?? known?.name, topicID: known?.id ?? topic.topicID)
            do {
                guard configuration.boolean("delete.topic.enable") else {
                    throw TopicManager.Refusal(
                        // Clients of older versions do not know the other (KIP-322).
                        code: context.version < 3 ? .invalidRequest : .topicDeletionDisabled,
                        message: "Topic deletion is disabled (delete.topic.enable).")
                }
                guard topic.name.map({ topic.topicID == .zero && !isRepeatedName($0) }) ?? !isRepeatedID(topic.topicID)
                else {
                    throw TopicManager.Refusal(
                        code: .invalidRequest, message: "Each topic is to be named once, by its name or its identity.")
                }
                if let name = topic.name, !authorizer.allows(context.principal, .delete, .topic(name)) {
                    throw TopicManager.Refusal(code: .topicAuthorizationFailed, message: "Authorization failed.")
                }
                guard let name = known?.name else {
                    throw TopicManager.Refusal(
                        code: topic.name == nil ? .unknownTopicID : .unknownTopicOrPartition,
                        message: "This server does not host this topic.")
                }
                guard authorizer.allows(context.principal, .delete, .topic(name)) else {
                    throw TopicManager.Refusal(code: .topicAuthorizationFailed, message: "Authorization failed.")
                }
                try charge(
                    known?.partitions.count ?? 0, isStrict: context.version >= 5, context, &response.throttleTimeMs)
                try await topics.delete(name)
                logger.info("deleted topic \(name)")
            } catch {
                (result.errorCode, result.errorMessage) = answer(error, "deleting topic \(result.name ?? "")")
            }
            response.responses.append(result)
        }
        return response
    }

    func createPartitions(
        _ request: CreatePartitionsRequest, _ context: RequestContext
    ) async -> CreatePartitionsResponse {
        var response = CreatePartitionsResponse()
        let isRepeated = Self.repeated(request.topics.map(\.name))
        for topic in request.topics {
            var result = CreatePartitionsResponse.CreatePartitionsTopicResult(name: topic.name)
            do {
                guard authorizer.allows(context.principal, .alter, .topic(topic.name)) else {
                    throw TopicManager.Refusal(code: .topicAuthorizationFailed, message: "Authorization failed.")
                }
                guard !isRepeated(topic.name) else { throw Self.duplicateName }
                let assignments = topic.assignments?.map(\.brokerIDs)
                if !request.validateOnly, quotas.limits(.controllerMutationRate) {
                    try await topics.extend(topic.name, to: topic.count, assignments: assignments, validateOnly: true)
                    let present = metadata.image.topic(topic.name)?.partitions.count ?? 0
                    try charge(
                        Int(topic.count) - present, isStrict: context.version >= 3, context, &response.throttleTimeMs)
                }
                try await topics.extend(
                    topic.name, to: topic.count, assignments: assignments, validateOnly: request.validateOnly)
            } catch {
                (result.errorCode, result.errorMessage) = answer(error, "adding partitions to \(topic.name)")
            }
            response.results.append(result)
        }
        return response
    }
}
