import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

extension VersionSweep {
    func groups() async throws {
        let id = try await server.createTopic("present")
        try await findCoordinator()
        for version in JoinGroupRequest.versions { try await membership(version) }
        try await offsets(id)
        try await describe()
        try await consumerGroups(id)
        for version in DeleteGroupsRequest.versions {
            let answer = try await client.ask(
                DeleteGroupsRequest(groupsNames: ["group-\(version)", "nobody"]), version: version)
            #expect(answer.results.map { ErrorCode.of($0.errorCode) } == [.none, .groupIDNotFound])
        }
    }

    private func findCoordinator() async throws {
        for version in FindCoordinatorRequest.versions {
            func ask(_ type: Int8) async throws -> FindCoordinatorResponse {
                let request =
                    version >= 4
                    ? FindCoordinatorRequest(keyType: type, coordinatorKeys: ["a", "b"])
                    : FindCoordinatorRequest(key: "a", keyType: version >= 1 ? type : 0)
                return try await client.ask(request, version: version)
            }
            for type in [Int8(0), 1] {
                let found = try await ask(type)
                if version >= 4 {
                    #expect(found.coordinators.map(\.key) == ["a", "b"])
                    #expect(found.coordinators.allSatisfy { $0.port == Int32(server.port) && $0.errorCode == 0 })
                } else {
                    #expect(found.port == Int32(server.port) && found.errorCode == 0)
                }
            }
            guard version >= 1 else { continue }
            // Share-partitions are found from version 6 on, by a name of three parts.
            for type in [Int8(2), 9] {
                let refused = try await ask(type)
                let codes = version >= 4 ? refused.coordinators.map(\.errorCode) : [refused.errorCode]
                #expect(codes.allSatisfy { ErrorCode.of($0) == .invalidRequest })
            }
            guard version >= 6 else { continue }
            let key = "g:\(TopicID.random()):0"
            let found = try await client.ask(
                FindCoordinatorRequest(keyType: 2, coordinatorKeys: [key, "g:0"]), version: version)
            #expect(found.coordinators.map { ErrorCode.of($0.errorCode) } == [.none, .invalidRequest])
            #expect(found.coordinators.map(\.key) == [key, "g:0"])
        }
    }

    /// One member's life in one version of each API; those with fewer versions end at their newest.
    private func membership(_ version: Int16) async throws {
        let group = "group-\(version)"
        var join = JoinGroupRequest(
            groupID: group, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: version >= 1 ? 10_000 : -1, memberID: "",
            protocolType: "consumer", protocols: [.init(name: "range", metadata: ByteSlice("subscription"))])
        var joined = try await client.ask(join, version: version)
        if version >= 4 {
            #expect(ErrorCode.of(joined.errorCode) == .memberIDRequired)
            join.memberID = joined.memberID
            joined = try await client.ask(join, version: version)
        }
        #expect(joined.errorCode == 0 && joined.generationID == 1 && joined.leader == joined.memberID)
        #expect(joined.members.map(\.metadata.string) == ["subscription"])
        join.memberID = "stranger"
        let stranger = try await client.ask(join, version: version)
        #expect(ErrorCode.of(stranger.errorCode) == .unknownMemberID)

        let syncVersion = min(version, SyncGroupRequest.versions.upperBound)
        var sync = SyncGroupRequest(
            groupID: group, generationID: 1, memberID: joined.memberID,
            protocolType: syncVersion >= 5 ? "consumer" : nil,
            protocolName: syncVersion >= 5 ? "range" : nil,
            assignments: [.init(memberID: joined.memberID, assignment: ByteSlice("assignment"))])
        let synced = try await client.ask(sync, version: syncVersion)
        #expect(synced.errorCode == 0 && synced.assignment.string == "assignment")
        sync.generationID = 9
        #expect(ErrorCode.of(try await client.ask(sync, version: syncVersion).errorCode) == .illegalGeneration)

        let beatVersion = min(version, HeartbeatRequest.versions.upperBound)
        var beat = HeartbeatRequest(groupID: group, generationID: 1, memberID: joined.memberID)
        #expect(try await client.ask(beat, version: beatVersion).errorCode == 0)
        beat.memberID = "stranger"
        #expect(ErrorCode.of(try await client.ask(beat, version: beatVersion).errorCode) == .unknownMemberID)

        let leaveVersion = min(version, LeaveGroupRequest.versions.upperBound)
        var leave = LeaveGroupRequest(groupID: group)
        if leaveVersion >= 3 {
            leave.members = [.init(memberID: joined.memberID)]
        } else {
            leave.memberID = joined.memberID
        }
        let left = try await client.ask(leave, version: leaveVersion)
        #expect(left.errorCode == 0 && left.members.allSatisfy { $0.errorCode == 0 })
        let again = try await client.ask(leave, version: leaveVersion)
        #expect(ErrorCode.of(again.members.first?.errorCode ?? again.errorCode) == .unknownMemberID)
    }

