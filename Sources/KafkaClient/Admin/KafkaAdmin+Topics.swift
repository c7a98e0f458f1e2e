import KafkaProtocol
import RecordFormat

extension KafkaAdmin {
    // MARK: Creating

    /// Creates a topic.
    ///
    /// - Parameter validateOnly: Whether to check only if it could be created.
    /// - Throws: ``KafkaClientError`` with code `.broker`: TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION,
    ///   INVALID_CONFIG, …
    @discardableResult public func createTopic(
        _ topic: NewTopic, validateOnly: Bool = false
    ) async throws -> CreatedTopic {
        try Self.only(topic.name, of: try await createTopics([topic], validateOnly: validateOnly))
    }

    /// Creates topics.
    ///
    /// - Returns: What became of each, by name.
    /// - Throws: ``KafkaClientError`` for what kept the answer away.
    public func createTopics(
        _ topics: [NewTopic], validateOnly: Bool = false
    ) async throws -> [String: Result<CreatedTopic, KafkaClientError>] {
        if topics.isEmpty { return [:] }
        // Defaults can be asked for from version 4 on (KIP-464).
        let needsDefaults = topics.contains {
            $0.assignments.isEmpty && ($0.partitions < 0 || $0.replicationFactor < 0)
        }
        let lowest: Int16 = needsDefaults ? 4 : validateOnly ? 1 : 0
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let response = try await callController(versions: lowest...7) { _ in
            CreateTopicsRequest(topics: topics.map(Self.wireForm), timeoutMs: timeout, validateOnly: validateOnly)
        } check: {
            try Self.throwIfNotController($0.topics.lazy.map(\.errorCode))
        }
        var results: [String: Result<CreatedTopic, KafkaClientError>] = [:]
        for topic in response.topics {
            if let error = KafkaClientError(
                rawCode: topic.errorCode, detail: topic.errorMessage, while: "creating topic \(topic.name)")
            {
                results[topic.name] = .failure(error)
                continue
            }
            client.metadata.invalidate(topic.name)
            results[topic.name] = .success(
                CreatedTopic(
                    name: topic.name, topicID: topic.topicID,
                    partitions: topic.numPartitions >= 0 ? topic.numPartitions : nil,
                    replicationFactor: topic.replicationFactor >= 0 ? topic.replicationFactor : nil,
                    configs: (topic.configs ?? []).reduce(into: [:]) { $0[$1.name] = $1.value }))
        }
        return results
    }

