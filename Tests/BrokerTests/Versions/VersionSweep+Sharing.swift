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
