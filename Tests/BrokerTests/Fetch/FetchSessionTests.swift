import KafkaProtocol
import RecordFormat
import Synchronization
import Testing

@testable import Broker

/// KIP-227.
@Suite struct FetchSessionTests {
    private func request(
        _ id: Int32, _ epoch: Int32, _ partitions: [(Int32, Int64)] = [], forget: [Int32] = [],
        maxBytes: Int32 = 1 << 20
    ) -> FetchRequest {
        FetchRequest(
            maxWaitMs: 0, minBytes: 1, maxBytes: maxBytes, sessionID: id, sessionEpoch: epoch,
            topics: partitions.isEmpty
                ? []
                : [
                    .init(
                        topic: "t",
                        partitions: partitions.map {
                            .init(partition: $0.0, fetchOffset: $0.1, partitionMaxBytes: 1 << 20)
                        })
                ],
            forgottenTopicsData: forget.isEmpty ? [] : [.init(topic: "t", partitions: forget)])
    }

    private func plan(_ sessions: FetchSessions, _ request: FetchRequest) -> FetchSessions.Plan {
        sessions.plan(
            request,
            FetchReader(namesByID: false, isFollower: false, basis: nil) { target in
                FetchPlan.Entry(target: target, partition: .failure(.unknownTopicOrPartition))
            })
    }

    private func partitions(_ response: FetchResponse) -> [Int32] {
        response.responses.flatMap { $0.partitions.map(\.partitionIndex) }
    }

