import Coordination
import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Share groups as their clients see them (KIP-932).
@Suite struct ShareGroupTests {
    @Test func endOfAConnectionGivesBackWhatItsMemberHad() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a", "b"])
            var one = try await ShareClient("one", id, server)
            var two = try await ShareClient("two", id, server)
            #expect(try await one.fetch().values == ["a", "b"])
            #expect(try await two.fetch(wait: 0).values == [])
            try await one.client.close()
            // Long before the locks would end.
            #expect(try await two.fetch().values == ["a", "b"])
            #expect(server.broker.shares.sessions.count == 1)
        }
    }

    @Test func twoMembersShareOnePartition() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            for batch in 0..<4 { try await server.produce("t", (0..<5).map { "\(batch * 5 + $0)" }) }
            var one = try await ShareClient("one", id, server)
            var two = try await ShareClient("two", id, server)
            let first = try await one.fetch(max: 10)
            let second = try await two.fetch(max: 10)
            #expect(first.values + second.values == (0..<20).map(String.init))
            #expect(first.ranges == [0...9] && first.deliveryCounts == [1])
            // Acknowledged on the way to the next records, which come when they are produced.
            let request = two.request(acknowledging: [(10...19, [1])])
            let client = two.client
            async let waiting = client.ask(request)
            #expect(try await one.acknowledge(0...9, 1) == .none)
            try await server.produce("t", ["20"])
            let given = try ShareClient.given(try await waiting)
            #expect(given.values == ["20"] && given.acknowledgeError == .none)
            two.sessionEpoch += 1
            #expect(try await two.acknowledge(20...20, 1) == .none)

            let described = try await server.ask(ShareGroupDescribeRequest(groupIDs: ["g", "none"]))
            #expect(described.groups[0].groupState == "Stable" && described.groups[0].assignorName == "simple")
            #expect(described.groups[0].members.map(\.memberID) == ["one", "two"])
            #expect(ErrorCode.of(described.groups[1].errorCode) == .groupIDNotFound)
            let listed = try await server.ask(ListGroupsRequest(typesFilter: ["share"]))
            #expect(listed.groups.map(\.groupID) == ["g"] && listed.groups[0].groupType == "share")
        }
    }

    @Test func lockThatEndsGivesRecordsToAnotherUntilTheLimit() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared(settings: ["share.record.lock.duration.ms": "1000"])
            try await server.produce("t", ["a", "b"])
            var one = try await ShareClient("one", id, server)
            var two = try await ShareClient("two", id, server)
            #expect(try await one.fetch().values == ["a", "b"])
            // The second waits until the lock of the first has ended; its own is long enough for a busy machine.
            try await server.configure("g", ["share.record.lock.duration.ms": "60000"])
            let given = try await two.fetch()
            #expect(given.values == ["a", "b"] && given.deliveryCounts == [2])
            #expect(try await one.acknowledge(0...1, 1) == .invalidRecordState)
            #expect(try await two.acknowledge(0...0, 1) == .none)
            // Given back after its last delivery, the other is given up: only what is new comes.
            #expect(try await two.acknowledge(1...1, 2) == .none)
            try await server.produce("t", ["c"])
            #expect(try await one.fetch().values == ["c"])
        }
    }

    @Test func releasedRejectedAndRenewed() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a", "b", "c", "d"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch(max: 3, strict: true).values == ["a", "b", "c"])
            #expect(try await one.acknowledge(0...2, 2, 3, 1) == .none)
            let again = try await one.fetch(max: 3, strict: true)
            #expect(again.values == ["a", "d"] && again.deliveryCounts == [2, 1])
            #expect(try await one.acknowledge(0...0, 4) == .invalidRequest)
            #expect(try await one.acknowledge(0...0, 4, renews: true) == .none)
            // The end of the session gives back what is left.
            #expect(try await one.acknowledge(0...0, 1, epoch: -1) == .none)
            var two = try await ShareClient("two", id, server)
            #expect(try await two.fetch().values == ["d"])
        }
    }

    @Test func sessionsAreHeldToTheirEpochs() async throws {
        try await TestBroker.with(TestBroker.sharing.merging(["group.share.max.share.sessions": "1"]) { $1 }) {
            server in
            let id = try await server.makeShared()
            var one = try await ShareClient("one", id, server)
            func code(_ client: ShareClient, _ epoch: Int32) async throws -> ErrorCode {
                var client = client
                client.sessionEpoch = epoch
                return .of(try await client.client.ask(client.request(wait: 0)).errorCode)
            }
            #expect(try await code(one, 1) == .shareSessionNotFound)
            #expect(try await one.fetch(wait: 0).values.isEmpty)
            #expect(try await code(one, 3) == .invalidShareSessionEpoch)
            #expect(try await one.acknowledge(0...0, 1, epoch: 0) == .invalidShareSessionEpoch)
            let two = try await ShareClient("two", id, server)
            #expect(try await code(two, 0) == .shareSessionLimitReached)
            // A second session of the same member takes the place of the first.
            #expect(try await code(one, 0) == .none)
            #expect(try await code(one, 1) == .none)
            #expect(try await code(one, -1) == .none)
            #expect(try await code(two, 0) == .none)
        }
    }

    @Test func newGroupBeginsWhereItIsTold() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["old"])
            for (group, reset) in [("late", "latest"), ("recent", "by_duration:PT1H")] {
                try await server.configure(group, ["share.auto.offset.reset": reset])
            }
            var late = try await ShareClient("m", group: "late", id, server)
            var recent = try await ShareClient("m", group: "recent", id, server)
            #expect(try await recent.fetch().values == ["old"])
            // Its first fetch settles where it begins.
            #expect(try await late.fetch(wait: 0).values.isEmpty)
            try await server.produce("t", ["new"])
            #expect(try await late.fetch().values == ["new"])
            for reset in ["by_duration:P", "by_duration:PT", "none", "by_duration:PT1X"] {
                await #expect(throws: TestFailure.self) {
                    try await server.configure("late", ["share.auto.offset.reset": reset])
                }
            }
        }
    }

    @Test func committedReadersAreNotGivenAbortedRecords() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared(settings: ["share.isolation.level": "read_committed"])
            try await server.configure("dirty", ["share.auto.offset.reset": "earliest"])
            let producer = try await TransactionClient.start(server)
            try await producer.write("t", ["aborted"])
            #expect(try await producer.end(.abort) == .none)
            try await producer.write("t", ["committed"])
            #expect(try await producer.end(.commit) == .none)
            try await wait(for: "the markers") { try await server.stableOffset("t", partition: 0) >= 4 }
            var clean = try await ShareClient("m", id, server)
            let given = try await clean.fetch()
            #expect(given.values == ["committed"])
            #expect(try await clean.acknowledge(given.ranges[0], 1) == .none)
            var dirty = try await ShareClient("m", group: "dirty", id, server)
            #expect(try await dirty.fetch().values == ["aborted", "committed"])
        }
    }
}
