import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What bounds the copying of throttled partitions (KIP-73).
@Suite struct ReplicationThrottleTests {
    @Test func rateIsThatOfTheWindowsThereAre() throws {
        let clock = Mutex<Int64>(1000)
        let settings = ["leader.replication.throttled.rate": "100", "replication.quota.window.num": "3"]
        let throttle = ReplicationThrottle(.leader, try BrokerConfiguration(settings)) { clock.withLock { $0 } }
        func pass(_ milliseconds: Int64) { clock.withLock { $0 += milliseconds } }
        #expect(!throttle.isExceeded)
        throttle.record(100)
        #expect(!throttle.isExceeded)
        // A second at least counts, however short the time was.
        throttle.record(50)
        #expect(throttle.isExceeded && throttle.delay == .milliseconds(500))
        pass(1400)
        #expect(throttle.isExceeded)
        pass(200)
        #expect(!throttle.isExceeded)
        throttle.record(1_000_000)
        #expect(throttle.isExceeded && throttle.delay == .seconds(1))
        throttle.apply(try BrokerConfiguration(["leader.replication.throttled.rate": "9000000"]))
        #expect(!throttle.isExceeded)
        throttle.apply(try BrokerConfiguration(settings))
        #expect(throttle.isExceeded)
        // All of it is forgotten with its windows.
        pass(3000)
        #expect(!throttle.isExceeded)
    }

    @Test func listsNameReplicasOrAll() {
        let some = ThrottledReplicas(["leader.replication.throttled.replicas": "0:1, 2:3"])
        #expect(some.contains(0, on: 1, as: .leader) && some.contains(2, on: 3, as: .leader))
        #expect(!some.contains(0, on: 3, as: .leader) && !some.contains(0, on: 1, as: .follower))
        #expect(ThrottledReplicas(["follower.replication.throttled.replicas": "*"]).contains(7, on: 9, as: .follower))
        #expect(!ThrottledReplicas([:]).contains(0, on: 1, as: .leader))
    }

    @Test func leaderGivesNoMoreToThoseThatAreNotInSync() async throws {
        let topic = ["min.insync.replicas": "1", "leader.replication.throttled.replicas": "0:1"]
        let settings = ["leader.replication.throttled.rate": "1"]
        try await FollowedLeader.with(settings, topic: topic, inSync: [1]) { server, id, _ in
            for value in ["a", "b"] { try await server.produce("t", [value]) }
            func copied() async throws -> [String] {
                let answer = try await server.ask(FollowedLeader.fetch(id, from: 0))
                #expect(answer.only.errorCode == 0 && answer.only.highWatermark == 2)
                return try answer.values()
            }
            #expect(try await copied() == ["a", "b"])
            #expect(try await copied() == [])
            // Consumers have quotas of their own.
            #expect(try await server.values("t") == ["a", "b"])
            func throttle(_ operation: ConfigurationChange.Operation) async throws {
                try await server.broker.settings.configure(
                    ConfigurationResource(kind: .topic, name: "t"),
                    by: ConfigurationChange(operations: ["leader.replication.throttled.replicas": operation]),
                    validateOnly: false)
            }
            try await throttle(.delete)
            #expect(try await copied() == ["a", "b"])
            try await throttle(.set("*"))
            #expect(try await copied() == [])
            // Once it has everything it joins, and is not to leave again.
            _ = try await server.ask(FollowedLeader.fetch(id, from: 2, last: 5))
            try await wait(for: "the follower to join") { try server.copy.inSyncCount == 2 }
            #expect(try await copied() == ["a", "b"])
        }
    }

    @Test func rateIsSetWhileTheBrokerRuns() async throws {
        let topic = ["min.insync.replicas": "1", "leader.replication.throttled.replicas": "*"]
        try await FollowedLeader.with(topic: topic, inSync: [1]) { server, id, _ in
            try await server.produce("t", ["a"])
            func set(_ rate: String) async throws {
                try await server.broker.settings.configure(
                    .allBrokers,
                    by: ConfigurationChange(operations: ["leader.replication.throttled.rate": .set(rate)]),
                    validateOnly: false)
            }
            func copied() async throws -> [String] { try await server.ask(FollowedLeader.fetch(id, from: 0)).values() }
            for _ in 0..<3 { #expect(try await copied() == ["a"]) }
            try await set("1")
            #expect(try await copied() == [])
            try await set("1000000")
            #expect(try await copied() == ["a"])
        }
    }
}
