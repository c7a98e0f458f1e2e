import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

extension VersionSweep {
    /// One member's life in each version of the APIs of share groups.
    func sharing() async throws {
        let id = try await server.makeShared()
        for version in ShareGroupHeartbeatRequest.versions {
            let joined = try await client.ask(
                ShareGroupHeartbeatRequest(
                    groupID: "g", memberID: "member", memberEpoch: 0, rackID: "rack", subscribedTopicNames: ["t"]),
                version: version)
            #expect(joined.errorCode == 0 && joined.memberEpoch == 1 && joined.heartbeatIntervalMs == 5_000)
            #expect(joined.assignment?.topicPartitions.map(\.topicID) == [id])
            let stranger = try await client.ask(
                ShareGroupHeartbeatRequest(groupID: "g", memberID: "stranger", memberEpoch: 7), version: version)
            #expect(ErrorCode.of(stranger.errorCode) == .unknownMemberID && stranger.errorMessage != nil)
        }
        for version in ShareGroupDescribeRequest.versions {
            let described = try await client.ask(
                ShareGroupDescribeRequest(groupIDs: ["g", "nobody"], includeAuthorizedOperations: true),
                version: version)
            #expect(described.groups.map { ErrorCode.of($0.errorCode) } == [.none, .groupIDNotFound])
            #expect(described.groups[0].members.map(\.rackID) == ["rack"])
            #expect(described.groups[0].authorizedOperations > 0)
        }
        for version in ShareFetchRequest.versions { try await shareFetch(id, version) }
        try await shareOffsets(id)
        try await shareStates(id)
    }

    /// What nodes ask each other, of a share-partition that there is and of one of an unknown topic.
    private func shareStates(_ id: TopicID) async throws {
        let missing = TopicID(high: 1, low: 2)
        for version in InitializeShareGroupStateRequest.versions {
            let answer = try await client.ask(
                InitializeShareGroupStateRequest(
                    groupID: "g",
                    topics: [id, missing].map { .init(topicID: $0, partitions: [.init(partition: 0, stateEpoch: 7)]) }),
                version: version)
            #expect(answer.results.map(\.topicID) == [id, missing])
            let codes = answer.results.flatMap(\.partitions).map { ErrorCode.of($0.errorCode) }
            #expect(codes == [.none, .unknownTopicOrPartition])
        }
        for version in ReadShareGroupStateRequest.versions {
            let answer = try await client.ask(
                ReadShareGroupStateRequest(
                    groupID: "g", topics: [.init(topicID: id, partitions: [.init(partition: 0)])]), version: version)
            #expect(answer.results[0].partitions[0].errorCode == 0 && answer.results[0].partitions[0].startOffset == 0)
        }
        for version in WriteShareGroupStateRequest.versions {
            let batch = WriteShareGroupStateRequest.StateBatch(
                firstOffset: 1, lastOffset: 1, deliveryState: 2, deliveryCount: 1)
            let answer = try await client.ask(
                WriteShareGroupStateRequest(
                    groupID: "g",
                    topics: [
                        .init(
                            topicID: id,
                            partitions: [.init(partition: 0, stateEpoch: 7, startOffset: -1, stateBatches: [batch])])
                    ]), version: version)
            #expect(answer.results[0].partitions.map(\.errorCode) == [0])
        }
        for version in ReadShareGroupStateSummaryRequest.versions {
            let answer = try await client.ask(
                ReadShareGroupStateSummaryRequest(
                    groupID: "g", topics: [.init(topicID: id, partitions: [.init(partition: 0)])]), version: version)
            #expect(answer.results[0].partitions[0].stateEpoch == 7, "version \(version)")
            // The queue of the one who leads the partition knows nothing of what others write.
            #expect(answer.results[0].partitions[0].deliveryCompleteCount == (version >= 1 ? 0 : -1))
        }
        for version in DeleteShareGroupStateRequest.versions {
            let answer = try await client.ask(
                DeleteShareGroupStateRequest(
                    groupID: "g", topics: [.init(topicID: id, partitions: [.init(partition: 0)])]), version: version)
            #expect(answer.results[0].partitions.map(\.errorCode) == [0])
        }
    }

