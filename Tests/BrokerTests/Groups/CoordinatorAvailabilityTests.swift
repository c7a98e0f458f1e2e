import Coordination
import Foundation
import KafkaProtocol
import LogHarness
import Logging
import RecordFormat
import Testing

@testable import Broker

/// A coordinator that does not know a group's offsets must not answer as if there were none.
@Suite struct CoordinatorAvailabilityTests {
    private func commit(_ group: String, _ offset: Int64) -> OffsetCommitRequest {
        OffsetCommitRequest(
            groupID: group, topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])])
    }

    private func fetched(
        _ server: TestBroker, _ group: String
    ) async throws -> (error: ErrorCode, offset: Int64?) {
        let answer = try await server.ask(
            OffsetFetchRequest(groups: [.init(groupID: group, topics: [.init(name: "t", partitionIndexes: [0])])]),
            version: 9)
        let group = answer.groups[0]
        return (.of(group.errorCode), group.topics.first?.partitions.first?.committedOffset)
    }

    private func commitError(_ server: TestBroker, _ group: String, _ offset: Int64) async throws -> ErrorCode {
        .of(try await server.ask(commit(group, offset), version: 9).topics[0].partitions[0].errorCode)
    }

    @Test func nodeThatHasResignedSendsEveryoneAway() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            #expect(try await commitError(server, "g", 7) == .none)
            server.broker.groups.resign()
            let fetch = try await fetched(server, "g")
            #expect(fetch.error == .notCoordinator && fetch.offset == nil)
            #expect(try await commitError(server, "g", 8) == .notCoordinator)
            let join = JoinGroupRequest(
                groupID: "g", sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 6_000, protocolType: "consumer",
                protocols: [.init(name: "range", metadata: ByteSlice("m"))])
            #expect(ErrorCode.of(try await server.ask(join).errorCode) == .notCoordinator)
            let heartbeat = try await server.ask(HeartbeatRequest(groupID: "g", generationID: 1, memberID: "m"))
            #expect(ErrorCode.of(heartbeat.errorCode) == .notCoordinator)
            let leave = try await server.ask(LeaveGroupRequest(groupID: "g", members: [.init(memberID: "m")]))
            #expect(ErrorCode.of(leave.errorCode) == .notCoordinator)
            let sync = try await server.ask(
                SyncGroupRequest(
                    groupID: "g", generationID: 1, memberID: "m", protocolType: "consumer", protocolName: "range"))
            #expect(ErrorCode.of(sync.errorCode) == .notCoordinator)
            let deleted = try await server.ask(DeleteGroupsRequest(groupsNames: ["g"]))
            #expect(ErrorCode.of(deleted.results[0].errorCode) == .notCoordinator)
            let described = try await server.ask(DescribeGroupsRequest(groups: ["g"]))
            #expect(ErrorCode.of(described.groups[0].errorCode) == .notCoordinator)
            #expect(ErrorCode.of(try await server.ask(ListGroupsRequest()).errorCode) == .coordinatorNotAvailable)
            let found = try await server.ask(FindCoordinatorRequest(coordinatorKeys: ["g"]))
            #expect(ErrorCode.of(found.coordinators[0].errorCode) == .coordinatorNotAvailable)
        }
    }

    @Test func damageTakesOnlyTheGroupsOfItsPartition() async throws {
        let directory = try TestDirectory()
        func place(_ group: String) -> Int32 { GroupCoordinator.groupPartition(for: GroupID(group), partitionCount: 3) }
        let lost = "group"
        let kept = try #require((0..<100).map { "other-\($0)" }.first { place($0) != place(lost) })
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            for offset in 1...5 {
                #expect(try await commitError(server, lost, Int64(offset)) == .none)
                #expect(try await commitError(server, kept, Int64(offset)) == .none)
            }
        }
        let name = "__consumer_offsets-\(place(lost))"
        let path = directory.path + "/\(name)/00000000000000000000.log"
        var bytes = try #require(FileManager.default.contents(atPath: path))
        // In the records of the first batch: its header takes 61 bytes.
        bytes[70] ^= 1
        try bytes.write(to: URL(filePath: path))
        try await TestBroker.with(in: directory) { server in
            #expect(
                server.log.messages(from: .error).contains {
                    $0.contains(name) && $0.contains("COORDINATOR_NOT_AVAILABLE")
                })
            let fetch = try await fetched(server, lost)
            #expect(fetch.error == .coordinatorNotAvailable && fetch.offset == nil)
            #expect(try await commitError(server, lost, 9) == .coordinatorNotAvailable)
            let found = try await server.ask(FindCoordinatorRequest(coordinatorKeys: [lost, kept]))
            #expect(
                found.coordinators.map { ErrorCode.of($0.errorCode) } == [.coordinatorNotAvailable, ErrorCode.none])
            #expect(try await fetched(server, kept).offset == 5)
            #expect(try await commitError(server, kept, 6) == .none)
        }
    }

    @Test func offsetsAreWatchedFromTheFirstStartOn() async throws {
        try await TestBroker.with { server in
            try await server.makeGroupsReady()
            let deadline = server.broker.groups.query(GroupID("g")) { $0.nextDeadline }
            #expect(try deadline.get() != nil)
        }
    }

    @Test func groupsTooLargeForTheirTopicAreRefused() async throws {
        try await TestBroker.with(["message.max.bytes": "2000"]) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            var request = commit("g", 1)
            request.topics[0].partitions = (0..<100).map { _ in
                .init(partitionIndex: 0, committedOffset: 1, committedMetadata: String(repeating: "m", count: 100))
            }
            let answer = try await server.ask(request, version: 9)
            #expect(answer.topics[0].partitions.allSatisfy { ErrorCode.of($0.errorCode) == .unknownServerError })
            #expect(try await fetched(server, "g").offset == -1)
        }
    }
}
