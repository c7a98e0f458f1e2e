import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// What the node with a state answers the leaders of queues and the coordinators of groups (KIP-932).
@Suite struct ShareStateRequestTests {
    private static let state = TopicPartition(InternalTopics.shareGroupState, 0)

    /// Runs `body` with a topic that node 2 leads, and whose states node 1 has.
    private func withPair(
        _ settings: [String: String] = [:], _ body: (TestPair, ShareStateClient) async throws -> Void
    ) async throws {
        try await TestPair.with(TestBroker.sharing.merging(settings) { $1 }) { pair in
            try await pair.create("t", ledBy: [2])
            try await pair.create(InternalTopics.shareGroupState, ledBy: [1])
            try await wait(for: "the states of queues") {
                if case .success = pair[1].broker.shares.topic.coordinator(of: 0) { true } else { false }
            }
            let id = try #require(pair[1].broker.partitions.topic("t")).id
            try await body(pair, ShareStateClient(topicID: id, server: pair[1]))
        }
    }

    @Test func stateIsSetUpWrittenReadAndDeleted() async throws {
        try await withPair { _, states in
            #expect(try await states.read(in: 1).startOffset == -1)
            #expect(try await states.summary().startOffset == -1)
            // What was never set up has no place to go on from.
            #expect(try await states.write([(5...6, 2)], in: 1) == .invalidRequest)
            #expect(try await states.initialize(at: 4) == .none)
            #expect(try await states.write([(5...6, 2), (9...9, 0)], in: 1) == .none)
            var read = try await states.read(in: 1)
            #expect(read.startOffset == 4 && read.stateEpoch == 0)
            #expect(read.stateBatches.map(\.firstOffset) == [5, 9] && read.stateBatches.map(\.lastOffset) == [6, 9])
            #expect(read.stateBatches.map(\.deliveryState) == [2, 0])
            let summary = try await states.summary()
            #expect(summary.startOffset == 4 && summary.deliveryCompleteCount == 2 && summary.leaderEpoch == 1)
            // The start moves with what is done with, and by what its leader says.
            #expect(try await states.write([(4...4, 4)], in: 1) == .none)
            #expect(try await states.summary().startOffset == 7)
            #expect(try await states.write([], start: 9, in: 1) == .none)
            read = try await states.read(in: 1)
            #expect(read.startOffset == 9 && read.stateBatches.map(\.firstOffset) == [9])
            #expect(try await states.delete() == .none)
            #expect(try await states.read(in: 1).startOffset == -1)
            #expect(try await states.write([(5...6, 2)], in: 1) == .invalidRequest)
            // There is nothing left to delete, which is no error.
            #expect(try await states.delete() == .none)
        }
    }

    @Test func earlierEpochsAreFenced() async throws {
        try await withPair { _, states in
            #expect(try await states.initialize(at: 0) == .none)
            #expect(try await states.read(in: 5).errorCode == 0)
            #expect(try await states.write([(0...0, 2)], in: 4) == .fencedLeaderEpoch)
            #expect(ErrorCode.of(try await states.read(in: 4).errorCode) == .fencedLeaderEpoch)
            // A later leader that has not read yet fences by what it writes.
            #expect(try await states.write([(0...0, 2)], in: 6) == .none)
            #expect(try await states.write([(1...1, 2)], in: 5) == .fencedLeaderEpoch)
            // A state that is there is replaced by a higher epoch only, and then its former leader is fenced.
            #expect(try await states.initialize(at: 7) == .fencedStateEpoch)
            #expect(try await states.initialize(2, at: 7) == .none)
            #expect(try await states.write([(1...1, 2)], in: 6) == .fencedStateEpoch)
            #expect(try await states.write([(7...7, 2)], stateEpoch: 2, in: 6) == .none)
            let read = try await states.read(in: 6)
            #expect(read.startOffset == 8 && read.stateEpoch == 2 && read.stateBatches.isEmpty)
        }
    }

    @Test func whatMakesNoSenseIsRefused() async throws {
        try await withPair { pair, states in
            try await checkSenseless(states)
            let id = states.topicID
            try await checkUnknown(
                [
                    ShareStateClient(partition: -1, topicID: id, server: pair[1]),
                    ShareStateClient(topicID: .zero, server: pair[1]),
                    ShareStateClient(group: "", topicID: id, server: pair[1]),
                ], .invalidRequest)
            try await checkUnknown(
                [
                    ShareStateClient(topicID: TopicID(high: 9, low: 9), server: pair[1]),
                    ShareStateClient(partition: 7, topicID: id, server: pair[1]),
                ], .unknownTopicOrPartition)
            // The other node has a copy of the state and does not lead it.
            try await checkUnknown([ShareStateClient(topicID: id, server: pair[2])], .notCoordinator)
            #expect(try await states.summary().startOffset == 0)
        }
    }

    private func checkSenseless(_ states: ShareStateClient) async throws {
        #expect(try await states.initialize(at: 0) == .none)
        let senseless: [(Int64, Int64, Int8, Int16)] = [
            (-1, 2, 2, 1), (3, 2, 2, 1), (3, .max, 2, 1), (3, 4, 1, 1), (3, 4, 3, 1), (3, 4, 2, -1),
        ]
        for (first, last, state, count) in senseless {
            let batch = WriteShareGroupStateRequest.StateBatch(
                firstOffset: first, lastOffset: last, deliveryState: state, deliveryCount: count)
            #expect(try await states.write(raw: [batch], start: -1, stateEpoch: 0, in: 1) == .invalidRequest)
        }
        #expect(try await states.write(raw: [], start: -2, stateEpoch: 0, in: 1) == .invalidRequest)
        #expect(try await states.initialize(1, at: -1) == .invalidRequest)
    }

