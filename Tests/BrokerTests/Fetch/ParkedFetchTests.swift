import KafkaProtocol
import LogCore
import NIOCore
import NIOPosix
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker

@Suite struct ParkedFetchTests {
    /// Longer than any test: an answer before this is one that something has set off.
    private static let forever: Int32 = 600_000

    private func partition(_ server: TestBroker, _ topic: String = "t") throws -> Partition {
        try #require(server.broker.partitions.copy(TopicPartition(topic, 0)))
    }

    private func untilParked(_ partition: Partition, _ count: Int = 1) async throws {
        try await wait(for: "\(count) parked") { partition.waitingCount.fetches == count }
    }

    @Test func recordsWakeAFetch() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            for round in 0..<20 {
                let answer = try client.begin(
                    TestRecords.fetch("t", from: Int64(round), wait: Self.forever), version: 12)
                if round % 2 == 0 { try await untilParked(partition(server)) }
                try await server.produce("t", ["\(round)"])
                #expect(try await answer.get().values() == ["\(round)"])
                #expect(try partition(server).waitingCount.fetches == 0)
            }
        }
    }

    @Test func fetchWaitsForItsMinimum() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            let answer = try client.begin(TestRecords.fetch("t", wait: Self.forever, minBytes: 300), version: 12)
            var sent: [String] = []
            while try partition(server).log.size < 300 {
                try await untilParked(partition(server))
                sent.append("\(sent.count)")
                try await server.produce("t", [sent.last!])
            }
            #expect(try await answer.get().values() == sent)
            #expect(sent.count > 1)
        }
    }

    @Test func minimumAboveWhatAnAnswerMayCarryIsThatMuch() async throws {
        try await TestBroker.with(["fetch.max.bytes": "1024"]) { server in
            try await server.createTopic("t")
            try await server.produce("t", [String(repeating: "x", count: 2_000)])
            let answer = try await server.ask(
                TestRecords.fetch("t", wait: Self.forever, minBytes: 1 << 30), version: 12)
            #expect(try answer.values().count == 1)
        }
    }

    @Test func fetchIsAnsweredWhenItsTimeIsUp() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            let start = ContinuousClock.now
            let answer = try await client.ask(TestRecords.fetch("t", wait: 100), version: 12)
            let waited = ContinuousClock.now - start
            #expect(try answer.values() == [])
            #expect(waited >= .milliseconds(100))
            #expect(try partition(server).waitingCount.fetches == 0)
        }
    }

    @Test func fetchWhoseClientHasGoneIsNotParked() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let partition = try partition(server)
            let target = FetchTarget(
                topic: "t", topicID: .zero, request: .init(partition: 0, fetchOffset: 0, partitionMaxBytes: 1))
            let plan = FetchPlan(
                entries: [.init(target: target, partition: .success(partition))], maxBytes: 1,
                isolation: .highWatermark, follower: nil)
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let fetch = ParkedFetch(plan: plan, plan.look().outcomes, watch: nil, minBytes: 1, loop: loop) { _, _ in
                Issue.record("nobody is there")
            }
            fetch.abandon()
            fetch.park(deadlines: server.broker.deadlines, timeout: .seconds(600))
            #expect(partition.waitingCount.fetches == 0 && server.broker.deadlines.count == 0)
        }
    }

    @Test func deletionEndsTheWait() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            let client = try await server.connect()
            let byName = try client.begin(TestRecords.fetch("t", wait: Self.forever), version: 12)
            let byID = try await server.connect().begin(
                FetchRequest(
                    maxWaitMs: Self.forever, minBytes: 1,
                    topics: [.init(topicID: id, partitions: [.init(partitionMaxBytes: 1_000)])]))
            let deleted = try partition(server)
            try await untilParked(deleted, 2)
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(ErrorCode.of(try await byName.get().only.errorCode) == .unknownTopicOrPartition)
            #expect(ErrorCode.of(try await byID.get().only.errorCode) == .unknownTopicID)
            #expect(deleted.waitingCount == (0, 0, 0))
        }
    }

    @Test func closedConnectionLeavesNothingParked() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            var clients: [TestConnection] = []
            for _ in 0..<10 {
                clients.append(try await server.connect())
                for _ in 0..<2 { _ = try clients.last!.begin(TestRecords.fetch("t", wait: Self.forever), version: 12) }
            }
            try await untilParked(partition(server), 10)
            for client in clients { try await client.close() }
            try await untilParked(partition(server), 0)
        }
    }

    @Test func shutdownAnswersThoseWhoWait() async throws {
        let server = try await TestBroker.start()
        try await server.createTopic("t")
        let client = try await server.connect()
        let remote = try client.begin(TestRecords.fetch("t", wait: Self.forever), version: 12)
        async let local = server.askInProcess(TestRecords.fetch("t", wait: Self.forever), version: 12)
        try await untilParked(partition(server), 2)
        try await server.broker.shutdown()
        #expect(ErrorCode.of(try await remote.get().only.errorCode) == .notLeaderOrFollower)
        #expect(ErrorCode.of(try await local.only.errorCode) == .notLeaderOrFollower)
        try await client.untilClosed()
        await #expect(throws: ConfigurationError.self) { _ = try await server.askInProcess(MetadataRequest()) }
    }

    @Test func requestsWaitForTheAnswersBeforeThem() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            let finished = Mutex<[String]>([])
            func note(_ name: String) -> @Sendable (Any) -> Void { { _ in finished.withLock { $0.append(name) } } }
            let fetch = try client.begin(TestRecords.fetch("t", wait: Self.forever), version: 12).map(note("fetch"))
            let metadata = try client.begin(MetadataRequest(topics: [])).map(note("metadata"))
            let produce = try client.begin(TestRecords.produce("t", TestRecords.batch(["b"])), version: 9).map(
                note("produce"))
            try await untilParked(partition(server))
            #expect(try await server.produce("t", ["a"]) == 0)
            for answer in [fetch, metadata, produce] { try await answer.get() }
            #expect(finished.withLock { $0 } == ["fetch", "metadata", "produce"])
            #expect(try await server.values("t") == ["a", "b"])
        }
    }

    /// A client that sends ahead counts on it: what was acknowledged before its question is part of the answer.
    @Test func lookUpBehindAnAppendFindsIt() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            for round in 0..<20 {
                let produced = try (0..<3).map { _ in
                    try client.begin(TestRecords.produce("t", TestRecords.batch(["a"])), version: 9)
                }
                let end = try client.begin(
                    ListOffsetsRequest(
                        replicaID: -1, topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, timestamp: -1)])]
                    ))
                #expect(try await end.get().topics[0].partitions[0].offset == Int64(3 * (round + 1)))
                for (index, answer) in produced.enumerated() {
                    #expect(
                        try await answer.get().responses[0].partitionResponses[0].baseOffset
                            == Int64(3 * round + index))
                }
            }
        }
    }

    @Test func requestsBehindAChangeFindIt() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let created = try client.begin(
                CreateTopicsRequest(topics: [.init(name: "new", numPartitions: 1, replicationFactor: 1)]))
            let produced = try client.begin(TestRecords.produce("new", TestRecords.batch(["a"])), version: 9)
            let fetched = try client.begin(TestRecords.fetch("new", wait: Self.forever), version: 12)
            let deleted = try client.begin(DeleteTopicsRequest(topics: [.init(name: "new")]))
            let gone = try client.begin(TestRecords.fetch("new"), version: 12)
            #expect(try await created.get().topics[0].errorCode == 0)
            #expect(try await produced.get().responses[0].partitionResponses[0].errorCode == 0)
            // The deletion waits for the fetch, whose records it takes away.
            #expect(try await fetched.get().values() == ["a"])
            #expect(try await deleted.get().responses[0].errorCode == 0)
            #expect(ErrorCode.of(try await gone.get().only.errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test func produceRequestTimesOutWithTheirNames() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let deadlines = Deadlines(loop: loop)
        let promise = loop.makePromise(of: ProduceResponse.self)
        var response = ProduceResponse()
        response.responses = [
            .init(name: "t", partitionResponses: [.init(index: 0, baseOffset: 5), .init(index: 1, baseOffset: 7)])
        ]
        let pending = PendingProduce(response: response, places: [(0, 0), (0, 1)], loop: loop) { promise.succeed($0) }
        #expect(!pending.resolve(1, .none))
        #expect(!pending.didRegister())
        deadlines.add(pending, timeout: .milliseconds(20))
        let answers = try await promise.futureResult.get().responses[0].partitionResponses
        #expect(answers.map { ErrorCode.of($0.errorCode) } == [.requestTimedOut, .none])
        #expect(answers.map(\.baseOffset) == [-1, 7])
        // What comes later changes nothing and answers no one a second time.
        #expect(!pending.resolve(0, .none))
        loop.execute { pending.run() }
        try await wait(for: "heap empty") { deadlines.count == 0 }
    }

    @Test func deadlinesHoldLittleOfWhatIsDone() async throws {
        final class Request: Expiring {
            let loop: any EventLoop
            let done: Bool
            let expired = Atomic<Bool>(false)
            init(loop: any EventLoop, done: Bool) {
                self.loop = loop
                self.done = done
            }
            var isDone: Bool { done || expired.load(ordering: .relaxed) }
            func expire() { expired.store(true, ordering: .relaxed) }
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let deadlines = Deadlines(loop: loop)
        let last = Request(loop: loop, done: false)
        deadlines.add(last, timeout: .milliseconds(Int64(Int32.max)))
        for _ in 0..<10_000 { deadlines.add(Request(loop: loop, done: true), timeout: .seconds(30)) }
        #expect(deadlines.count <= 1_025)
        let soon = (0..<50).map { _ in Request(loop: loop, done: false) }
        for (index, request) in soon.enumerated() { deadlines.add(request, timeout: .milliseconds((index * 7) % 50)) }
        try await wait(for: "those that are due") { soon.allSatisfy(\.isDone) }
        #expect(!last.isDone)
    }
}
