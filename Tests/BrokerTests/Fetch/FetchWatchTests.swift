import KafkaProtocol
import LogCore
import NIOCore
import NIOPosix
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// A session looks at those partitions alone that have news.
@Suite struct FetchWatchTests {
    /// A client with a session, without the network.
    private final class Client {
        private let server: TestBroker
        private let version: UInt64?
        private var epoch: Int32 = 0
        private(set) var session: FetchSession?
        private let context = RequestContext(
            principal: .anonymous, listener: "PLAINTEXT", clientID: nil, clientHost: "/in-process", version: 12,
            loop: MultiThreadedEventLoopGroup.singleton.next())
        let sessions: FetchSessions

        init(_ server: TestBroker, _ sessions: FetchSessions, basis version: UInt64? = 1) {
            self.server = server
            self.sessions = sessions
            self.version = version
        }

        /// Holds on to its session no more.
        func leave() { session = nil }

        /// Asks; returns the partitions that were looked at and those that the answer has.
        func ask(
            _ named: [(Int32, Int64)] = [], forget: [Int32] = [], maxBytes: Int = 1 << 20
        ) -> (looked: [Int32], answered: [Int32]) {
            let request = FetchRequest(
                sessionID: session?.id ?? 0, sessionEpoch: epoch,
                topics: [
                    .init(
                        topic: "t",
                        partitions: named.map {
                            .init(partition: $0.0, fetchOffset: $0.1, partitionMaxBytes: 1 << 20)
                        })
                ], forgottenTopicsData: [.init(topic: "t", partitions: forget)])
            let partitions = server.broker.partitions
            let basis = version.map { FetchReader.Basis(principal: .anonymous, partitions: $0) }
            let reader = FetchReader(namesByID: false, isFollower: false, basis: basis) { target in
                FetchPlan.Entry(
                    target: target, partition: partitions.led(TopicPartition("t", target.request.partition)))
            }
            let planned = sessions.plan(request, reader)
            epoch += 1
            session = planned.session
            let plan = FetchPlan(entries: planned.entries, maxBytes: maxBytes, isolation: .highWatermark)
            var response = server.broker.response(
                plan, plan.look().outcomes, sessionID: planned.sessionID, context)
            planned.session?.trim(&response, plan, isIncremental: planned.isIncremental)
            return (
                plan.entries.map(\.target.request.partition),
                response.responses.flatMap { $0.partitions.map(\.partitionIndex) }
            )
        }
    }

    @Test func onlyWhatHasNewsIsLookedAt() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 5)
            let client = Client(server, FetchSessions(slots: 1))
            #expect(client.ask((0..<5).map { ($0, 0) }).looked == [0, 1, 2, 3, 4])
            #expect(client.ask().looked == [])
            try await server.produce("t", partition: 3, ["a"])
            try await server.produce("t", partition: 3, ["b"])
            for _ in 0..<2 { #expect(client.ask() == ([3], [3])) }
            #expect(client.ask([(3, 2)]) == ([3], []))
            #expect(client.ask() == ([], []))
            // What is forgotten tells nothing, and its slot is another's.
            #expect(client.ask(forget: [3]) == ([], []))
            try await server.produce("t", partition: 3, ["c"])
            #expect(client.ask() == ([], []))
            #expect(client.ask([(3, 2)]) == ([3], [3]))
        }
    }

    @Test func whatAnAnswerHadNoRoomForComesWithTheNext() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 3)
            let client = Client(server, FetchSessions(slots: 1))
            _ = client.ask((0..<3).map { ($0, 0) })
            for partition in Int32(0)..<3 {
                try await server.produce("t", partition: partition, [String(repeating: "x", count: 1_000)])
            }
            // Each is told of the others' high watermarks once, and of records one at a time.
            #expect(client.ask(maxBytes: 10) == ([0, 1, 2], [0, 1, 2]))
            #expect(client.ask([(0, 1)], maxBytes: 10) == ([1, 2, 0], [1]))
            #expect(client.ask([(1, 1)], maxBytes: 10) == ([2, 1], [2]))
            #expect(client.ask([(2, 1)], maxBytes: 10) == ([2], []))
            #expect(client.ask() == ([], []))
        }
    }

    @Test func allIsLookedAtNowAndThen() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            try await server.produce("t", ["a"])
            let start = ContinuousClock.now
            let elapsed = Mutex(Duration.zero)
            let sessions = FetchSessions(slots: 1) { start + elapsed.withLock { $0 } }
            let client = Client(server, sessions)
            _ = client.ask([(0, 1), (1, 0)])
            // Nobody is told that the log begins elsewhere.
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            try partition.log.advanceLogStart(to: LogOffset(1))
            #expect(client.ask() == ([], []))
            elapsed.withLock { $0 = FetchSession.interval }
            #expect(client.ask() == ([0, 1], [0]))
            #expect(client.ask() == ([], []))
        }
    }

    @Test func whoMayBeToldOtherThingsLooksAtAll() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = Client(server, FetchSessions(slots: 1), basis: nil)
            _ = client.ask([(0, 0), (1, 0)])
            #expect(client.ask() == ([0, 1], []))
        }
    }

    @Test func sessionThatEndsLeavesItsPartitions() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let sessions = FetchSessions(slots: 1)
            let client = Client(server, sessions)
            _ = client.ask([(0, 0), (1, 0)])
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            #expect(partition.watchCount == 1)
            // It tells once, however often it is appended to while the client asks for nothing.
            for _ in 0..<3 { try await server.produce("t", ["a"]) }
            #expect(partition.watchCount == 0)
            _ = client.ask()
            #expect(partition.watchCount == 1)
            weak let session = client.session
            sessions.close(session?.id ?? 0)
            #expect(partition.watchCount == 0)
            client.leave()
            #expect(session == nil)
        }
    }

    @Test func sessionsThatAreLetGoLeaveTheirPartitions() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            var client: Client? = Client(server, FetchSessions(slots: 1))
            #expect(client?.ask([(0, 0)]).looked == [0])
            #expect(partition.watchCount == 1)
            client = nil
            #expect(partition.watchCount == 0)
        }
    }

    @Test func waitEndsWithItsSession() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = Client(server, FetchSessions(slots: 1))
            _ = client.ask([(0, 0)])
            let session = try #require(client.session)
            let plan = FetchPlan(entries: [], maxBytes: 1, isolation: .highWatermark)
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let answer = loop.makePromise(of: Int.self)
            let fetch = ParkedFetch(plan: plan, [], watch: session.watch, minBytes: 1, loop: loop) { plan, outcomes in
                answer.succeed(outcomes.count)
            }
            fetch.park(deadlines: server.broker.deadlines, timeout: .seconds(600))
            client.sessions.close(session.id)
            #expect(try await answer.futureResult.get() == 0)
        }
    }

    @Test func whoGoesAwayTakesNoNewsAlong() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = Client(server, FetchSessions(slots: 1))
            _ = client.ask([(0, 0), (1, 0)])
            let session = try #require(client.session)
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let fetch = ParkedFetch(
                plan: FetchPlan(entries: [], maxBytes: 1 << 20, isolation: .highWatermark), [], watch: session.watch,
                minBytes: 1_000, loop: loop
            ) { _, _ in Issue.record("nobody is there") }
            fetch.park(deadlines: server.broker.deadlines, timeout: .seconds(600))
            try await server.produce("t", partition: 1, ["too little"])
            // Behind what the append had set off there.
            try await loop.submit {}.get()
            fetch.abandon()
            #expect(client.ask() == ([1], [1]))
        }
    }
}