    private func offsets(_ id: TopicID) async throws {
        for version in OffsetCommitRequest.versions {
            let partition = OffsetCommitRequest.OffsetCommitRequestPartition(
                partitionIndex: 0, committedOffset: Int64(version), committedMetadata: "note")
            func topic(_ name: String, _ id: TopicID) -> OffsetCommitRequest.OffsetCommitRequestTopic {
                version >= 10 ? .init(topicID: id, partitions: [partition]) : .init(name: name, partitions: [partition])
            }
            let answer = try await client.ask(
                OffsetCommitRequest(
                    groupID: "offsets", topics: [topic("present", id), topic("missing", TopicID(high: 1, low: 1))]),
                version: version)
            let missing: ErrorCode = version >= 10 ? .unknownTopicID : .unknownTopicOrPartition
            #expect(answer.topics.map { ErrorCode.of($0.partitions[0].errorCode) } == [.none, missing])
            let stale = try await client.ask(
                OffsetCommitRequest(
                    groupID: "offsets", generationIDOrMemberEpoch: 5, memberID: "stranger",
                    topics: [topic("present", id)]), version: version)
            #expect(stale.topics[0].partitions[0].errorCode != 0)
        }
        let committed = Int64(OffsetCommitRequest.versions.upperBound)
        for version in 1...7 as ClosedRange<Int16> {
            let answer = try await client.ask(
                OffsetFetchRequest(groupID: "offsets", topics: [.init(name: "present", partitionIndexes: [0, 4])]),
                version: version)
            #expect(answer.errorCode == 0)
            #expect(answer.topics[0].partitions.map(\.committedOffset) == [committed, -1])
            #expect(answer.topics[0].partitions[0].metadata == "note")
            guard version >= 2 else { continue }
            let all = try await client.ask(OffsetFetchRequest(groupID: "offsets", topics: nil), version: version)
            #expect(all.topics.map(\.name) == ["present"])
        }
        for version in 8...OffsetFetchRequest.versions.upperBound {
            let topic: OffsetFetchRequest.OffsetFetchRequestTopics =
                version >= 10
                ? .init(topicID: id, partitionIndexes: [0]) : .init(name: "present", partitionIndexes: [0])
            let answer = try await client.ask(
                OffsetFetchRequest(groups: [
                    .init(groupID: "offsets", topics: [topic]), .init(groupID: "nobody", topics: nil),
                ]),
                version: version)
            #expect(answer.groups.map(\.groupID) == ["offsets", "nobody"])
            #expect(answer.groups[0].topics[0].partitions[0].committedOffset == committed)
            #expect(answer.groups[1].topics.isEmpty)
        }
    }

    private func describe() async throws {
        for version in DescribeGroupsRequest.versions {
            let answer = try await client.ask(
                DescribeGroupsRequest(groups: ["group-0", "nobody"], includeAuthorizedOperations: version >= 3),
                version: version)
            #expect(answer.groups.map(\.groupID) == ["group-0", "nobody"])
            #expect(answer.groups[0].groupState == "Empty" && answer.groups[0].errorCode == 0)
            #expect(answer.groups[1].groupState == "Dead")
            #expect(ErrorCode.of(answer.groups[1].errorCode) == (version >= 6 ? .groupIDNotFound : .none))
        }
        for version in ListGroupsRequest.versions {
            let answer = try await client.ask(
                ListGroupsRequest(
                    statesFilter: version >= 4 ? ["Empty"] : [], typesFilter: version >= 5 ? ["classic"] : []),
                version: version)
            #expect(answer.errorCode == 0 && answer.groups.contains { $0.groupID == "group-9" })
        }
    }

    /// One member's life in each version of the consumer protocol, and the deletion of its offsets.
    private func consumerGroups(_ id: TopicID) async throws {
        for version in ConsumerGroupHeartbeatRequest.versions {
            var beat = ConsumerGroupHeartbeatRequest(groupID: "consumers-\(version)", rebalanceTimeoutMs: 10_000)
            beat.memberID = version >= 1 ? "member" : ""
            beat.subscribedTopicNames = ["present"]
            beat.topicPartitions = []
            let joined = try await client.ask(beat, version: version)
            #expect(joined.errorCode == 0 && joined.memberEpoch == 1 && joined.heartbeatIntervalMs == 5_000)
            #expect(joined.assignment?.topicPartitions.map(\.topicID) == [id])
            let memberID = joined.memberID ?? ""
            beat.memberID = memberID
            beat.serverAssignor = "nonesuch"
            let refused = try await client.ask(beat, version: version)
            #expect(ErrorCode.of(refused.errorCode) == .unsupportedAssignor && refused.errorMessage != nil)
            let described = try await client.ask(
                ConsumerGroupDescribeRequest(
                    groupIDs: [beat.groupID, "nobody"], includeAuthorizedOperations: true), version: version)
            #expect(described.groups.map { ErrorCode.of($0.errorCode) } == [.none, .groupIDNotFound])
            #expect(described.groups[0].members.map(\.memberID) == [memberID])
            #expect(described.groups[0].authorizedOperations > 0)
            let left = try await client.ask(
                ConsumerGroupHeartbeatRequest(groupID: beat.groupID, memberID: memberID, memberEpoch: -1),
                version: version)
            #expect(left.errorCode == 0 && left.memberEpoch == -1)
        }
        for version in OffsetDeleteRequest.versions {
            let answer = try await client.ask(
                OffsetDeleteRequest(
                    groupID: "offsets", topics: [.init(name: "present", partitions: [.init(partitionIndex: 0)])]),
                version: version)
            #expect(answer.errorCode == 0 && answer.topics[0].partitions[0].errorCode == 0)
        }
    }
}
