import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

@Suite struct IdempotentProducerTests {
    private func batch(_ id: Int64, _ epoch: Int16, _ sequence: Int32, _ values: [String]) throws -> ByteSlice {
        try TestRecords.batch(
            values,
            producer: .init(id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence)))
    }

    private func send(
        _ server: TestBroker, _ id: Int64, _ epoch: Int16, _ sequence: Int32, _ values: [String]
    ) async throws -> (code: ErrorCode, offset: Int64) {
        let answer = try await server.produce("t", batch(id, epoch, sequence, values))
        return (.of(answer.errorCode), answer.baseOffset)
    }

    /// What a producer may find after `server` has its batches 0...4 at offsets 0...4.
    private func check(_ server: TestBroker, _ id: Int64) async throws {
        #expect(try await send(server, id, 0, 4, ["4"]) == (.none, 4))
        #expect(try await send(server, id, 0, 6, ["6"]).code == .outOfOrderSequenceNumber)
        #expect(try await server.values("t") == ["0", "1", "2", "3", "4"])
        #expect(try await send(server, id, 0, 5, ["5"]) == (.none, 5))
        #expect(try await send(server, id, 1, 0, ["new epoch"]) == (.none, 6))
        #expect(try await send(server, id, 0, 6, ["fenced"]).code == .invalidProducerEpoch)
        #expect(try await send(server, id, 2, 3, ["not from zero"]).code == .outOfOrderSequenceNumber)
    }

    private func produceFive(_ server: TestBroker) async throws -> Int64 {
        try await server.createTopic("t")
        let id = try await server.ask(InitProducerIdRequest(transactionalID: nil)).producerID
        for sequence in 0..<5 {
            #expect(try await send(server, id, 0, Int32(sequence), ["\(sequence)"]) == (.none, Int64(sequence)))
        }
        return id
    }

    @Test func duplicatesGapsAndFencing() async throws {
        try await TestBroker.with { server in
            let id = try await produceFive(server)
            // The last five batches of a producer are known; a snapshot keeps the last one, as Kafka's does.
            for sequence in 0..<5 {
                #expect(try await send(server, id, 0, Int32(sequence), ["\(sequence)"]) == (.none, Int64(sequence)))
            }
            try await check(server, id)
        }
    }

    @Test func sequencesSurviveACleanRestart() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(in: directory) { try await produceFive($0) }
        try await TestBroker.with(in: directory) { server in
            try await check(server, id)
            #expect(try await server.ask(InitProducerIdRequest(transactionalID: nil)).producerID > id)
        }
    }

    @Test func sequencesSurviveACrash() async throws {
        let directory = try TestDirectory()
        let (id, crashed) = try await TestBroker.with(in: directory) { server in
            (try await produceFive(server), try directory.copy())
        }
        try await TestBroker.with(in: crashed) { server in
            try await check(server, id)
            #expect(try await server.ask(InitProducerIdRequest(transactionalID: nil)).producerID > id)
        }
    }

    @Test func identitiesAreGivenOnce() async throws {
        try await TestBroker.with { server in
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<2_500 {
                    group.addTask { try await server.ask(InitProducerIdRequest(transactionalID: nil)).producerID }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 2_500)
        }
    }
}
