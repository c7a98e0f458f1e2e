import Foundation
import KafkaProtocol
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

@testable import Broker

/// From where share groups read, as administrators see and set it (KIP-932).
@Suite struct ShareOffsetsTests {
    @Test func progressIsTold() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.createTopic("other")
            try await server.produce("t", (0..<10).map(String.init))
            var one = try await ShareClient("one", id, server)
            #expect(try await server.progress(["t": [0]]) == ["t": [.unread(0)]])
            #expect(try await server.progress(nil).isEmpty)
            #expect(try await one.fetch().values.count == 10)
            #expect(try await server.progress(nil) == ["t": [.at(0, 0, lag: 10)]])
            #expect(try await one.acknowledge(4...6, 1) == .none)
            #expect(try await server.progress(nil) == ["t": [.at(0, 0, lag: 7)]])
            #expect(try await one.acknowledge(0...3, 1) == .none)
            let all = try await server.progress(["t": [0, 9, -1], "other": [0], "none": [0]])
            #expect(all["t"] == [.at(0, 7, lag: 3), .unread(9), .unread(-1)])
            #expect(all["other"] == [.unread(0)] && all["none"] == [.unread(0)])
            // Version 0 has no lag.
            let client = try await server.connect()
            let old = try await client.ask(
                DescribeShareGroupOffsetsRequest(groups: [.init(groupID: "g", topics: nil)]), version: 0)
            #expect(old.groups[0].topics[0].partitions[0].lag == -1 && old.groups[0].topics[0].topicID == id)
        }
    }

    @Test func alteredStartCountsAndOutlivesAKill() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", (0..<10).map(String.init))
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values.count == 10)
            #expect(try await one.acknowledge(0...7, 1) == .none)
            #expect(try await server.alter(["t": [(0, 3)]]).error == .nonEmptyGroup)
            #expect(try await server.progress(nil) == ["t": [.at(0, 8, lag: 2)]])
            try await one.beat(epoch: -1)
            let altered = try await server.alter(["t": [(0, 3)]])
            #expect(altered.error == .none && altered.partitions == [.none])
            // What a process that is killed now leaves behind.
            let left = try server.directory.copy()
            #expect(try await server.progress(nil) == ["t": [.at(0, 3, lag: 7)]])
            // A member that has not heard of it has its records no more.
            #expect(try await one.acknowledge(8...9, 1) != .none)
            try await TestBroker.with(TestBroker.sharing, in: left) { server in
                #expect(try await server.progress(nil) == ["t": [.at(0, 3, lag: 7)]])
                var two = try await ShareClient("two", id, server)
                let given = try await two.fetch()
                #expect(given.ranges == [3...9] && given.deliveryCounts == [1])
                #expect(try await two.acknowledge(3...9, 1) == .none)
            }
        }
    }

    @Test func groupAndQueueThatAreNotThereAreMade() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try await server.makeShared()
            try await server.produce("t", (0..<5).map(String.init))
            #expect(try await server.alter(["t": [(0, 2)]]).partitions == [.none])
            let listed = try await server.ask(ListGroupsRequest(typesFilter: ["share"]))
            #expect(listed.groups.map(\.groupID) == ["g"] && listed.groups[0].groupState == "Empty")
            return id
        }
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            #expect(try await server.progress(nil) == ["t": [.at(0, 2, lag: 3)]])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values == ["2", "3", "4"])
        }
    }

    @Test func startIsWithinTheLog() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            _ = try await server.makeShared()
            try await server.createTopic("wide", partitions: 2)
            try await server.produce("t", (0..<5).map(String.init))
            let answer = try await server.alter(
                ["t": [(0, 6), (0, 5), (7, 0)], "none": [(0, 0)], "wide": [(0, -1), (1, 0)]])
            // A partition that is refused does not take the others along.
            #expect(answer.error == .none)
            #expect(answer.by["t"] == [.offsetOutOfRange, .invalidRequest, .unknownTopicOrPartition])
            #expect(answer.by["none"] == [.unknownTopicOrPartition])
            #expect(answer.by["wide"] == [.invalidRequest, .none])
            #expect(try await server.alter(["t": [(0, 5)]]).partitions == [.none])
            // What retention has taken is not waited for.
            let deleted = try await server.ask(
                DeleteRecordsRequest(
                    topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: 3)])], timeoutMs: 10_000))
            #expect(deleted.topics[0].partitions[0].errorCode == 0)
            #expect(try await server.alter(["t": [(0, 1)]]).partitions == [.none])
            #expect(try await server.progress(["t": [0]]) == ["t": [.at(0, 3, lag: 2)]])
        }
    }

    @Test func deletedOffsetsBeginAnew() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            let id = try await server.makeShared()
            try await server.createTopic("untouched")
            try await server.produce("t", ["a", "b"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values == ["a", "b"])
            #expect(try await one.acknowledge(0...1, 1) == .none)
            #expect(try await server.delete(["t"]).error == .nonEmptyGroup)
            try await one.beat(epoch: -1)
            let deleted = try await server.delete(["t", "untouched", "none", "t"])
            #expect(deleted.error == .none)
            #expect(deleted.partitions == [.none, .unknownTopicOrPartition, .unknownTopicOrPartition])
            #expect(try await server.progress(nil).isEmpty)
            #expect(try await server.delete(["t"]).partitions == [.unknownTopicOrPartition])
            // The group is still there, and begins where its settings say.
            var two = try await ShareClient("two", id, server)
            #expect(try await two.fetch().values == ["a", "b"])
            try await two.beat(epoch: -1)
            #expect(try await server.delete(["t"]).partitions == [.none])
            return id
        }
        try await TestBroker.with(TestBroker.sharing, in: directory) { server in
            #expect(try await server.progress(["t": [0]]) == ["t": [.unread(0)]])
            var three = try await ShareClient("three", id, server)
            #expect(try await three.fetch().values == ["a", "b"])
        }
    }

    @Test func changesThatCannotBeStoredNeverWere() async throws {
        let disk = FaultyFileSystem()
        let settings = TestBroker.sharing.merging(["share.coordinator.state.topic.num.partitions": "1"]) { $1 }
        let server = try await TestBroker.start(settings, fileSystem: disk)
        let id = try await server.makeShared()
        try await server.produce("t", (0..<4).map(String.init))
        var one = try await ShareClient("one", id, server)
        #expect(try await one.fetch().values.count == 4)
        #expect(try await one.acknowledge(0...1, 1) == .none)
        try await one.beat(epoch: -1)
        let state = try #require(server.broker.shares.topic.topic?.copy(0))
        disk.fail([.write, .syncData], on: try state.descriptor, with: EIO)
        #expect(try await server.alter(["t": [(0, 0)]]).partitions == [.coordinatorNotAvailable])
        #expect(try await server.progress(nil) == ["t": [.at(0, 2, lag: 2)]])
        #expect(try await server.delete(["t"]).partitions == [.coordinatorNotAvailable])
        #expect(try await server.progress(nil) == ["t": [.at(0, 2, lag: 2)]])
        try? await server.broker.shutdown()
    }
}