    @Test func incrementalAnswersCarryOnlyNews() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 3)
            let client = try await server.connect()
            func ask(_ request: FetchRequest) async throws -> FetchResponse {
                try await client.ask(request, version: 12)
            }
            let full = try await ask(request(0, 0, [(0, 0), (1, 0), (2, 0)]))
            let id = full.sessionID
            #expect(id != 0 && partitions(full) == [0, 1, 2])
            #expect(partitions(try await ask(request(id, 1))) == [])
            try await server.produce("t", partition: 1, ["a"])
            let news = try await ask(request(id, 2))
            #expect(partitions(news) == [1] && news.sessionID == id)
            #expect(try news.values() == ["a"])
            // Not read on yet: it comes again.
            #expect(partitions(try await ask(request(id, 3))) == [1])
            #expect(partitions(try await ask(request(id, 4, [(1, 1)]))) == [])
            try await server.produce("t", partition: 2, ["b"])
            #expect(partitions(try await ask(request(id, 5, forget: [2]))) == [])
            #expect(partitions(try await ask(request(id, 6, [(2, 0)]))) == [2])

            #expect(ErrorCode.of(try await ask(request(id, 6)).errorCode) == .invalidFetchSessionEpoch)
            #expect(ErrorCode.of(try await ask(request(id + 1, 1)).errorCode) == .fetchSessionIDNotFound)
            let closed = try await ask(request(id, -1, [(0, 0)]))
            #expect(closed.sessionID == 0 && partitions(closed) == [0])
            #expect(ErrorCode.of(try await ask(request(id, 7)).errorCode) == .fetchSessionIDNotFound)
            #expect(server.broker.fetchSessions.count == 0)
        }
    }

    @Test func partitionThatIsNamedTwiceCountsOnceAsItWasNamedLast() {
        let sessions = FetchSessions(slots: 1)
        for (id, epoch) in [(Int32(0), Int32(-1)), (0, 0)] {
            let plan = plan(sessions, request(id, epoch, [(0, 1), (1, 2), (0, 3)]))
            #expect(plan.entries.map(\.target.request.partition) == [0, 1])
            #expect(plan.entries.map(\.target.request.fetchOffset) == [3, 2])
        }
    }

    @Test func sessionsHaveALimitOfPartitions() {
        let sessions = FetchSessions(slots: 2)
        let most = (0..<Int32(FetchSessions.partitionLimit)).map { ($0, Int64(0)) }
        let opened = plan(sessions, request(0, 0, most))
        #expect(opened.sessionID != 0)
        #expect(plan(sessions, request(opened.sessionID, 1, [(0, 5)])).error == .none)
        // One more ends it, and there is none for so many.
        #expect(plan(sessions, request(opened.sessionID, 2, [(-1, 0)])).error == .fetchSessionIDNotFound)
        #expect(sessions.count == 0)
        let more = plan(sessions, request(0, 0, most + [(-1, 0)]))
        #expect(more.sessionID == 0 && more.error == .none && more.entries.count == most.count + 1)
    }

    @Test func fullAnswersStarveNoPartition() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 3)
            for partition in 0..<3 {
                try await server.produce("t", partition: Int32(partition), [String(repeating: "x", count: 2_000)])
            }
            var seen: [Int32] = []
            var response = try await server.ask(request(0, 0, [(0, 0), (1, 0), (2, 0)], maxBytes: 100), version: 12)
            for epoch in 1...6 {
                seen += response.responses.flatMap(\.partitions).filter { ($0.records?.byteCount ?? 0) > 0 }.map(
                    \.partitionIndex)
                response = try await server.ask(request(response.sessionID, Int32(epoch), maxBytes: 100), version: 12)
            }
            #expect(seen == [0, 1, 2, 0, 1, 2])
        }
    }

    @Test func errorsAreAlwaysNews() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let opened = try await server.ask(request(0, 0, [(0, 0)]), version: 12)
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            for epoch in [Int32(1), 2] {
                let next = try await server.ask(request(opened.sessionID, epoch), version: 12)
                #expect(ErrorCode.of(next.only.errorCode) == .unknownTopicOrPartition)
            }
        }
    }

    @Test func onlyIdleSessionsGiveWay() {
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let sessions = FetchSessions(slots: 2, idleTime: .seconds(120)) { start + elapsed.withLock { $0 } }
        let first = plan(sessions, request(0, 0, [(0, 0)])).sessionID
        elapsed.withLock { $0 = .seconds(60) }
        let second = plan(sessions, request(0, 0, [(0, 0)])).sessionID
        #expect(first != 0 && second != 0)
        #expect(plan(sessions, request(0, 0, [(0, 0)])).sessionID == 0)
        elapsed.withLock { $0 = .seconds(121) }
        let third = plan(sessions, request(0, 0, [(0, 0)])).sessionID
        #expect(third != 0 && sessions.count == 2)
        #expect(plan(sessions, request(first, 1)).error == .fetchSessionIDNotFound)
        #expect(plan(sessions, request(second, 1)).error == .none)
        #expect(plan(FetchSessions(slots: 0), request(0, 0, [(0, 0)])).sessionID == 0)
    }

    @Test func largerSessionsTakeThePlaceOfThoseThatHaveHadTheirTime() {
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let sessions = FetchSessions(slots: 2, idleTime: .seconds(120)) { start + elapsed.withLock { $0 } }
        let small = plan(sessions, request(0, 0, [(0, 0)])).sessionID
        let large = plan(sessions, request(0, 0, [(0, 0), (1, 0), (2, 0)])).sessionID
        // In use all the time, so that none is idle.
        for epoch in Int32(1)...3 {
            elapsed.withLock { $0 += .seconds(60) }
            for id in [small, large] { #expect(plan(sessions, request(id, epoch)).error == .none) }
            let isEarly = epoch == 1
            let two = [(Int32(0), Int64(0)), (1, 0)]
            if isEarly { #expect(plan(sessions, request(0, 0, two)).sessionID == 0) }
        }
        #expect(plan(sessions, request(0, 0, [(0, 0)])).sessionID == 0)
        #expect(plan(sessions, request(0, 0, [(0, 0), (1, 0)])).sessionID != 0)
        #expect(plan(sessions, request(small, 4)).error == .fetchSessionIDNotFound)
        #expect(plan(sessions, request(large, 4)).error == .none)
    }

    @Test func sessionWithoutPartitionsEnds() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let opened = try await server.ask(request(0, 0, [(0, 0)]), version: 12)
            // What is named and forgotten at once is forgotten.
            let ended = try await server.ask(request(opened.sessionID, 1, [(0, 0)], forget: [0]), version: 12)
            #expect(ended.errorCode == 0 && ended.sessionID == 0 && partitions(ended) == [0])
            #expect(server.broker.fetchSessions.count == 0)
        }
    }

    @Test func afterAnErrorThePartitionIsNews() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let opened = try await server.ask(request(0, 0, [(0, 0)]), version: 12)
            let id = opened.sessionID
            let outside = try await server.ask(request(id, 1, [(0, 7)]), version: 12).only
            #expect(ErrorCode.of(outside.errorCode) == .offsetOutOfRange)
            #expect(outside.highWatermark == -1 && outside.lastStableOffset == -1 && outside.logStartOffset == -1)
            let healed = try await server.ask(request(id, 2, [(0, 0)]), version: 12)
            #expect(partitions(healed) == [0] && healed.only.errorCode == 0)
            #expect(partitions(try await server.ask(request(id, 3), version: 12)) == [])
        }
    }

    /// KIP-516.
    @Test func sessionsKeepToNamesOrToIdentities() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            func byID(_ session: Int32, _ epoch: Int32, _ ids: [TopicID] = []) async throws -> FetchResponse {
                try await server.ask(
                    FetchRequest(
                        maxWaitMs: 0, minBytes: 1, sessionID: session, sessionEpoch: epoch,
                        topics: ids.map { .init(topicID: $0, partitions: [.init(partitionMaxBytes: 1_000)]) }),
                    version: 13)
            }
            let named = try await server.ask(request(0, 0, [(0, 0)]), version: 12).sessionID
            #expect(ErrorCode.of(try await byID(named, 1).errorCode) == .fetchSessionTopicIDError)
            let identified = try await byID(0, 0, [id]).sessionID
            let mixed = try await server.ask(request(identified, 1), version: 12)
            #expect(ErrorCode.of(mixed.errorCode) == .fetchSessionTopicIDError)
            // Neither session has ended by it.
            #expect(try await server.ask(request(named, 1), version: 12).errorCode == 0)
            #expect(try await byID(identified, 1).errorCode == 0)

            // The name has another topic now: a session by name goes on with that, one by identity must not.
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(ErrorCode.of(try await byID(identified, 2).only.errorCode) == .unknownTopicOrPartition)
            try await server.createTopic("t")
            #expect(ErrorCode.of(try await byID(identified, 3).only.errorCode) == .inconsistentTopicID)
            let goesOn = try await server.ask(request(named, 2), version: 12)
            #expect(goesOn.errorCode == 0 && goesOn.sessionID == named && partitions(goesOn) == [])
            // Outside of a session nothing is known of the identity but that it is not there.
            #expect(ErrorCode.of(try await byID(0, -1, [id]).only.errorCode) == .unknownTopicID)
            let unknown = try await byID(0, 0, [id])
            #expect(ErrorCode.of(try await byID(unknown.sessionID, 1).only.errorCode) == .unknownTopicID)
        }
    }
}
