import Coordination
import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

@Suite struct GroupMembershipWireTests {
    private let join = JoinGroupRequest(
        groupID: "group", sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, memberID: "member",
        groupInstanceID: "instance", protocolType: "consumer",
        protocols: [.init(name: "range", metadata: ByteSlice([1])), .init(name: "sticky", metadata: ByteSlice([2]))])

    @Test func everyErrorHasItsOwnCode() {
        let codes = GroupError.allCases.map { ErrorCode($0) }
        #expect(Set(codes).count == GroupError.allCases.count)
        #expect(!codes.contains(.none))
        #expect(ErrorCode(GroupError.memberIDRequired).name == "MEMBER_ID_REQUIRED")
        #expect(ErrorCode(GroupError?.none) == .none)
    }

    @Test(arguments: JoinGroupRequest.versions) func joinIsReadAtEveryVersion(version: Int16) {
        let read = GroupJoin(join, version: version, clientID: nil, clientHost: "/127.0.0.1")
        #expect(read.groupID == "group" && read.memberID == "member" && read.instanceID == "instance")
        #expect(read.clientID.isEmpty && read.clientHost == "/127.0.0.1")
        #expect(read.sessionTimeout == .seconds(10))
        #expect(read.rebalanceTimeout == (version == 0 ? .seconds(10) : .seconds(60)))
        #expect(read.requiresKnownMemberID == (version >= 4))
        #expect(read.supportsSkippingAssignment == (version >= 9))
        #expect(read.protocols.map(\.name) == ["range", "sticky"])
    }

    /// What a version cannot carry must not be in its response: encoding refuses it.
    @Test(arguments: JoinGroupRequest.versions) func joinResponsesCanBeWritten(version: Int16) throws {
        let member = GroupJoinResult.Member(memberID: "m", instanceID: "i", metadata: ByteSlice([1]))
        let success = GroupJoinResult(
            memberID: "m", generation: GenerationID(3), protocolType: "consumer", protocolName: "range", leader: "m",
            skipsAssignment: version >= 9, members: [member])
        let written = try roundTrip(JoinGroupResponse(success, version: version), version)
        #expect(written.generationID == 3 && written.leader == "m" && written.memberID == "m")
        #expect(written.protocolName == "range" && written.protocolType == (version >= 7 ? "consumer" : nil))
        #expect(written.members.map(\.groupInstanceID) == [version >= 5 ? "i" : nil])
        #expect(written.skipAssignment == (version >= 9))

        let failure = GroupJoinResult(error: .memberIDRequired, memberID: "m")
        let refused = try roundTrip(JoinGroupResponse(failure, version: version), version)
        #expect(refused.errorCode == 79 && refused.memberID == "m" && refused.generationID == -1)
        #expect(refused.protocolName == (version >= 7 ? nil : "") && refused.leader.isEmpty)

        let unreached = JoinGroupResponse(.coordinatorLoadInProgress, to: join, version: version)
        #expect(try roundTrip(unreached, version).errorCode == 14)
    }

    @Test func syncNamesItsProtocolFromVersion5On() throws {
        var request = SyncGroupRequest(
            groupID: "group", generationID: 2, memberID: "m",
            assignments: [.init(memberID: "m", assignment: ByteSlice([1])), .init(memberID: "n", assignment: .empty)])
        let old = try GroupSync(request, version: 4)
        #expect(old.generation == GenerationID(2) && old.protocolName == nil)
        #expect(old.assignments == ["m": ByteSlice([1]), "n": .empty])
        #expect(throws: GroupError.inconsistentGroupProtocol) { try GroupSync(request, version: 5) }
        request.protocolType = "consumer"
        request.protocolName = "range"
        #expect(try GroupSync(request, version: 5).protocolName == "range")
    }

    @Test(arguments: SyncGroupRequest.versions) func syncResponsesCanBeWritten(version: Int16) throws {
        let result = GroupSyncResult(protocolType: "consumer", protocolName: "range", assignment: ByteSlice([7]))
        let written = try roundTrip(SyncGroupResponse(result), version)
        #expect(written.assignment == ByteSlice([7]) && written.protocolName == (version >= 5 ? "range" : nil))
        #expect(try roundTrip(SyncGroupResponse(GroupSyncResult(error: .illegalGeneration)), version).errorCode == 22)
        #expect(try roundTrip(SyncGroupResponse(.notCoordinator), version).errorCode == 16)
    }