extension ShareOffsetsTests {
    /// How far a group is said to have come in a partition.
    struct Progress: Hashable {
        var partition: Int32
        var start: Int64
        var epoch: Int32
        var lag: Int64
        var error = ErrorCode.none

        static func unread(_ partition: Int32) -> Progress {
            Progress(partition: partition, start: -1, epoch: 0, lag: -1)
        }

        static func at(_ partition: Int32, _ start: Int64, lag: Int64) -> Progress {
            Progress(partition: partition, start: start, epoch: 0, lag: lag)
        }
    }

    /// What became of a change.
    struct Outcome {
        var error: ErrorCode
        /// What became of each part, by topic.
        var by: [String: [ErrorCode]]
        /// What became of each part, in the order of the topics.
        var partitions: [ErrorCode] = []
    }
}

extension TestBroker {
    /// How far the group `g` has come, by topic; in all topics for `nil`.
    func progress(_ topics: [String: [Int32]]?) async throws -> [String: [ShareOffsetsTests.Progress]] {
        let asked = topics?.map { DescribeShareGroupOffsetsRequest.Topic(topicName: $0.key, partitions: $0.value) }
        let answer = try await ask(DescribeShareGroupOffsetsRequest(groups: [.init(groupID: "g", topics: asked)]))
        guard answer.groups[0].errorCode == 0 else {
            throw TestFailure("describing: \(ErrorCode(rawValue: answer.groups[0].errorCode).name)")
        }
        return Dictionary(
            uniqueKeysWithValues: answer.groups[0].topics.map { topic in
                let partitions = topic.partitions.map {
                    ShareOffsetsTests.Progress(
                        partition: $0.partitionIndex, start: $0.startOffset, epoch: $0.leaderEpoch, lag: $0.lag,
                        error: .of($0.errorCode))
                }
                return (topic.topicName, partitions)
            })
    }

    /// Sets where the group `g` reads on.
    func alter(_ topics: [String: [(Int32, Int64)]]) async throws -> ShareOffsetsTests.Outcome {
        let asked = topics.sorted { $0.key < $1.key }.map { name, partitions in
            AlterShareGroupOffsetsRequest.Topic(
                topicName: name,
                partitions: partitions.map { .init(partitionIndex: $0.0, startOffset: $0.1) })
        }
        let answer = try await ask(AlterShareGroupOffsetsRequest(groupID: "g", topics: asked))
        let by = answer.responses.map { ($0.topicName, $0.partitions.map { ErrorCode.of($0.errorCode) }) }
        return .init(
            error: .of(answer.errorCode), by: Dictionary(uniqueKeysWithValues: by), partitions: by.flatMap(\.1))
    }

    /// Deletes what the group `g` has on topics.
    func delete(_ topics: [String]) async throws -> ShareOffsetsTests.Outcome {
        let answer = try await ask(
            DeleteShareGroupOffsetsRequest(groupID: "g", topics: topics.map { .init(topicName: $0) }))
        let by = answer.responses.map { ($0.topicName, [ErrorCode.of($0.errorCode)]) }
        return .init(
            error: .of(answer.errorCode), by: Dictionary(uniqueKeysWithValues: by), partitions: by.flatMap(\.1))
    }
}