    /// What an administrator asks of the offsets, while the group has a member and afterwards.
    private func shareOffsets(_ id: TopicID) async throws {
        for version in DescribeShareGroupOffsetsRequest.versions {
            let described = try await client.ask(
                DescribeShareGroupOffsetsRequest(
                    groups: [
                        .init(groupID: "g", topics: nil),
                        .init(groupID: "g", topics: [.init(topicName: "t", partitions: [0])]),
                        .init(groupID: "nobody", topics: nil),
                    ]),
                version: version)
            #expect(described.groups.map { ErrorCode.of($0.errorCode) } == [.none, .none, .groupIDNotFound])
            #expect(described.groups[0].topics == described.groups[1].topics)
            #expect(described.groups[0].topics.map(\.topicID) == [id])
            let partition = described.groups[0].topics[0].partitions[0]
            #expect(partition.startOffset == 2 && partition.leaderEpoch == 0)
            #expect(partition.lag == (version >= 1 ? 0 : -1))
        }
        func alter(_ version: Int16) async throws -> AlterShareGroupOffsetsResponse {
            try await client.ask(
                AlterShareGroupOffsetsRequest(
                    groupID: "g",
                    topics: [.init(topicName: "t", partitions: [.init(partitionIndex: 0, startOffset: 1)])]),
                version: version)
        }
        func delete(_ version: Int16) async throws -> DeleteShareGroupOffsetsResponse {
            try await client.ask(
                DeleteShareGroupOffsetsRequest(groupID: "g", topics: [.init(topicName: "t")]), version: version)
        }
        #expect(ErrorCode.of(try await alter(0).errorCode) == .nonEmptyGroup)
        #expect(ErrorCode.of(try await delete(0).errorCode) == .nonEmptyGroup)
        let left = try await client.ask(
            ShareGroupHeartbeatRequest(groupID: "g", memberID: "member", memberEpoch: -1))
        #expect(left.errorCode == 0)
        for version in AlterShareGroupOffsetsRequest.versions {
            let altered = try await alter(version)
            #expect(altered.errorCode == 0 && altered.responses.map(\.topicID) == [id])
            #expect(altered.responses[0].partitions.map(\.errorCode) == [0])
        }
        for version in DeleteShareGroupOffsetsRequest.versions {
            let deleted = try await delete(version)
            #expect(deleted.errorCode == 0 && deleted.responses.map(\.topicID) == [id])
            #expect(deleted.responses.map(\.errorCode) == [0])
        }
    }

    private func shareFetch(_ id: TopicID, _ version: Int16) async throws {
        let offset = try await server.produce("t", ["version \(version)"])
        var member = try await ShareClient("member", id, server)
        let given = try await member.fetch(version: version)
        #expect(given.values == ["version \(version)"] && given.deliveryCounts == [1])
        let request = ShareAcknowledgeRequest(
            groupID: "g", memberID: "member", shareSessionEpoch: member.sessionEpoch,
            topics: [
                .init(
                    topicID: id,
                    partitions: [
                        .init(
                            partitionIndex: 0,
                            acknowledgementBatches: [
                                .init(firstOffset: offset, lastOffset: offset, acknowledgeTypes: [1])
                            ]),
                        .init(partitionIndex: 9),
                    ])
            ])
        let answer = try await client.ask(request, version: version)
        let codes = answer.responses[0].partitions.map { ErrorCode.of($0.errorCode) }
        #expect(codes == [.none, .unknownTopicOrPartition])
        let stale = try await client.ask(request, version: version)
        #expect(ErrorCode.of(stale.errorCode) == .invalidShareSessionEpoch)
        member.sessionEpoch = -1
        let ended = try await client.ask(member.request(), version: version)
        #expect(ended.errorCode == 0 && ended.acquisitionLockTimeoutMs == 30_000)
    }
}
