import KafkaProtocol
import ServerHarness
import Testing

@testable import Broker

/// Settings of one group reach its members (KIP-848).
@Suite struct GroupConfigurationTests {
    private typealias Member = ConsumerGroupLifeTests.Member

    private static let settings = [
        "group.consumer.min.session.timeout.ms": "100", "group.consumer.min.heartbeat.interval.ms": "20",
    ]

    private func alter(_ server: TestBroker, _ settings: [String: String]) async throws -> ErrorCode {
        try await AlterConfigsTests.alter(
            server, .group, "g", settings.map { AlterConfigsTests.entry($0.key, $0.value) }
        ).0
    }

    private func state(_ server: TestBroker) async throws -> String {
        try await server.ask(ConsumerGroupDescribeRequest(groupIDs: ["g"])).groups[0].groupState
    }

    @Test func intervalsReachTheHeartbeatAndSurviveARestart() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(Self.settings, in: directory) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            var member = try await Member("one", server)
            #expect(try await member.beat(topics: ["t"]).heartbeatIntervalMs == 5_000)
            #expect(try await alter(server, ["consumer.heartbeat.interval.ms": "7000"]) == .none)
            #expect(try await member.beat().heartbeatIntervalMs == 7_000)
            // Other groups keep the broker's.
            let other = try await server.ask(
                ConsumerGroupHeartbeatRequest(
                    groupID: "other", memberID: "two", memberEpoch: 0, rebalanceTimeoutMs: 1_000,
                    subscribedTopicNames: ["t"], topicPartitions: []))
            #expect(other.heartbeatIntervalMs == 5_000)
            #expect(try await alter(server, ["consumer.heartbeat.interval.ms": "1"]) == .invalidConfig)
        }
        try await TestBroker.with(Self.settings, in: directory) { server in
            var member = try await Member("one", server)
            #expect(try await member.beat(topics: ["t"]).heartbeatIntervalMs == 7_000)
            // Nobody waits for the broker's 45 seconds when a member of this group falls silent.
            let short = ["consumer.session.timeout.ms": "150", "consumer.heartbeat.interval.ms": "50"]
            #expect(try await alter(server, short) == .none)
            #expect(try await member.beat().heartbeatIntervalMs == 50)
            try await wait(for: "group empty") { try await state(server) == "Empty" }
        }
        try await TestBroker.with(Self.settings, in: directory) { server in
            var member = try await Member("two", server)
            #expect(try await member.beat(topics: ["t"]).heartbeatIntervalMs == 50)
            try await wait(for: "group empty") { try await state(server) == "Empty" }
        }
    }

    @Test func withoutTheFeatureTheProtocolIsNotServed() async throws {
        let directory = try TestDirectory()
        func setLevel(_ server: TestBroker, _ level: Int16) async throws -> ErrorCode {
            .of(
                try await server.ask(
                    UpdateFeaturesRequest(featureUpdates: [
                        .init(
                            feature: Feature.groups.name, maxVersionLevel: level,
                            upgradeType: level == 0 ? 3 : 1)
                    ])
                ).errorCode)
        }
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            #expect(try await setLevel(server, 0) == .none)
            var member = try await Member("one", server)
            #expect(ErrorCode.of(try await member.beat(topics: ["t"]).errorCode) == .unsupportedVersion)
            let described = try await server.ask(ConsumerGroupDescribeRequest(groupIDs: ["g"]))
            #expect(ErrorCode.of(described.groups[0].errorCode) == .unsupportedVersion)
        }
        try await TestBroker.with(in: directory) { server in
            var member = try await Member("one", server)
            #expect(ErrorCode.of(try await member.beat(topics: ["t"]).errorCode) == .unsupportedVersion)
            #expect(try await setLevel(server, 1) == .none)
            #expect(try await member.beat(topics: ["t"]).errorCode == 0)
        }
    }
}
