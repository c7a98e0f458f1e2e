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
        let first = sessions.plan(request(0, 0, [(0, 0)])).sessionID
        elapsed.withLock { $0 = .seconds(60) }
        let second = sessions.plan(request(0, 0, [(0, 0)])).sessionID
        #expect(first != 0 && second != 0)
        #expect(sessions.plan(request(0, 0, [(0, 0)])).sessionID == 0)
        elapsed.withLock { $0 = .seconds(121) }
        let third = sessions.plan(request(0, 0, [(0, 0)])).sessionID
        #expect(third != 0 && sessions.count == 2)
        #expect(sessions.plan(request(first, 1)).error == .fetchSessionIDNotFound)
        #expect(sessions.plan(request(second, 1)).error == .none)
        #expect(FetchSessions(slots: 0).plan(request(0, 0, [(0, 0)])).sessionID == 0)
    }
}
