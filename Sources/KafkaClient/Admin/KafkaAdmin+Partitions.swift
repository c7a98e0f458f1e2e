import KafkaProtocol
public import RecordFormat

extension KafkaAdmin {
    // MARK: Reassigning

    /// Sends partitions to other brokers, or calls that off; they arrive later, as ``reassignments(of:)`` tells (KIP-455).
    ///
    /// - Parameter replicas: The brokers of each, the preferred leader first; none to call a reassignment off.
    /// - Returns: Whether each has begun: INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS, …
    /// - Throws: ``KafkaClientError`` for what kept the answer away.
    public func reassign(
        _ replicas: [TopicPartition: [Int32]?]
    ) async throws -> [TopicPartition: Result<Void, KafkaClientError>] {
        if replicas.isEmpty { return [:] }
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let topics = Self.byTopic(replicas.keys).map { topic, partitions in
            AlterPartitionReassignmentsRequest.ReassignableTopic(
                name: topic,
                partitions: partitions.map { partition in
                    .init(partitionIndex: partition, replicas: replicas[TopicPartition(topic, partition)] ?? nil)
                })
        }
        let response = try await callController(versions: AlterPartitionReassignmentsRequest.versions) { _ in
            AlterPartitionReassignmentsRequest(timeoutMs: timeout, topics: topics)
        } check: {
            try Self.throwIfNotController([$0.errorCode])
        }
        if let error = KafkaClientError(
            rawCode: response.errorCode, detail: response.errorMessage, while: "reassigning partitions")
        {
            throw error
        }
        var results: [TopicPartition: Result<Void, KafkaClientError>] = [:]
        for topic in response.responses {
            client.metadata.invalidate(topic.name)
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partitionIndex)
                let error = KafkaClientError(
                    rawCode: partition.errorCode, detail: partition.errorMessage, while: "reassigning \(name)")
                results[name] = error.map { .failure($0) } ?? .success(())
            }
        }
        return results
    }

    /// The partitions that are on their way to other brokers, in order.
    ///
    /// - Parameter partitions: Those to look at; `nil` for all there are.
    /// - Throws: ``KafkaClientError``.
    public func reassignments(of partitions: [TopicPartition]? = nil) async throws -> [PartitionReassignment] {
        if partitions?.isEmpty == true { return [] }
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let topics = partitions.map { partitions in
            Self.byTopic(partitions).map {
                ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics(name: $0, partitionIndexes: $1)
            }
        }
        let response = try await callController(versions: ListPartitionReassignmentsRequest.versions) { _ in
            ListPartitionReassignmentsRequest(timeoutMs: timeout, topics: topics)
        } check: {
            try Self.throwIfNotController([$0.errorCode])
        }
        if let error = KafkaClientError(
            rawCode: response.errorCode, detail: response.errorMessage, while: "listing reassignments")
        {
            throw error
        }
        return response.topics.flatMap { topic in
            topic.partitions.map {
                PartitionReassignment(
                    TopicPartition(topic.name, $0.partitionIndex), replicas: $0.replicas,
                    addingReplicas: $0.addingReplicas, removingReplicas: $0.removingReplicas)
            }
        }.sorted { $0.partition < $1.partition }
    }

    // MARK: Electing

    /// Has partitions choose their leaders anew (KIP-460).
    ///
    /// - Parameters:
    ///   - kind: Who is to lead.
    ///   - partitions: Which; `nil` for all there are, of which those that need no election are left out of the answer.
    /// - Returns: What became of each: ELECTION_NOT_NEEDED, PREFERRED_LEADER_NOT_AVAILABLE, …
    /// - Throws: ``KafkaClientError`` for what kept the answer away.
    public func electLeaders(
        _ kind: ElectionKind, of partitions: [TopicPartition]? = nil
    ) async throws -> [TopicPartition: Result<Void, KafkaClientError>] {
        if partitions?.isEmpty == true { return [:] }
        let timeout = client.configuration.requestTimeout.wholeMilliseconds
        let topics = partitions.map { partitions in
            Self.byTopic(partitions).map { ElectLeadersRequest.TopicPartitions(topic: $0, partitions: $1) }
        }
        // Version 0 knows of preferred leaders only.
        let lowest: Int16 = kind == .preferred ? 0 : 1
        let response = try await callController(versions: lowest...ElectLeadersRequest.versions.upperBound) { version in
            ElectLeadersRequest(
                electionType: version == 0 ? 0 : kind.rawValue, topicPartitions: topics, timeoutMs: timeout)
        } check: { response in
            try Self.throwIfNotController([response.errorCode])
            try Self.throwIfNotController(
                response.replicaElectionResults.lazy.flatMap { $0.partitionResult.map(\.errorCode) })
        }
        if let error = KafkaClientError(rawCode: response.errorCode, while: "electing leaders") { throw error }
        var results: [TopicPartition: Result<Void, KafkaClientError>] = [:]
        for topic in response.replicaElectionResults {
            client.metadata.invalidate(topic.topic)
            for partition in topic.partitionResult {
                let name = TopicPartition(topic.topic, partition.partitionID)
                let error = KafkaClientError(
                    rawCode: partition.errorCode, detail: partition.errorMessage, while: "electing a leader of \(name)")
                results[name] = error.map { .failure($0) } ?? .success(())
            }
        }
        return results
    }

    // MARK: Looking

    /// Topics and their partitions with those that may lead although they are not in sync (KIP-966), as they are now.
    ///
    /// What brokers that know of no such replicas do not say is `nil`.
    ///
    /// - Parameter topics: Which; all there are, internal ones included, where empty.
    /// - Returns: The topics in the order of their names.
    /// - Throws: ``KafkaClientError``, with code `.broker` when one of the topics is unknown or forbidden.
    public func describePartitions(of topics: [String] = []) async throws -> [TopicDescription] {
        do {
            return try await pagesOfPartitions(of: topics.sorted())
        } catch let error as KafkaClientError where error.code == .unsupportedVersion {
            let names = topics.isEmpty ? try await listTopics(includingInternal: true).map(\.name) : topics.sorted()
            let described = try await describeTopics(names)
            return try names.map { try Self.only($0, of: described) }
        }
    }

    /// Asks page by page, since an answer holds a bounded number of partitions.
    private func pagesOfPartitions(of topics: [String]) async throws -> [TopicDescription] {
        var described: [TopicDescription] = []
        var cursor: DescribeTopicPartitionsRequest.Cursor?
        repeat {
            let asked = cursor
            let response = try await client.retrying {
                try await self.client.call(
                    DescribeTopicPartitionsRequest(topics: topics.map { .init(name: $0) }, cursor: asked))
            }
            for topic in response.topics {
                let name = topic.name ?? ""
                if let error = KafkaClientError(rawCode: topic.errorCode, while: "describing topic \(name)") {
                    throw error
                }
                let partitions = topic.partitions.map(Self.partition)
                // The last topic of a page goes on with the next one.
                if described.last?.name == name {
                    described[described.count - 1].partitions += partitions
                } else {
                    described.append(
                        TopicDescription(
                            name: name, topicID: topic.topicID, isInternal: topic.isInternal, partitions: partitions))
                }
            }
            cursor = response.nextCursor.map { .init(topicName: $0.topicName, partitionIndex: $0.partitionIndex) }
            guard cursor == nil || cursor != asked else {
                throw KafkaClientError(.malformedResponse, "the broker's answer goes on where it began")
            }
        } while cursor != nil
        return described
    }

    private static func partition(
        _ partition: DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition
    ) -> PartitionDescription {
        PartitionDescription(
            partition: partition.partitionIndex, leader: partition.leaderID >= 0 ? partition.leaderID : nil,
            leaderEpoch: LeaderEpoch(partition.leaderEpoch), replicas: partition.replicaNodes,
            inSyncReplicas: partition.isrNodes, offlineReplicas: partition.offlineReplicas,
            eligibleLeaderReplicas: partition.eligibleLeaderReplicas)
    }

    private static func byTopic(_ partitions: some Sequence<TopicPartition>) -> [(String, [Int32])] {
        Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map(\.partition).sorted()) }
    }
}
