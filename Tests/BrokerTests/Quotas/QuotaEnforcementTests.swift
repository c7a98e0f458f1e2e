import KafkaProtocol
import LogHarness
import Logging
import NIOCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What clients above their quotas are told, and that they are not served meanwhile.
@Suite struct QuotaEnforcementTests {
    private typealias Quota = ClientQuotaRequestTests

    private final class Answered: Sendable {
        private let flag = Atomic(false)
        var value: Bool { flag.load(ordering: .acquiring) }
        func note() { flag.store(true, ordering: .releasing) }
    }

    /// Whether a request that is sent now is answered before another connection's second round of requests.
    private func isServed(_ client: TestConnection, _ server: TestBroker) async throws -> Bool {
        let isAnswered = Answered()
        try client.begin(ApiVersionsRequest(), version: 0).whenComplete { _ in isAnswered.note() }
        let others = try await server.connect()
        for _ in 0..<20 { _ = try await others.ask(ApiVersionsRequest(), version: 0) }
        return isAnswered.value
    }

    @Test func producersPause() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            try await Quota.set(client, [Quota.clientID("test")], "producer_byte_rate", 100)
            let records = try TestRecords.batch([String(repeating: "x", count: 5_000)])
            let answer = try await client.ask(TestRecords.produce("t", records), version: 12)
            #expect(answer.responses[0].partitionResponses[0].errorCode == 0)
            #expect(answer.throttleTimeMs > 10_000)
            #expect(try await !isServed(client, server))
            // Taking the quota away does not shorten a pause, but new connections are free.
            let other = try await server.connect()
            try await Quota.set(other, [Quota.clientID("test")], "producer_byte_rate", 1e9)
            #expect(try await other.ask(TestRecords.produce("t", records), version: 12).throttleTimeMs == 0)
            #expect(try await !isServed(client, server))
        }
    }

    @Test func producersThatWantNoAnswerPauseAsWell() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            try await Quota.set(client, [Quota.user("ANONYMOUS")], "producer_byte_rate", 100)
            let records = try TestRecords.batch([String(repeating: "x", count: 5_000)])
            try await client.tell(TestRecords.produce("t", acks: 0, records), version: 12)
            let reader = try await server.connect()
            try await wait(for: "the record is there") {
                try await !reader.ask(TestRecords.fetch("t"), version: 12).values().isEmpty
            }
            #expect(try await !isServed(client, server))
        }
    }

    @Test func pauseEnds() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            // 300 bytes a second above the limit by a little: a pause well below a second.
            try await Quota.set(client, [Quota.clientID("test")], "producer_byte_rate", 1000)
            var paused: Int32 = 0
            while paused == 0 {
                let records = try TestRecords.batch([String(repeating: "x", count: 900)])
                paused = try await client.ask(TestRecords.produce("t", records), version: 12).throttleTimeMs
            }
            #expect(paused < 5_000)
            #expect(try await client.ask(ApiVersionsRequest(), version: 0).errorCode == 0)
        }
    }

    @Test(arguments: [Int32(-1), 0]) func consumersGetNothingAndPause(_ sessionEpoch: Int32) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            for _ in 0..<3 { try await server.produce("t", [String(repeating: "x", count: 5_000)]) }
            let client = try await server.connect()
            // Room in all windows together for one of the three batches, and so a pause of seconds after two.
            try await Quota.set(client, [Quota.user(nil)], "consumer_byte_rate", 600)
            var request = TestRecords.fetch("t")
            request.sessionEpoch = sessionEpoch
            // One answer takes no more than all windows give.
            let first = try await client.ask(request, version: 12)
            #expect(try first.records().count == 1 && first.throttleTimeMs == 0)
            let sessions = server.broker.fetchSessions.count
            let second = try await client.ask(request, version: 12)
            #expect(second.throttleTimeMs > 0 && second.responses.isEmpty && second.errorCode == 0)
            // A session that its client is not told of is not kept.
            #expect(second.sessionID == 0 && server.broker.fetchSessions.count == sessions)
            #expect(try await !isServed(client, server))
        }
    }

    @Test func incrementalFetchKeepsItsSession() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.produce("t", [String(repeating: "x", count: 5_000)])
            let client = try await server.connect()
            var request = TestRecords.fetch("t", from: 1)
            request.sessionEpoch = 0
            let opened = try await client.ask(request, version: 12)
            try await server.produce("t", [String(repeating: "x", count: 5_000)])
            try await Quota.set(client, [Quota.user(nil)], "consumer_byte_rate", 100)
            let next = FetchRequest(
                maxWaitMs: 0, minBytes: 1, maxBytes: 1 << 20, sessionID: opened.sessionID, sessionEpoch: 1)
            let throttled = try await client.ask(next, version: 12)
            #expect(throttled.throttleTimeMs > 0 && throttled.sessionID == opened.sessionID)
            #expect(throttled.responses.isEmpty)
            // What was not sent comes with the next one.
            let other = try await server.connect()
            try await Quota.set(other, [Quota.user(nil)], "consumer_byte_rate", 1e9)
            var again = next
            again.sessionEpoch = 2
            #expect(try await other.ask(again, version: 12).records().count == 1)
        }
    }

    @Test func processingTimePauses() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            try await Quota.set(client, [Quota.user(nil), Quota.clientID(nil)], "request_percentage", 1e-9)
            let answer = try await client.ask(DescribeClusterRequest())
            #expect(answer.throttleTimeMs > 0 && answer.throttleTimeMs <= 1000)
        }
    }

    @Test func changesToTopicsAreRefusedAboveTheQuota() async throws {
        try await TestBroker.with { server in
            let admin = try await server.connect()
            try await Quota.set(admin, [Quota.user(nil)], "controller_mutation_rate", 0.1)
            func topic(_ name: String, _ count: Int32) -> CreateTopicsRequest.CreatableTopic {
                .init(name: name, numPartitions: count, replicationFactor: 1)
            }
            // Into debt at once, which is how it works.
            let first = try await server.connect().ask(CreateTopicsRequest(topics: [topic("a", 5), topic("b", 1)]))
            #expect(first.topics.map { ErrorCode.of($0.errorCode) } == [.none, .throttlingQuotaExceeded])
            #expect(first.throttleTimeMs > 20_000 && server.broker.metadata.image.topic("b") == nil)
            // Only to try costs nothing.
            let tried = try await server.connect().ask(
                CreateTopicsRequest(topics: [topic("b", 1)], validateOnly: true))
            #expect(tried.topics.map(\.errorCode) == [0])
            let added = try await server.connect().ask(
                CreatePartitionsRequest(topics: [.init(name: "a", count: 6, assignments: nil)]))
            #expect(ErrorCode.of(added.results[0].errorCode) == .throttlingQuotaExceeded)
            let deleted = try await server.connect().ask(DeleteTopicsRequest(topics: [.init(name: "a")]))
            #expect(ErrorCode.of(deleted.responses[0].errorCode) == .throttlingQuotaExceeded)
            #expect(server.broker.metadata.image.topic("a")?.partitions.count == 5)
            // Asking for a topic is no way around it.
            let asked = try await server.connect().ask(MetadataRequest(topics: [.init(name: "on-demand")]))
            #expect(asked.topics.map { ErrorCode.of($0.errorCode) } == [.unknownTopicOrPartition])
            #expect(server.broker.metadata.image.topic("on-demand") == nil)
            // A client that does not know the answer gets what it asks for, and pauses.
            let older = try await server.connect()
            let done = try await older.ask(CreateTopicsRequest(topics: [topic("b", 1)]), version: 5)
            #expect(done.topics.map(\.errorCode) == [0] && done.throttleTimeMs > 20_000)
            #expect(try await !isServed(older, server))
        }
    }

    @Test func connectionsOfABusyAddressAreClosedLater() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            try await Quota.set(client, [Quota.address("127.0.0.1")], "connection_creation_rate", 1)
            var closed = 0
            for _ in 0..<200 {
                let other = try await server.connect()
                let answer = try other.begin(ApiVersionsRequest(), version: 0)
                do { _ = try await answer.get() } catch is TestConnection.Closed { closed += 1 }
                if closed > 0 { break }
            }
            #expect(closed == 1)
            #expect(try await client.ask(ApiVersionsRequest(), version: 0).errorCode == 0)
        }
    }

    @Test func connectionsOfOneAddressAndTheirRateAreLimited() async throws {
        try await TestBroker.with([
            "max.connections.per.ip": "1", "max.connections.per.ip.overrides": "127.0.0.1:2, [::1]:0",
        ]) { server in
            let kept = try await [server.connect(), server.connect()]
            for client in kept { _ = try await client.ask(ApiVersionsRequest(), version: 0) }
            try await server.connect().untilClosed()
            #expect(server.log.messages(from: .warning).contains { $0.contains("max.connections.per.ip") })
            try await AlterConfigsTests.changeConnections(kept[0], to: "3")
            #expect(try await server.connect().ask(ApiVersionsRequest(), version: 0).errorCode == 0)
        }
        #expect(throws: ConfigurationError.self) {
            _ = try BrokerConfiguration(["max.connections.per.ip.overrides": "127.0.0.1"])
        }
        try await TestBroker.with(["max.connection.creation.rate": "4"]) { server in
            // Forty at once are ten seconds' worth; the next ones are taken up late, and answered all the same.
            for _ in 0..<43 {
                let client = try await server.connect()
                #expect(try await client.ask(ApiVersionsRequest(), version: 0).errorCode == 0)
                try await client.close()
            }
        }
    }
}

extension AlterConfigsTests {
    /// Sets how many connections may come from this machine.
    static func changeConnections(_ client: TestConnection, to number: String) async throws {
        let answer = try await client.ask(
            IncrementalAlterConfigsRequest(resources: [
                resource(.broker, "", [entry("max.connections.per.ip.overrides", "127.0.0.1:\(number)")])
            ]))
        #expect(answer.responses[0].errorCode == 0)
    }
}
