import Coordination
import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// Who may not see or set from where a share group reads, and what is no share group.
@Suite struct ShareOffsetsRefusalTests {
    /// What the three requests are answered for a group as a whole.
    private func codes(_ server: TestBroker, _ group: String) async throws -> [ErrorCode] {
        let described = try await server.ask(
            DescribeShareGroupOffsetsRequest(groups: [.init(groupID: group, topics: nil)]))
        let altered = try await server.ask(AlterShareGroupOffsetsRequest(groupID: group))
        let deleted = try await server.ask(DeleteShareGroupOffsetsRequest(groupID: group))
        return [described.groups[0].errorCode, altered.errorCode, deleted.errorCode].map { .of($0) }
    }

    @Test func groupsOfOtherKindsAndNoneHaveNoOffsets() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            _ = try await server.makeShared()
            let joined = try await server.ask(
                ConsumerGroupHeartbeatRequest(
                    groupID: "consumers", memberID: "c", memberEpoch: 0, rebalanceTimeoutMs: 1000,
                    subscribedTopicNames: ["t"], topicPartitions: []))
            #expect(joined.errorCode == 0)
            #expect(try await codes(server, "consumers") == Array(repeating: .groupIDNotFound, count: 3))
            #expect(try await codes(server, "") == [.groupIDNotFound, .invalidGroupID, .invalidGroupID])
            let deleted = try await server.ask(DeleteShareGroupOffsetsRequest(groupID: "nobody"))
            #expect(ErrorCode.of(deleted.errorCode) == .groupIDNotFound && deleted.errorMessage != nil)
            // One group named twice is told twice only as far as it was asked for by partition.
            let twice = try await server.ask(
                DescribeShareGroupOffsetsRequest(
                    groups: [nil, nil, []].map { .init(groupID: "nobody", topics: $0) }))
            #expect(twice.groups.map { ErrorCode.of($0.errorCode) } == [.groupIDNotFound, .groupIDNotFound])
        }
    }

    @Test func featureThatIsSwitchedOffRefusesEverything() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            _ = try await server.makeShared()
            let update = try await server.ask(
                UpdateFeaturesRequest(
                    featureUpdates: [.init(feature: "share.version", maxVersionLevel: 0, upgradeType: 3)]))
            #expect(update.errorCode == 0)
            #expect(try await codes(server, "g") == Array(repeating: .unsupportedVersion, count: 3))
        }
    }

    @Test func whoMayNotIsToldAndChangesNothing() async throws {
        let authorizer = Authorizer { _, operation, resource in
            switch resource {
            case .group("closed"): false
            case .group("kept"): operation != .delete
            case .topic("secret"): operation == .create || operation == .write
            // Whoever may know of it may not read it.
            case .topic("known"): operation != .read
            default: true
            }
        }
        try await TestBroker.with(TestBroker.sharing, authorizer: authorizer) { server in
            _ = try await server.makeShared()
            let secret = try await server.createTopic("secret")
            try await server.createTopic("known")
            #expect(try await codes(server, "closed") == Array(repeating: .groupAuthorizationFailed, count: 3))
            let kept = try await codes(server, "kept")
            #expect(kept == [.groupIDNotFound, .none, .groupAuthorizationFailed])

            let altered = try await server.alter(["t": [(0, 0)], "secret": [(0, 0), (9, 0)], "known": [(0, 0)]])
            #expect(altered.by["t"] == [.none] && altered.by["known"] == [.topicAuthorizationFailed])
            #expect(altered.by["secret"] == [.topicAuthorizationFailed, .topicAuthorizationFailed])
            let deleted = try await server.delete(["secret", "known", "t"])
            #expect(deleted.partitions == [.topicAuthorizationFailed, .topicAuthorizationFailed, .none])

            // What the group has on a topic that the client may not know is left out, and refused where it is named.
            let key = SharePartitionKey(groupID: "g", topicID: secret, partition: 0)
            #expect(await server.broker.shares.alterStart(of: key, to: .zero) == nil)
            #expect(try await server.progress(nil).isEmpty)
            let named = try await server.ask(
                DescribeShareGroupOffsetsRequest(
                    groups: [
                        .init(
                            groupID: "g",
                            topics: ["secret", "known"].map { .init(topicName: $0, partitions: [0]) })
                    ]))
            let topics = named.groups[0].topics
            #expect(topics.map(\.topicName) == ["secret", "known"] && topics[0].topicID == .zero)
            let codes = topics.flatMap(\.partitions).map { ErrorCode.of($0.errorCode) }
            #expect(codes == [.topicAuthorizationFailed, .none])
        }
    }
}