    private static func wireForm(_ topic: NewTopic) -> CreateTopicsRequest.CreatableTopic {
        .init(
            name: topic.name, numPartitions: topic.assignments.isEmpty ? topic.partitions : -1,
            replicationFactor: topic.assignments.isEmpty ? topic.replicationFactor : -1,
            assignments: topic.assignments.sorted { $0.key < $1.key }.map {
                .init(partitionIndex: $0.key, brokerIDs: $0.value)
            }, configs: topic.configs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
    }

    /// Adds partitions to a topic, so that it has `totalCount`. Keys may go to other partitions than before.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: UNKNOWN_TOPIC_OR_PARTITION, INVALID_PARTITIONS, …
    public func createPartitions(of topic: String, totalCount: Int32, validateOnly: Bool = false) async throws {
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let response = try await callController(versions: CreatePartitionsRequest.versions) { _ in
            CreatePartitionsRequest(
                topics: [.init(name: topic, count: totalCount, assignments: nil)], timeoutMs: timeout,
                validateOnly: validateOnly)
        } check: {
            try Self.throwIfNotController($0.results.lazy.map(\.errorCode))
        }
        client.metadata.invalidate(topic)
        for result in response.results {
            if let error = KafkaClientError(
                rawCode: result.errorCode, detail: result.errorMessage, while: "adding partitions to \(result.name)")
            {
                throw error
            }
        }
    }

    // MARK: Deleting

    /// Deletes a topic and all its records.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: UNKNOWN_TOPIC_OR_PARTITION, TOPIC_DELETION_DISABLED, …
    public func deleteTopic(_ topic: String) async throws {
        try Self.only(topic, of: try await deleteTopics([topic]))
    }

    /// Deletes topics and all their records.
    ///
    /// - Returns: What became of each, by name.
    public func deleteTopics(_ topics: [String]) async throws -> [String: Result<Void, KafkaClientError>] {
        if topics.isEmpty { return [:] }
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let response = try await callController(versions: DeleteTopicsRequest.versions) { version in
            version >= 6
                ? DeleteTopicsRequest(topics: topics.map { .init(name: $0) }, timeoutMs: timeout)
                : DeleteTopicsRequest(topicNames: topics, timeoutMs: timeout)
        } check: {
            try Self.throwIfNotController($0.responses.lazy.map(\.errorCode))
        }
        var results: [String: Result<Void, KafkaClientError>] = [:]
        for topic in response.responses {
            guard let name = topic.name else { continue }
            client.metadata.invalidate(name)
            let error = KafkaClientError(
                rawCode: topic.errorCode, detail: topic.errorMessage, while: "deleting topic \(name)")
            results[name] = error.map { .failure($0) } ?? .success(())
        }
        return results
    }

    // MARK: Looking

    /// The cluster's topics, by name.
    public func listTopics(includingInternal: Bool = false) async throws -> [TopicListing] {
        let snapshot = try await client.retrying {
            try await self.client.metadata.refresh(nil, allowsCreation: false)
        }
        return snapshot.topics.values
            .filter { $0.error == .none && (includingInternal || !$0.isInternal) }
            .map {
                TopicListing(
                    name: $0.name, topicID: $0.topicID, isInternal: $0.isInternal, partitionCount: $0.partitions.count)
            }
            .sorted { $0.name < $1.name }
    }

    /// A topic and its partitions, as they are now.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: UNKNOWN_TOPIC_OR_PARTITION, …
    public func describeTopic(_ topic: String) async throws -> TopicDescription {
        try Self.only(topic, of: try await describeTopics([topic]))
    }

    /// Topics and their partitions, as they are now; none is created by asking.
    public func describeTopics(_ topics: [String]) async throws -> [String: Result<TopicDescription, KafkaClientError>]
    {
        if topics.isEmpty { return [:] }
        let snapshot = try await client.retrying {
            try await self.client.metadata.refresh(Set(topics), allowsCreation: false)
        }
        var results: [String: Result<TopicDescription, KafkaClientError>] = [:]
        for name in topics {
            guard let topic = snapshot.topics[name] else { continue }
            if let error = KafkaClientError(rawCode: topic.error.rawValue, while: "describing topic \(name)") {
                results[name] = .failure(error)
            } else {
                results[name] = .success(
                    TopicDescription(
                        name: name, topicID: topic.topicID, isInternal: topic.isInternal, partitions: topic.partitions))
            }
        }
        return results
    }

    /// The settings of topics and brokers, by name.
    ///
    /// - Parameter includingSynonyms: Whether to tell which other values each could have (KIP-226).
    public func describeConfigs(
        _ resources: [ConfigResource], includingSynonyms: Bool = false
    ) async throws -> [ConfigResource: Result<[ConfigEntry], KafkaClientError>] {
        try await each(resources) { resource in
            // A broker answers for itself alone.
            let target: BrokerTarget =
                resource.kind == .broker ? Int32(resource.name).map { .node($0) } ?? .any : .any
            let call = BrokerCall<DescribeConfigsRequest>(
                versions: DescribeConfigsRequest.versions, timeout: self.client.configuration.requestTimeout
            ) { version in
                DescribeConfigsRequest(
                    resources: [
                        .init(resourceType: resource.kind.rawValue, resourceName: resource.name, configurationKeys: nil)
                    ], includeSynonyms: includingSynonyms && version >= 1, includeDocumentation: version >= 3)
            }
            let response = try await self.client.retrying {
                if case .node(let node) = target, self.client.metadata.snapshot.brokers[node] == nil {
                    _ = try await self.client.metadata.refresh([], allowsCreation: false)
                }
                return try await self.client.transport.call(call, to: target)
            }
            guard let result = response.results.first else {
                throw KafkaClientError(.malformedResponse, "the broker's answer leaves out \(resource.name)")
            }
            // Not within the repetitions: a topic that is not there would be asked for until the time is over.
            if let error = KafkaClientError(
                rawCode: result.errorCode, detail: result.errorMessage, while: "describing \(resource.name)")
            {
                throw error
            }
            return result.configs.map(Self.entry).sorted { $0.name < $1.name }
        }
    }

    private static func entry(_ config: DescribeConfigsResponse.DescribeConfigsResourceResult) -> ConfigEntry {
        // From version 1 on the source takes the flag's place; 5 is the default that is built in.
        let isDefault = config.configSource >= 0 ? config.configSource == 5 : config.isDefault
        return ConfigEntry(
            name: config.name, value: config.value, isReadOnly: config.readOnly, isDefault: isDefault,
            isSensitive: config.isSensitive, documentation: config.documentation,
            source: ConfigSource(rawValue: config.configSource) ?? .unknown,
            synonyms: config.synonyms.map {
                ConfigSynonym(name: $0.name, value: $0.value, source: ConfigSource(rawValue: $0.source) ?? .unknown)
            })
    }
}