    @Test(arguments: HeartbeatRequest.versions) func heartbeatsAreReadAndWritten(version: Int16) throws {
        let request = HeartbeatRequest(groupID: "group", generationID: 2, memberID: "m", groupInstanceID: "i")
        let read = GroupHeartbeat(request)
        #expect(read == GroupHeartbeat(groupID: "group", memberID: "m", instanceID: "i", generation: GenerationID(2)))
        #expect(try roundTrip(HeartbeatResponse(GroupError.rebalanceInProgress), version).errorCode == 27)
        #expect(try roundTrip(HeartbeatResponse(GroupError?.none), version).errorCode == 0)
    }

    @Test(arguments: LeaveGroupRequest.versions) func leavesAreReadAndWritten(version: Int16) throws {
        let request =
            version <= 2
            ? LeaveGroupRequest(groupID: "group", memberID: "m")
            : LeaveGroupRequest(
                groupID: "group", members: [.init(memberID: "m"), .init(memberID: "", groupInstanceID: "i")])
        let read = GroupLeave(request, version: version)
        #expect(read.members.first == GroupLeave.Member(memberID: "m"))
        #expect(read.members.count == (version <= 2 ? 1 : 2))
        let result = GroupLeaveResult(members: read.members.map { .init(member: $0, error: .unknownMemberID) })
        let written = try roundTrip(LeaveGroupResponse(result, version: version), version)
        #expect(written.errorCode == (version <= 2 ? 25 : 0))
        #expect(written.members.map(\.errorCode) == (version <= 2 ? [] : [25, 25]))
        #expect(written.members.map(\.groupInstanceID) == (version <= 2 ? [] : [nil, "i"]))
        let failed = LeaveGroupResponse(GroupLeaveResult(error: .coordinatorNotAvailable), version: version)
        #expect(try roundTrip(failed, version).errorCode == 15)
    }

    @Test(arguments: DescribeGroupsRequest.versions) func descriptionsAreWritten(version: Int16) throws {
        let description = GroupDescription(
            groupID: "group", state: .stable, exists: true, protocolType: "consumer", protocolName: "range",
            members: [
                .init(
                    memberID: "m", instanceID: "i", clientID: "c", clientHost: "/h", metadata: ByteSlice([1]),
                    assignment: ByteSlice([2]))
            ])
        let missing = GroupDescription(
            groupID: "none", state: .dead, exists: false, protocolType: "", protocolName: "", members: [])
        let operations: Int32? = version >= 3 ? 328 : nil
        let written = try roundTrip(
            DescribeGroupsResponse(groups: [
                .init(description, version: version, authorizedOperations: operations),
                .init(missing, version: version), .init(.groupAuthorizationFailed, groupID: "secret"),
            ]), version)
        #expect(written.groups.map(\.groupState) == ["Stable", "Dead", ""])
        #expect(written.groups.map(\.errorCode) == [0, version >= 6 ? 69 : 0, 30])
        #expect(written.groups[0].protocolData == "range" && written.groups[0].members[0].clientHost == "/h")
        #expect(written.groups[0].members[0].groupInstanceID == (version >= 4 ? "i" : nil))
        #expect(written.groups[0].authorizedOperations == operations ?? .min)
        #expect((written.groups[1].errorMessage != nil) == (version >= 6))
    }

    @Test(arguments: ListGroupsRequest.versions) func listsAreWritten(version: Int16) throws {
        let list = [
            GroupListing(
                groupID: "group", protocolType: "connect", state: "CompletingRebalance", groupType: .classic)
        ]
        let written = try roundTrip(ListGroupsResponse(list), version)
        #expect(written.groups.map(\.groupID) == ["group"] && written.groups[0].protocolType == "connect")
        #expect(written.groups[0].groupState == (version >= 4 ? "CompletingRebalance" : ""))
        #expect(written.groups[0].groupType == (version >= 5 ? "classic" : ""))
    }

    @Test(arguments: DeleteGroupsRequest.versions) func deletionsAreWritten(version: Int16) throws {
        let written = try roundTrip(
            DeleteGroupsResponse(results: [
                .init(GroupError?.none, groupID: "a"), .init(GroupError.nonEmptyGroup, groupID: "b"),
                .init(ErrorCode.notCoordinator, groupID: "c"),
            ]), version)
        #expect(written.results.map(\.errorCode) == [0, 68, 16])
    }
}
