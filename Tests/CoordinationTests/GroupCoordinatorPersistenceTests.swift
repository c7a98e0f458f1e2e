import RecordFormat
import Testing

@testable import Coordination

@Suite struct GroupCoordinatorPersistenceTests {
    private let partition = TopicPartition("topic", 0)

    @Test func restartedGroupGoesOnWhereItWas() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 2)
        _ = host.commit(.one(7, member: members[0], generation: 1, metadata: "note"))
        let before = host.coordinator.describe("group")
        try host.restart()
        #expect(host.coordinator.describe("group") == before)
        #expect(host.offset(partition) == 7)
        for member in members {
            let heartbeat = GroupHeartbeat(groupID: "group", memberID: member, generation: GenerationID(1))
            #expect(host.heartbeat(heartbeat) == .some(nil))
        }
        _ = host.commit(.one(8, member: members[1], generation: 1))
        #expect(host.offset(partition) == 8)
        let join = host.join(.consumer(member: members[1]))
        #expect(host.joined(join)?.generation == GenerationID(1))
    }

    @Test func restartedMembersHaveToShowThatTheyLive() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 2)
        try host.restart()
        host.wait(.seconds(9))
        _ = host.heartbeat(.init(groupID: "group", memberID: members[0], generation: GenerationID(1)))
        host.wait(.seconds(1))
        #expect(host.state == .preparingRebalance)
        host.wait(.seconds(120))
        #expect(host.state == .empty)
    }

    @Test func restartedStaticMemberIsKnown() throws {
        let host = try CoordinatorHarness()
        let token = host.join(.consumer(instance: "a"))
        host.wait(.seconds(3))
        host.syncAll([try #require(host.joined(token))])
        try host.restart()
        let result = try #require(host.joined(host.join(.consumer(instance: "a"))))
        #expect(result.error == nil && result.generation == GenerationID(1) && result.skipsAssignment)
    }

    @Test func groupOverItsNewLimitRebalances() throws {
        let host = try CoordinatorHarness()
        let members = host.formGroup(members: 3)
        var configuration = GroupCoordinatorConfiguration()
        configuration.groupMaxSize = 2
        try host.restart(configuration: configuration)
        #expect(host.state == .preparingRebalance)
        let tokens = members.map { host.join(.consumer(member: $0)) }
        #expect(host.joined(tokens[2])?.error == .groupMaxSizeReached)
        #expect(tokens.prefix(2).allSatisfy { host.joined($0)?.generation == GenerationID(2) })
    }

    @Test func offsetsWithoutAGroupsRecordMakeASimpleGroup() throws {
        let host = try CoordinatorHarness()
        _ = host.commit(.one(3))
        let again = try CoordinatorHarness(replaying: host.log)
        #expect(
            again.coordinator.listGroups() == [
                GroupListing(groupID: "group", protocolType: "", state: "Empty", groupType: .classic)
            ])
        #expect(again.offset(partition) == 3)
    }

    @Test func tombstonesOfUnknownGroupsAndRecordsOfOtherKindsArePassedOver() throws {
        var coordinator = GroupCoordinator()
        #expect(try coordinator.replay(.groupMetadata("none", nil)))
        #expect(try coordinator.replay(.offsetCommit("none", partition, nil)))
        #expect(try !coordinator.replay(GroupRecord(key: ByteSlice([0, 99, 0, 0]), value: nil)))
        #expect(throws: RecordDecodingError.self) {
            try coordinator.replay(GroupRecord(key: ByteSlice([0, 2, 0]), value: nil))
        }
        #expect(coordinator.listGroups().isEmpty)
    }

    /// A host that reports a failed append only after later ones have become durable breaks no promise.
    @Test func appendThatFailsAfterItsGroupIsGoneIsAnswered() throws {
        var coordinator = GroupCoordinator()
        let now = CoordinationTime(instant: .start, timestamp: Timestamp(milliseconds: 0))
        var appends: [AppendToken] = []
        for action in coordinator.commitOffsets(.one(1), token: RequestToken(1), at: now)
            + coordinator.deleteGroup("group", token: RequestToken(2), at: now)
        {
            if case .append(let append) = action { appends.append(append.token) }
        }
        #expect(
            coordinator.appendCompleted(appends[1], .success(()), at: now)
                == [.respond(RequestToken(2), .deleteGroup(nil))])
        let late = coordinator.appendCompleted(appends[0], .failure(.unavailable), at: now)
        #expect(late.count == 1)
        guard case .respond(RequestToken(1), .offsetCommit(let result))? = late.first else {
            Issue.record("no answer")
            return
        }
        #expect(result.error == .coordinatorNotAvailable)
    }

    @Test func endsOfUnknownAppendsArePassedOver() throws {
        let host = try CoordinatorHarness()
        host.isLogPrompt = false
        _ = host.commit(.one(1))
        let append = try #require(host.unfinished.first)
        host.resign()
        var coordinator = GroupCoordinator()
        #expect(coordinator.appendCompleted(append.token, .success(()), at: host.now).isEmpty)
    }

    @Test func memberSuffixIsAUUID() {
        let suffix = GroupCoordinator.randomMemberSuffix()
        #expect(suffix.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(suffix != GroupCoordinator.randomMemberSuffix())
    }
}
