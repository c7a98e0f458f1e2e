import KafkaProtocol
import LogHarness
import Logging
import NIOCore
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// Requests and answers that wait have bounded memory, and whoever makes others wait does not for long.
@Suite struct OverloadTests {
    private static let limits = ["socket.request.max.bytes": "1000000", "queued.max.request.bytes": "1000000"]

    /// A produce request of about `size` bytes, as sent.
    private func frame(_ size: Int, _ topic: String = "t") throws -> [UInt8] {
        let records = try TestRecords.batch([String(repeating: "x", count: size)])
        return try TestConnection.bytes(of: TestRecords.produce(topic, records), version: 9, correlationID: 1)
    }

    private func error(_ answer: ByteSlice) throws -> Int16 {
        try TestConnection.decode(answer, to: ProduceRequest.self, version: 9).responses[0].partitionResponses[0]
            .errorCode
    }

    @Test func largeRequestsWaitForMemoryAndSmallOnesDoNot() async throws {
        try await TestBroker.with(Self.limits) { server in
            try await server.createTopic("t")
            let memory = server.broker.connectionMemory.requests
            let (first, second) = (try await server.connect(), try await server.connect())
            let frame = try frame(700_000)
            try await first.sendRaw(Array(frame.prefix(300_000)))
            try await wait(for: "room is taken") { memory.used == frame.count }
            async let answer = second.exchange(frame)
            // The other one's request would not fit beside it.
            let third = try await server.connect()
            for _ in 0..<20 { #expect(try await third.ask(DescribeClusterRequest()).errorCode == 0) }
            try await server.produce("t", ["small"])
            #expect(memory.used == frame.count)
            #expect(try await self.error(first.exchange(Array(frame.dropFirst(300_000)))) == 0)
            #expect(try await self.error(answer) == 0)
            try await wait(for: "room is given back") { memory.used == 0 }
        }
    }

    @Test func endedConnectionGivesItsRoomBack() async throws {
        try await TestBroker.with(Self.limits) { server in
            try await server.createTopic("t")
            let memory = server.broker.connectionMemory.requests
            let (first, second) = (try await server.connect(), try await server.connect())
            let frame = try frame(700_000)
            try await first.sendRaw(Array(frame.prefix(100_000)))
            try await wait(for: "room is taken") { memory.used > 0 }
            async let answer = second.exchange(frame)
            try await first.close()
            #expect(try await self.error(answer) == 0)
            try await wait(for: "room is given back") { memory.used == 0 }
        }
    }

    @Test func slowSenderEndsWhenOthersWait() async throws {
        try await TestBroker.with(Self.limits) { server in
            try await server.createTopic("t")
            let memory = server.broker.connectionMemory.requests
            let (slow, second) = (try await server.connect(), try await server.connect())
            let frame = try frame(700_000)
            try await slow.sendRaw(Array(frame.prefix(100_000)))
            try await wait(for: "room is taken") { memory.used > 0 }
            async let answer = second.exchange(frame)
            try await wait(for: "the slow one has lost its room") {
                memory.revokeSlowest(now: .now() + memory.patience + .seconds(1))
                return !slow.channel.isActive
            }
            #expect(try await self.error(answer) == 0)
            #expect(server.log.messages(from: .warning).contains { $0.contains("too slow in coming") })
        }
    }

    /// A long poll is no reason to keep what others need, nor is what was sent behind it.
    @Test func whatWaitsForAnAnswerHasNoRoom() async throws {
        try await TestBroker.with(Self.limits) { server in
            try await server.createTopic("t")
            let memory = server.broker.connectionMemory.requests
            let (polling, other) = (try await server.connect(), try await server.connect())
            let poll = try polling.begin(TestRecords.fetch("t", wait: 600_000), version: 12)
            async let behind = polling.exchange(frame(700_000))
            #expect(try await other.ask(DescribeClusterRequest()).errorCode == 0)
            #expect(memory.used == 0)
            #expect(try await self.error(other.exchange(frame(600_000))) == 0)
            #expect(try await poll.get().only.errorCode == 0)
            #expect(try await self.error(behind) == 0)
            try await wait(for: "room is given back") { memory.used == 0 }
        }
    }

    @Test func requestsOfTransactionsCountUntilTheyAreAnswered() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let memory = server.broker.connectionMemory.requests
            let client = try await server.connect()
            var request = TestRecords.produce("t", try TestRecords.batch(["a"]))
            request.transactionalID = "none"
            // No coordinator has heard of the transaction.
            #expect(try await client.ask(request, version: 9).responses[0].partitionResponses[0].errorCode != -1)
            try await wait(for: "room is given back") { memory.used == 0 }
        }
    }

    @Test func boundMustHoldTheLargestRequest() {
        #expect(throws: ConfigurationError.self) {
            try BrokerConfiguration(["queued.max.request.bytes": "1000"]).validate()
        }
        #expect(throws: Never.self) { try BrokerConfiguration(["queued.max.request.bytes": "-1"]).validate() }
    }

    @Test func unfinishedRequestIsIdle() async throws {
        try await TestBroker.with(["connections.max.idle.ms": "1000"]) { server in
            let client = try await server.connect()
            // Idle before it has sent even this, on a busy machine.
            try? await client.sendRaw([0, 0, 1])
            try await client.untilClosed()
        }
    }

    @Test func clientThatNeverReadsIsIdle() async throws {
        try await TestBroker.with(["connections.max.idle.ms": "500"]) { server in
            try await server.createTopic("t")
            try await server.produce("t", [String(repeating: "x", count: 60_000)])
            let client = try await server.connect()
            // Idle before it has asked for anything, on a busy machine.
            try? await client.channel.setOption(ChannelOptions.autoRead, value: false).get()
            for _ in 0..<1_000 { _ = try client.begin(TestRecords.fetch("t"), version: 12) }
            try await wait(for: "it is closed") { server.broker.connections.all.isEmpty }
            #expect(server.broker.connectionMemory.answers.byteCount == 0)
        }
    }

    /// A client that does not read goes when what waits is too much, and one that reads stays.
    @Test func slowestReaderEndsWhenAnswersUseUpTheirMemory() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.produce("t", [String(repeating: "x", count: 60_000)])
            let backlog = server.broker.connectionMemory.answers
            let (slow, other) = (try await server.connect(), try await server.connect())
            try await slow.channel.setOption(ChannelOptions.autoRead, value: false).get()
            // More than the kernel keeps for a client that does not read.
            for _ in 0..<300 { _ = try slow.begin(TestRecords.fetch("t"), version: 12) }
            try await wait(for: "answers wait") { backlog.byteCount > 0 }
            try await wait(for: "no more than the two are connected") { server.broker.connections.all.count == 2 }
            // What uses up the rest stands for answers of connections that began to wait later: noted anew each time, for
            // the kernel may have taken what waited, and the slow one begun to wait once more.
            let others = Others()
            try await wait(for: "the slow one is closed") {
                backlog.remove(ObjectIdentifier(others))
                backlog.note(backlog.limit, of: ObjectIdentifier(others)) {}
                return server.broker.connections.all.count == 1
            }
            #expect(try await other.ask(TestRecords.fetch("t"), version: 12).only.errorCode == 0)
            let warnings = server.log.messages(from: .warning)
            #expect(warnings.filter { $0.contains("bytes of answers wait for the client") }.count == 1)
            backlog.remove(ObjectIdentifier(others))
            #expect(backlog.byteCount == 0)
        }
    }

    /// Connections whose answers wait too.
    private final class Others {}

    /// A client that has sent far ahead is served in turns with the others.
    @Test func clientThatSendsAheadLeavesTheLoopToOthers() async throws {
        try await TestBroker.with(["num.network.threads": "1"]) { server in
            try await server.createTopic("t", partitions: 50)
            let ahead = try await server.connect()
            let answers = try (0..<5_000).map { _ in try ahead.begin(MetadataRequest(topics: nil)) }
            let other = try await server.connect()
            for _ in 0..<10 { #expect(try await other.ask(DescribeClusterRequest()).errorCode == 0) }
            for answer in answers { #expect(try await answer.get().topics.count == 1) }
        }
    }
}