    /// Every request of these is answered so.
    private func checkUnknown(_ clients: [ShareStateClient], _ code: ErrorCode) async throws {
        for client in clients {
            #expect(ErrorCode.of(try await client.read(in: 1).errorCode) == code)
            #expect(try await client.write([], in: 1) == code)
            #expect(try await client.initialize(at: 0) == code)
            #expect(try await client.delete() == code)
            #expect(ErrorCode.of(try await client.summary().errorCode) == code)
        }
    }

    @Test func onlyNodesMayAsk() async throws {
        let authorizer = Authorizer { _, operation, _ in operation != .clusterAction }
        try await TestBroker.with(TestBroker.sharing, authorizer: authorizer) { server in
            let states = ShareStateClient(topicID: try await server.makeShared(), server: server)
            #expect(ErrorCode.of(try await states.read(in: 1).errorCode) == .clusterAuthorizationFailed)
            #expect(try await states.write([], in: 1) == .clusterAuthorizationFailed)
            #expect(try await states.initialize(at: 0) == .clusterAuthorizationFailed)
            #expect(try await states.delete() == .clusterAuthorizationFailed)
            #expect(ErrorCode.of(try await states.summary().errorCode) == .clusterAuthorizationFailed)
        }
    }

    @Test func whatWasWrittenMovesWithTheState() async throws {
        // A snapshot with every second write, so that both kinds of records are read again.
        let settings = ["share.coordinator.snapshot.update.records.per.snapshot": "1"]
        try await withPair(settings) { pair, states in
            #expect(try await states.initialize(at: 0) == .none)
            for offset in [Int64(1), 3, 5, 7, 9] {
                #expect(try await states.write([(offset...offset, 2)], in: 1) == .none)
            }
            try await pair.move(Self.state, to: 2)
            try await wait(for: "the states of queues") {
                if case .success = pair[2].broker.shares.topic.coordinator(of: 0) { true } else { false }
            }
            let moved = ShareStateClient(topicID: states.topicID, server: pair[2])
            let read = try await moved.read(in: 1)
            #expect(read.startOffset == 0 && read.stateBatches.map(\.firstOffset) == [1, 3, 5, 7, 9])
            #expect(ErrorCode.of(try await states.read(in: 1).errorCode) == .notCoordinator)
        }
    }
}

/// Someone who asks a node about one share-partition as nodes do.
struct ShareStateClient {
    var group = "g"
    var partition: Int32 = 0
    let topicID: TopicID
    let server: TestBroker

    func initialize(_ stateEpoch: Int32 = 0, at start: Int64) async throws -> ErrorCode {
        let answer = try await server.ask(
            InitializeShareGroupStateRequest(
                groupID: group,
                topics: [
                    .init(
                        topicID: topicID,
                        partitions: [.init(partition: partition, stateEpoch: stateEpoch, startOffset: start)])
                ]))
        return .of(answer.results[0].partitions[0].errorCode)
    }

    func read(in leaderEpoch: Int32) async throws -> ReadShareGroupStateResponse.PartitionResult {
        try await server.ask(
            ReadShareGroupStateRequest(
                groupID: group,
                topics: [
                    .init(topicID: topicID, partitions: [.init(partition: partition, leaderEpoch: leaderEpoch)])
                ])
        ).results[0].partitions[0]
    }

    func write(
        _ batches: [(ClosedRange<Int64>, Int8)], start: Int64 = -1, stateEpoch: Int32 = 0, in leaderEpoch: Int32
    ) async throws -> ErrorCode {
        let batches = batches.map {
            WriteShareGroupStateRequest.StateBatch(
                firstOffset: $0.0.lowerBound, lastOffset: $0.0.upperBound, deliveryState: $0.1, deliveryCount: 1)
        }
        return try await write(raw: batches, start: start, stateEpoch: stateEpoch, in: leaderEpoch)
    }

    func write(
        raw batches: [WriteShareGroupStateRequest.StateBatch], start: Int64, stateEpoch: Int32, in leaderEpoch: Int32
    ) async throws -> ErrorCode {
        let data = WriteShareGroupStateRequest.PartitionData(
            partition: partition, stateEpoch: stateEpoch, leaderEpoch: leaderEpoch, startOffset: start,
            stateBatches: batches)
        let answer = try await server.ask(
            WriteShareGroupStateRequest(groupID: group, topics: [.init(topicID: topicID, partitions: [data])]))
        return .of(answer.results[0].partitions[0].errorCode)
    }

    func delete() async throws -> ErrorCode {
        let answer = try await server.ask(
            DeleteShareGroupStateRequest(
                groupID: group, topics: [.init(topicID: topicID, partitions: [.init(partition: partition)])]))
        return .of(answer.results[0].partitions[0].errorCode)
    }

    func summary() async throws -> ReadShareGroupStateSummaryResponse.PartitionResult {
        try await server.ask(
            ReadShareGroupStateSummaryRequest(
                groupID: group, topics: [.init(topicID: topicID, partitions: [.init(partition: partition)])])
        ).results[0].partitions[0]
    }
}
