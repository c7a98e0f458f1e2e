import KafkaProtocol

extension KafkaAdmin {
    /// What this client may do with topics (KIP-430).
    ///
    /// - Returns: The operations by topic; brokers that do not say give none.
    /// - Throws: ``KafkaClientError`` with code `.broker` when one of the topics is unknown or forbidden.
    public func authorizedOperations(onTopics topics: [String]) async throws -> [String: Set<AccessOperation>] {
        if topics.isEmpty { return [:] }
        let call = BrokerCall<MetadataRequest>(
            versions: ClientVersions.metadata, timeout: client.configuration.requestTimeout
        ) { version in
            var request = MetadataRequest(
                topics: topics.map { MetadataRequest.MetadataRequestTopic(name: $0) },
                allowAutoTopicCreation: version < 4)
            if version >= 8 { request.includeTopicAuthorizedOperations = true }
            return request
        }
        let response = try await client.retrying { try await self.client.transport.call(call, to: .any) }
        var operations: [String: Set<AccessOperation>] = [:]
        for topic in response.topics {
            guard let name = topic.name else { continue }
            if let error = KafkaClientError(rawCode: topic.errorCode, while: "describing topic \(name)") { throw error }
            operations[name] = AccessOperation.operations(in: topic.topicAuthorizedOperations)
        }
        return operations
    }
}
