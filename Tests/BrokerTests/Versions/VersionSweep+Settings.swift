import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// Settings, quotas, features and what there is to say of one node, at each version.
extension VersionSweep {
    func settings() async throws {
        try await server.createTopic("set", partitions: 2)
        try await alterConfigs()
        try await records()
        try await placement()
        try await quotasAndFeatures()
        try await telemetry()
    }

    private func alterConfigs() async throws {
        for version in AlterConfigsRequest.versions {
            let answer = try await client.ask(
                AlterConfigsRequest(resources: [
                    .init(
                        resourceType: 2, resourceName: "set",
                        configs: [.init(name: "retention.ms", value: "\(version)")]),
                    .init(resourceType: 2, resourceName: "missing"),
                ]), version: version)
            #expect(answer.responses.map { ErrorCode.of($0.errorCode) } == [.none, .unknownTopicOrPartition])
            #expect(server.broker.metadata.image.topic("set")?.configuration == ["retention.ms": "\(version)"])
        }
        for version in IncrementalAlterConfigsRequest.versions {
            let answer = try await client.ask(
                IncrementalAlterConfigsRequest(resources: [
                    .init(
                        resourceType: 2, resourceName: "set",
                        configs: [.init(name: "retention.ms", configOperation: 1, value: nil)])
                ]), version: version)
            #expect(answer.responses.map { ErrorCode.of($0.errorCode) } == [.none])
            #expect(server.broker.metadata.image.topic("set")?.configuration == [:])
        }
        for version in ListConfigResourcesRequest.versions {
            let answer = try await client.ask(ListConfigResourcesRequest(), version: version)
            #expect(answer.errorCode == 0 && answer.configResources.contains { $0.resourceType == 2 } == (version > 0))
        }
    }

    private func records() async throws {
        try await server.produce("set", ["a", "b", "c"])
        for version in DeleteRecordsRequest.versions {
            let answer = try await client.ask(
                DeleteRecordsRequest(
                    topics: [
                        .init(
                            name: "set",
                            partitions: [
                                .init(partitionIndex: 0, offset: Int64(version)), .init(partitionIndex: 9, offset: 0),
                            ])
                    ], timeoutMs: 100), version: version)
            let results = answer.topics[0].partitions
            #expect(results.map(\.lowWatermark) == [Int64(version), -1])
            #expect(results.map { ErrorCode.of($0.errorCode) } == [.none, .unknownTopicOrPartition])
        }
    }

    private func placement() async throws {
        for version in DescribeLogDirsRequest.versions {
            let answer = try await client.ask(
                DescribeLogDirsRequest(topics: [.init(topic: "set", partitions: [0])]), version: version)
            #expect(answer.results.map(\.errorCode) == [0] && answer.results[0].topics.map(\.name) == ["set"])
            #expect((answer.results[0].totalBytes > 0) == (version >= 4))
        }
        for version in AlterReplicaLogDirsRequest.versions {
            let answer = try await client.ask(
                AlterReplicaLogDirsRequest(dirs: [
                    .init(path: "/elsewhere", topics: [.init(name: "set", partitions: [0])])
                ]), version: version)
            #expect(ErrorCode.of(answer.results[0].partitions[0].errorCode) == .logDirNotFound)
        }
        for version in DescribeTopicPartitionsRequest.versions {
            let answer = try await client.ask(
                DescribeTopicPartitionsRequest(topics: [.init(name: "set")]), version: version)
            #expect(answer.topics.map(\.partitions.count) == [2])
        }
        for version in DescribeQuorumRequest.versions {
            let answer = try await client.ask(
                DescribeQuorumRequest(topics: [
                    .init(topicName: "__cluster_metadata", partitions: [.init(partitionIndex: 0)])
                ]), version: version)
            #expect(answer.errorCode == 0 && answer.topics[0].partitions[0].leaderID == 1)
            #expect(answer.nodes.isEmpty == (version < 2))
        }
        for version in ElectLeadersRequest.versions {
            let answer = try await client.ask(
                ElectLeadersRequest(topicPartitions: [.init(topic: "set", partitions: [1])]), version: version)
            #expect(
                ErrorCode.of(answer.replicaElectionResults[0].partitionResult[0].errorCode) == .electionNotNeeded)
        }
        for version in AlterPartitionReassignmentsRequest.versions {
            let answer = try await client.ask(
                AlterPartitionReassignmentsRequest(topics: [
                    .init(name: "set", partitions: [.init(partitionIndex: 0, replicas: nil)])
                ]), version: version)
            #expect(ErrorCode.of(answer.responses[0].partitions[0].errorCode) == .noReassignmentInProgress)
        }
        for version in ListPartitionReassignmentsRequest.versions {
            let answer = try await client.ask(ListPartitionReassignmentsRequest(), version: version)
            #expect(answer.errorCode == 0 && answer.topics.isEmpty)
        }
    }

    private func quotasAndFeatures() async throws {
        for version in AlterClientQuotasRequest.versions {
            let answer = try await client.ask(
                AlterClientQuotasRequest(entries: [
                    .init(
                        entity: [.init(entityType: "user", entityName: nil)],
                        ops: [.init(key: "producer_byte_rate", value: 1e9)])
                ]), version: version)
            #expect(answer.entries.map(\.errorCode) == [0])
        }
        for version in DescribeClientQuotasRequest.versions {
            let answer = try await client.ask(DescribeClientQuotasRequest(), version: version)
            #expect(answer.entries?.map { $0.values.map(\.value) } == [[1e9]])
        }
        for version in UpdateFeaturesRequest.versions {
            func update(_ level: Int16, down: Bool) async throws -> UpdateFeaturesResponse {
                var change = UpdateFeaturesRequest.FeatureUpdateKey(
                    feature: Feature.transactions.name, maxVersionLevel: level)
                if version == 0 { change.allowDowngrade = down } else { change.upgradeType = down ? 2 : 1 }
                return try await client.ask(UpdateFeaturesRequest(featureUpdates: [change]), version: version)
            }
            #expect(ErrorCode.of(try await update(1, down: false).errorCode) == .invalidUpdateVersion)
            let lowered = try await update(1, down: true)
            #expect(lowered.errorCode == 0 && lowered.results.map(\.errorCode) == (version < 2 ? [0] : []))
            #expect(try await update(2, down: false).errorCode == 0)
        }
    }

    private func telemetry() async throws {
        for version in GetTelemetrySubscriptionsRequest.versions {
            let told = try await client.ask(GetTelemetrySubscriptionsRequest(), version: version)
            #expect(told.errorCode == 0 && told.clientInstanceID != .zero)
            let taken = try await client.ask(
                PushTelemetryRequest(
                    clientInstanceID: told.clientInstanceID, subscriptionID: told.subscriptionID), version: version)
            #expect(taken.errorCode == 0)
        }
    }
}
