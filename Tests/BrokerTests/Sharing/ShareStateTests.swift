import Coordination
import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// What a share group has done with outlives its node.
@Suite struct ShareStateTests {
    @Test func restartKeepsWhatWasAcknowledged() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try await server.makeShared()
            try await server.produce("t", (0..<10).map(String.init))
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values.count == 10)
            #expect(try await one.acknowledge(0...3, 1) == .none)
            #expect(try await one.acknowledge(5...5, 3) == .none)
            #expect(try await one.acknowledge(7...7, 2) == .none)
            return id
        }
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            // The session of the member is over, and with it its locks.
            var two = try await ShareClient("two", id, server)
            let given = try await two.fetch()
            #expect(given.values == ["4", "6", "7", "8", "9"])
            #expect(given.ranges == [4...4, 6...6, 7...7, 8...9] && given.deliveryCounts == [1, 1, 2, 1])
        }
    }

    @Test func acknowledgementsThatWereAnsweredOutliveAKill() async throws {
        let settings = TestBroker.sharing
        try await TestBroker.with(settings) { server in
            let id = try await server.makeShared()
            try await server.produce("t", (0..<6).map(String.init))
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values.count == 6)
            #expect(try await one.acknowledge(0...1, 1) == .none)
            #expect(try await one.acknowledge(3...3, 1) == .none)
            // What a process that is killed now leaves behind.
            let left = try server.directory.copy()
            #expect(try await one.acknowledge(2...2, 1) == .none)
            try await TestBroker.with(settings, in: left) { server in
                var two = try await ShareClient("two", id, server)
                #expect(try await two.fetch().values == ["2", "4", "5"])
            }
        }
    }

    @Test func deletedGroupBeginsAnew() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a", "b"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values == ["a", "b"])
            #expect(try await one.acknowledge(0...1, 1) == .none)
            func delete() async throws -> ErrorCode {
                .of(try await server.ask(DeleteGroupsRequest(groupsNames: ["g"])).results[0].errorCode)
            }
            #expect(try await delete() == .nonEmptyGroup)
            try await one.beat(epoch: -1)
            #expect(try await delete() == .none)
            #expect(try await server.ask(ListGroupsRequest()).groups.isEmpty)
            // A fetch of one who has not heard of it makes nothing.
            #expect(try await one.fetch(wait: 0).error == .groupIDNotFound)
            return id
        }
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            var two = try await ShareClient("two", id, server)
            #expect(try await two.fetch().values == ["a", "b"])
        }
    }

    @Test func stateWhoseGroupIsGoneIsNotFoundAgain() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values == ["a"])
            #expect(try await one.acknowledge(0...0, 1) == .none)
            try await one.beat(epoch: -1)
            // As if the node went down between the end of the group and that of its queues.
            let isGone = await withCheckedContinuation { continuation in
                server.broker.groups.perform("g", { $0.deleteGroup("g", token: $1, at: $2) }) { outcome in
                    let isDone = if case .success(.deleteGroup(nil)) = outcome { true } else { false }
                    continuation.resume(returning: isDone)
                }
            }
            #expect(isGone)
        }
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try #require(server.broker.partitions.topic("t")?.id)
            var two = try await ShareClient("two", id, server)
            #expect(try await two.fetch().values == ["a"])
        }
    }

    @Test func topicThatIsDeletedTakesItsStateAlong() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values == ["a"])
            let request = one.request()
            let client = one.client
            async let waiting = client.ask(request)
            let deleted = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(deleted.responses[0].errorCode == 0)
            #expect(try ShareClient.given(try await waiting).error == .unknownTopicID)
            one.sessionEpoch += 1
            #expect(try await one.acknowledge(0...0, 1) == .unknownTopicID)
            let again = try await server.createTopic("t")
            try await server.produce("t", ["b"])
            var two = try await ShareClient("two", again, server)
            #expect(try await two.fetch().values == ["b"])
        }
    }

    @Test func stateOfManyUpdatesIsWrittenAnewAndFoundAgain() async throws {
        let directory = try TestDirectory()
        let settings = TestBroker.sharing.merging(["share.coordinator.snapshot.update.records.per.snapshot": "3"]) {
            $1
        }
        let id = try await TestBroker.with(settings, in: directory) { server in
            let id = try await server.makeShared()
            try await server.produce("t", (0..<40).map(String.init))
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values.count == 40)
            for offset in stride(from: Int64(1), to: 40, by: 2) {
                #expect(try await one.acknowledge(offset...offset, 1) == .none)
            }
            return id
        }
        try await TestBroker.with(settings, in: directory) { server in
            var two = try await ShareClient("two", id, server)
            #expect(try await two.fetch().values == stride(from: 0, to: 40, by: 2).map { "\($0)" })
        }
    }
}
