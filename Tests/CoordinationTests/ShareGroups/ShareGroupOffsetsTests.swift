import RecordFormat
import Testing

@testable import Coordination

/// What an administrator has to be told before the offsets of a share group are changed.
@Suite struct ShareGroupOffsetsTests {
    private func makeHost() throws -> CoordinatorHarness {
        let host = try CoordinatorHarness()
        host.setTopic("a", CatalogedTopic(id: TopicID(high: 1, low: 1), partitionCount: 1))
        return host
    }

    private func beat(_ host: CoordinatorHarness, epoch: Int32) throws -> ShareHeartbeatResult {
        let token = host.shareHeartbeat(
            ShareHeartbeat(
                groupID: "group", memberID: "m", epoch: epoch, rackID: nil, topicNames: epoch == 0 ? ["a"] : nil,
                clientID: "", clientHost: ""))
        guard case .shareHeartbeat(let result) = try #require(host.answers[token]) else {
            throw GroupError.unknownServerError
        }
        return result
    }

    @Test func groupThatIsNotThereIsMade() throws {
        let host = try makeHost()
        #expect(host.coordinator.shareMemberCount(of: "group") == nil)
        let token = host.prepareShareOffsets()
        #expect(host.answers[token] == .shareOffsets(nil))
        #expect(host.coordinator.shareMemberCount(of: "group") == 0)
        try host.restart()
        #expect(host.coordinator.describeShareGroup("group")?.state == "Empty")
        #expect(host.coordinator.describeShareGroup("group")?.groupEpoch == 1)
        #expect(try beat(host, epoch: 0).assignment?.count == 1)
    }

    @Test func groupWithMembersIsRefused() throws {
        let host = try makeHost()
        _ = try beat(host, epoch: 0)
        let length = host.log.count
        let refused = host.prepareShareOffsets()
        #expect(host.answers[refused] == .shareOffsets(.nonEmptyGroup) && host.log.count == length)
        #expect(host.coordinator.shareMemberCount(of: "group") == 1)
        _ = try beat(host, epoch: -1)
        let before = host.coordinator.describeShareGroup("group")?.groupEpoch ?? 0
        let allowed = host.prepareShareOffsets()
        #expect(host.answers[allowed] == .shareOffsets(nil))
        #expect(host.coordinator.describeShareGroup("group")?.groupEpoch == before + 1)
    }

    @Test func otherKindsAndNamelessGroupsAreRefused() throws {
        let host = try makeHost()
        let commit = host.commit(
            OffsetCommit(groupID: "group", entries: [.init(partition: TopicPartition("a", 0), offset: .zero)]))
        #expect(host.answers[commit] != nil)
        let refused = host.prepareShareOffsets()
        #expect(host.answers[refused] == .shareOffsets(.groupIDNotFound))
        #expect(host.coordinator.shareMemberCount(of: "group") == nil)
        for name in ["", String(repeating: "x", count: 40_000)] {
            let nameless = host.prepareShareOffsets(of: GroupID(name))
            #expect(host.answers[nameless] == .shareOffsets(.invalidGroupID))
        }
    }

    @Test func answerWaitsForTheLog() throws {
        let host = try makeHost()
        host.isLogPrompt = false
        let token = host.prepareShareOffsets()
        #expect(host.answers[token] == nil && host.coordinator.shareMemberCount(of: "group") == nil)
        host.completeFirstAppend(.failure(.unavailable))
        #expect(host.answers[token] == .shareOffsets(.coordinatorNotAvailable))
        #expect(host.coordinator.shareMemberCount(of: "group") == nil)
    }
}
