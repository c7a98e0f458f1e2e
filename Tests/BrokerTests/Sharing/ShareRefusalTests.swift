import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// What a share group's client does wrong costs it an answer, and no one else anything.
@Suite struct ShareRefusalTests {
    @Test func nonsenseIsRefusedAndChangesNothing() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            try await server.produce("t", ["a", "b", "c"])
            var one = try await ShareClient("one", id, server)
            #expect(try await one.fetch().values.count == 3)
            let bad: [(ClosedRange<Int64>, [Int8], ErrorCode)] = [
                (0...0, [9], .invalidRequest), (0...0, [-1], .invalidRequest), (0...1, [], .invalidRequest),
                (0...2, [1, 1], .invalidRequest), (0...3, [1], .invalidRequest),
                (0...(.max), [1], .invalidRequest), (Int64.min...0, [1], .invalidRequest),
                (5...9, [1], .invalidRequest), ((-5)...(-1), [1], .invalidRequest),
            ]
            for (range, types, error) in bad {
                let given = try await one.fetch(wait: 0, acknowledging: [(range, types)])
                #expect(given.acknowledgeError == error, "\(range) \(types)")
            }
            let twice = try await one.fetch(wait: 0, acknowledging: [(0...1, [1]), (1...2, [1])])
            #expect(twice.acknowledgeError == .invalidRequest)
            // All of it is still the member's own.
            #expect(try await one.acknowledge(0...2, 1) == .none)
        }
    }

    @Test func requestsThatContradictThemselvesAreRefused() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            let one = try await ShareClient("one", id, server)
            func code(_ change: (inout ShareFetchRequest) -> Void) async throws -> ErrorCode {
                var request = one.request(wait: 0)
                change(&request)
                return .of(try await one.client.ask(request).errorCode)
            }
            #expect(try await code { $0.groupID = nil } == .invalidRequest)
            #expect(try await code { $0.memberID = "" } == .invalidRequest)
            #expect(try await code { $0.isRenewAck = true } == .invalidRequest)
            #expect(
                try await code {
                    $0.topics[0].partitions[0].acknowledgementBatches = [
                        .init(firstOffset: 0, lastOffset: 0, acknowledgeTypes: [1])
                    ]
                } == .invalidRequest)
            // Nothing but numbers at their ends.
            #expect(
                try await code {
                    $0.maxRecords = .min
                    $0.batchSize = .min
                    $0.maxBytes = .min
                    $0.minBytes = .max
                    $0.shareAcquireMode = 7
                } == .none)
            var missing = one.request(wait: 0)
            missing.topics[0].topicID = TopicID(high: 9, low: 9)
            missing.topics.append(
                .init(topicID: id, partitions: [.init(partitionIndex: 7), .init(partitionIndex: -1)]))
            let answer = try await one.client.ask(missing)
            let errors = answer.responses.flatMap(\.partitions).map { ErrorCode.of($0.errorCode) }
            #expect(errors == [.unknownTopicID, .unknownTopicOrPartition, .unknownTopicOrPartition])
        }
    }

    @Test func otherKindsOfGroupsAndNoGroupHaveNoQueue() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            let one = try await ShareClient("one", id, server)
            var request = one.request(wait: 0)
            request.groupID = "nobody"
            let answer = try await one.client.ask(request)
            #expect(ErrorCode.of(answer.responses[0].partitions[0].errorCode) == .groupIDNotFound)
            let consumer = try await one.client.ask(
                ConsumerGroupHeartbeatRequest(
                    groupID: "g", memberID: "c", memberEpoch: 0, rebalanceTimeoutMs: 1000,
                    subscribedTopicNames: ["t"], topicPartitions: []))
            #expect(ErrorCode.of(consumer.errorCode) == .groupIDNotFound)
        }
    }

    @Test func featureThatIsSwitchedOffRefusesEverything() async throws {
        try await TestBroker.with(TestBroker.sharing) { server in
            let id = try await server.makeShared()
            var one = try await ShareClient("one", id, server)
            let update = try await server.ask(
                UpdateFeaturesRequest(
                    featureUpdates: [.init(feature: "share.version", maxVersionLevel: 0, upgradeType: 3)]))
            #expect(update.errorCode == 0)
            #expect(ErrorCode.of(try await one.beat().errorCode) == .unsupportedVersion)
            #expect(ErrorCode.of(try await one.client.ask(one.request()).errorCode) == .unsupportedVersion)
            #expect(try await one.acknowledge(0...0, 1) == .unsupportedVersion)
            let described = try await server.ask(ShareGroupDescribeRequest(groupIDs: ["g"]))
            #expect(ErrorCode.of(described.groups[0].errorCode) == .unsupportedVersion)
        }
    }

    @Test func whoMayNotReadIsGivenNothing() async throws {
        let authorizer = Authorizer { _, operation, resource in
            if case .topic("secret") = resource { return operation == .create }
            if case .group("closed") = resource { return false }
            return true
        }
        try await TestBroker.with(TestBroker.sharing, authorizer: authorizer) { server in
            let id = try await server.makeShared()
            let secret = try await server.createTopic("secret")
            var one = try await ShareClient("one", id, server)
            #expect(ErrorCode.of(try await one.beat(topics: ["secret"]).errorCode) == .topicAuthorizationFailed)
            var request = one.request(wait: 0)
            request.topics[0].topicID = secret
            let answer = try await one.client.ask(request)
            #expect(ErrorCode.of(answer.responses[0].partitions[0].errorCode) == .topicAuthorizationFailed)
            request.groupID = "closed"
            #expect(ErrorCode.of(try await one.client.ask(request).errorCode) == .groupAuthorizationFailed)
            let beat = try await one.client.ask(
                ShareGroupHeartbeatRequest(
                    groupID: "closed", memberID: "m", memberEpoch: 0, subscribedTopicNames: ["t"]))
            #expect(ErrorCode.of(beat.errorCode) == .groupAuthorizationFailed)
            let described = try await server.ask(ShareGroupDescribeRequest(groupIDs: ["closed"]))
            #expect(ErrorCode.of(described.groups[0].errorCode) == .groupAuthorizationFailed)
        }
    }
}
