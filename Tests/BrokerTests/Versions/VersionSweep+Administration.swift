import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

extension VersionSweep {
    func administration() async throws {
        try await createTopics()
        try await createPartitions()
        try await describeConfigs()
        try await describeCluster()
        try await unregisterBroker()
        try await deleteTopics()
    }

    private func createTopics() async throws {
        for version in CreateTopicsRequest.versions {
            let good = CreateTopicsRequest.CreatableTopic(
                name: "topic-\(version)", numPartitions: 2, replicationFactor: 1,
                configs: [.init(name: "retention.ms", value: "1000")])
            let assigned = CreateTopicsRequest.CreatableTopic(
                name: "assigned-\(version)", numPartitions: -1, replicationFactor: -1,
                assignments: [.init(partitionIndex: 0, brokerIDs: [1])])
            let bad = CreateTopicsRequest.CreatableTopic(
                name: "topic-\(version)/", numPartitions: 1, replicationFactor: 1)
            let answer = try await client.ask(CreateTopicsRequest(topics: [good, assigned, bad]), version: version)
            #expect(answer.topics.map { ErrorCode.of($0.errorCode) } == [.none, .none, .invalidTopicException])
            if version >= 5 {
                #expect(answer.topics[0].numPartitions == 2 && answer.topics[0].replicationFactor == 1)
                #expect(answer.topics[0].configs?.first { $0.name == "retention.ms" }?.value == "1000")
                #expect(answer.topics[2].numPartitions == -1)
            }
            if version >= 7 { #expect(answer.topics[0].topicID != .zero && answer.topics[2].topicID == .zero) }
            if version >= 1 {
                #expect(answer.topics[2].errorMessage != nil)
                let tried = try await client.ask(
                    CreateTopicsRequest(
                        topics: [.init(name: "only-tried", numPartitions: 1, replicationFactor: 1)], validateOnly: true),
                    version: version)
                #expect(tried.topics.map(\.errorCode) == [0])
                #expect(server.broker.metadata.image.topic("only-tried") == nil)
            }
        }
    }

    private func createPartitions() async throws {
        for version in CreatePartitionsRequest.versions {
            let answer = try await client.ask(
                CreatePartitionsRequest(topics: [
                    .init(name: "topic-0", count: 3 + Int32(version), assignments: nil),
                    .init(name: "topic-1", count: 1, assignments: nil),
                    .init(name: "missing", count: 2, assignments: nil),
                ]), version: version)
            #expect(
                answer.results.map { ErrorCode.of($0.errorCode) } == [
                    .none, .invalidPartitions, .unknownTopicOrPartition,
                ])
            #expect(server.broker.partitions.topic("topic-0")?.partitions.count == 3 + Int(version))
        }
    }

    private func describeConfigs() async throws {
        for version in DescribeConfigsRequest.versions {
            let resources: [DescribeConfigsRequest.DescribeConfigsResource] = [
                .init(resourceType: 2, resourceName: "topic-1", configurationKeys: nil),
                .init(resourceType: 4, resourceName: "1", configurationKeys: ["listeners", "log.dirs"]),
                .init(resourceType: 2, resourceName: "missing", configurationKeys: nil),
                .init(resourceType: 8, resourceName: "1", configurationKeys: nil),
                .init(resourceType: 4, resourceName: "7", configurationKeys: nil),
            ]
            let answer = try await client.ask(
                DescribeConfigsRequest(
                    resources: resources, includeSynonyms: version >= 1, includeDocumentation: version >= 3),
                version: version)
            #expect(
                answer.results.map { ErrorCode.of($0.errorCode) }
                    == [.none, .none, .unknownTopicOrPartition, .none, .invalidRequest])
            let retention = try #require(answer.results[0].configs.first { $0.name == "retention.ms" })
            #expect(retention.value == "1000")
            if version == 0 {
                #expect(!retention.isDefault)
            } else {
                #expect(retention.configSource == 1 && !retention.synonyms.isEmpty)
            }
            if version >= 3 { #expect(retention.documentation != nil && retention.configType == 5) }
            #expect(answer.results[1].configs.map(\.name).sorted() == ["listeners", "log.dirs"])
        }
    }

    private func describeCluster() async throws {
        for version in DescribeClusterRequest.versions {
            let answer = try await client.ask(
                DescribeClusterRequest(includeClusterAuthorizedOperations: version == 1), version: version)
            #expect(
                answer.errorCode == 0 && answer.brokers.map(\.brokerID) == [1]
                    && answer.clusterID == server.broker.clusterID)
            guard version >= 1 else { continue }
            for (type, code) in [(Int8(2), ErrorCode.mismatchedEndpointType), (9, .unsupportedEndpointType)] {
                let refused = try await client.ask(DescribeClusterRequest(endpointType: type), version: version)
                #expect(ErrorCode.of(refused.errorCode) == code)
            }
        }
    }

    private func unregisterBroker() async throws {
        for (id, code) in [(Int32(1), ErrorCode.invalidRequest), (7, .brokerIDNotRegistered)] {
            let answer = try await client.ask(UnregisterBrokerRequest(brokerID: id))
            #expect(ErrorCode.of(answer.errorCode) == code && answer.errorMessage != nil)
        }
    }

    private func deleteTopics() async throws {
        for version in DeleteTopicsRequest.versions {
            let names = ["topic-\(version)", "missing"]
            var request = DeleteTopicsRequest()
            if version >= 6 {
                let id = try #require(server.broker.metadata.image.topic("assigned-\(version)")?.id)
                request.topics =
                    names.map { .init(name: $0) } + [
                        .init(name: nil, topicID: id), .init(name: nil, topicID: TopicID(high: 3, low: 4)),
                    ]
            } else {
                request.topicNames = names
            }
            let answer = try await client.ask(request, version: version)
            let codes = answer.responses.map { ErrorCode.of($0.errorCode) }
            #expect(codes.prefix(2) == [.none, .unknownTopicOrPartition])
            if version >= 6 {
                #expect(codes.suffix(2) == [.none, .unknownTopicID])
                #expect(answer.responses[2].name == "assigned-\(version)" && answer.responses[3].name == nil)
            }
        }
    }
}
