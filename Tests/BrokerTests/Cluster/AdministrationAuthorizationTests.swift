import KafkaProtocol
import RecordFormat
import Synchronization
import Testing

@testable import Broker

/// Who may not do it is told so before anything is looked up, and what was asked is what Kafka asks.
@Suite struct AdministrationAuthorizationTests {
    /// What an authorizer was asked, all of which it denied.
    private final class Denial: Sendable {
        private let asked = Mutex<[(Operation, Resource)]>([])

        var authorizer: Authorizer {
            Authorizer { [self] _, operation, resource in
                asked.withLock { $0.append((operation, resource)) }
                return false
            }
        }

        /// What was asked since the last call.
        func take() -> [String] {
            asked.withLock { asked in
                defer { asked.removeAll() }
                return asked.map { "\($0.0) \($0.1)" }
            }
        }
    }

    private func denied(
        _ body: (TestConnection, Denial) async throws -> Void
    ) async throws {
        let denial = Denial()
        try await TestBroker.with(authorizer: denial.authorizer) { server in
            let client = try await server.connect()
            try await body(client, denial)
        }
    }

    @Test func settings() async throws {
        try await denied { client, denial in
            let kinds: [(Int8, String, ErrorCode, String)] = [
                (2, "t", .topicAuthorizationFailed, "topic(\"t\")"), (4, "1", .clusterAuthorizationFailed, "cluster"),
                (8, "1", .clusterAuthorizationFailed, "cluster"), (16, "m", .clusterAuthorizationFailed, "cluster"),
                (32, "g", .groupAuthorizationFailed, "group(\"g\")"),
            ]
            for (kind, name, code, resource) in kinds {
                let described = try await client.ask(
                    DescribeConfigsRequest(resources: [.init(resourceType: kind, resourceName: name)]))
                #expect(ErrorCode.of(described.results[0].errorCode) == code && described.results[0].configs.isEmpty)
                #expect(denial.take() == ["describeConfigs \(resource)"])
                let changed = try await client.ask(
                    IncrementalAlterConfigsRequest(resources: [.init(resourceType: kind, resourceName: name)]))
                #expect(ErrorCode.of(changed.responses[0].errorCode) == code)
                #expect(denial.take() == ["alterConfigs \(resource)"])
            }
            let listed = try await client.ask(ListConfigResourcesRequest())
            #expect(ErrorCode.of(listed.errorCode) == .clusterAuthorizationFailed)
            #expect(denial.take() == ["describeConfigs cluster"])
        }
    }

    @Test func cluster() async throws {
        try await denied { client, denial in
            let refused = ErrorCode.clusterAuthorizationFailed.rawValue
            #expect(try await client.ask(DescribeLogDirsRequest(topics: nil)).errorCode == refused)
            #expect(try await client.ask(DescribeQuorumRequest()).errorCode == refused)
            #expect(denial.take() == ["describe cluster", "describe cluster"])
            let moved = try await client.ask(
                AlterReplicaLogDirsRequest(dirs: [.init(path: "/x", topics: [.init(name: "t", partitions: [0])])]))
            #expect(moved.results[0].partitions[0].errorCode == refused)
            #expect(try await client.ask(ElectLeadersRequest(topicPartitions: nil)).errorCode == refused)
            let oldest = try await client.ask(
                ElectLeadersRequest(topicPartitions: [.init(topic: "t", partitions: [0])]), version: 0)
            #expect(oldest.replicaElectionResults[0].partitionResult[0].errorCode == refused)
            #expect(try await client.ask(AlterPartitionReassignmentsRequest()).errorCode == refused)
            #expect(denial.take() == Array(repeating: "alter cluster", count: 4))
            #expect(try await client.ask(ListPartitionReassignmentsRequest()).errorCode == refused)
            #expect(denial.take() == ["describe cluster"])
            #expect(try await client.ask(UpdateFeaturesRequest()).errorCode == refused)
            #expect(try await client.ask(UnregisterBrokerRequest(brokerID: 2)).errorCode == refused)
            #expect(denial.take() == ["alter cluster", "alter cluster"])
            // Anyone may ask for the cluster, and is told that nothing is allowed.
            let described = try await client.ask(DescribeClusterRequest(includeClusterAuthorizedOperations: true))
            #expect(described.errorCode == 0 && described.clusterAuthorizedOperations == 0)
        }
    }

    @Test func quotas() async throws {
        try await denied { client, denial in
            let described = try await client.ask(DescribeClientQuotasRequest())
            #expect(ErrorCode.of(described.errorCode) == .clusterAuthorizationFailed && described.entries == nil)
            #expect(denial.take() == ["describeConfigs cluster"])
            let changed = try await client.ask(
                AlterClientQuotasRequest(entries: [.init(entity: [.init(entityType: "user", entityName: "a")])]))
            #expect(ErrorCode.of(changed.entries[0].errorCode) == .clusterAuthorizationFailed)
            #expect(denial.take() == ["alterConfigs cluster"])
        }
    }

    @Test func topics() async throws {
        try await denied { client, denial in
            let deleted = try await client.ask(
                DeleteRecordsRequest(topics: [
                    .init(name: "t", partitions: [.init(partitionIndex: 0, offset: 0)])
                ]))
            #expect(ErrorCode.of(deleted.topics[0].partitions[0].errorCode) == .topicAuthorizationFailed)
            #expect(denial.take() == ["delete topic(\"t\")"])
            let named = try await client.ask(DescribeTopicPartitionsRequest(topics: [.init(name: "t")]))
            #expect(named.topics.map { ErrorCode.of($0.errorCode) } == [.topicAuthorizationFailed])
            #expect(denial.take() == ["describe topic(\"t\")"])
            // Who asks for all topics is not told of those that are not for them.
            #expect(try await client.ask(DescribeTopicPartitionsRequest()).topics.isEmpty)
        }
    }
}
