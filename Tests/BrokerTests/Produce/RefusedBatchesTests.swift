import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// Batches of idempotent producers behind one that was refused for the moment.
@Suite struct RefusedBatchesTests {
    private static func data(
        sequence: Int32, epoch: Int16 = 0, id: Int64 = 7, partition: Int32 = 0
    ) throws -> ProduceRequest.PartitionProduceData {
        let records = try TestRecords.batch(
            ["value \(sequence)"],
            producer: .init(id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence)))
        return .init(index: partition, records: records)
    }

    /// What is remembered, at a time that moves when the test says so.
    private struct Memory {
        let batches = RefusedBatches()
        let topic = ProduceRequest.TopicProduceData(name: "t")
        var time: Int64 = 1_000_000

        /// What a batch is refused with because of one before it.
        func refusal(_ data: ProduceRequest.PartitionProduceData) -> RequestRefusal? {
            do throws(RequestRefusal) {
                try batches.check(data, of: topic) { Timestamp(milliseconds: time) }
                return nil
            } catch { return error }
        }

        func note(_ code: ErrorCode, _ data: ProduceRequest.PartitionProduceData) {
            var answer = ProduceResponse.PartitionProduceResponse(index: data.index)
            if code != .none { answer.fail(code, message: "why") }
            batches.note(answer, to: data, of: topic) { Timestamp(milliseconds: time) }
        }
    }

    @Test func whatFollowsIsRefusedUntilTheFirstComesAgain() throws {
        let memory = Memory()
        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        let refusal = try #require(try memory.refusal(Self.data(sequence: 4)))
        #expect(refusal.code == .notEnoughReplicas)
        #expect(refusal.message == "the batch before, of sequence 3, was refused: why")
        // Being refused for the other does not make it the first.
        memory.note(refusal.code, try Self.data(sequence: 4))
        for other in [
            try Self.data(sequence: 2), try Self.data(sequence: 4, id: 8), try Self.data(sequence: 4, partition: 1),
        ] {
            #expect(memory.refusal(other) == nil)
        }
        #expect(try memory.refusal(Self.data(sequence: 3)) == nil)
        memory.note(.none, try Self.data(sequence: 3))
        #expect(try memory.refusal(Self.data(sequence: 4)) == nil)
        #expect(memory.batches.count == 0)
    }

    @Test func anErrorThatLastsIsNotHandedOn() throws {
        let memory = Memory()
        memory.note(.messageTooLarge, try Self.data(sequence: 3))
        #expect(try memory.refusal(Self.data(sequence: 4)) == nil)
        memory.note(.notLeaderOrFollower, try Self.data(sequence: 3))
        memory.note(.invalidRecord, try Self.data(sequence: 3))
        #expect(try memory.refusal(Self.data(sequence: 4)) == nil)
    }

    @Test func aProducerThatHasGivenUpOrBegunAnewIsNotHeld() throws {
        var memory = Memory()
        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        for sequence in 4..<8 { #expect(try memory.refusal(Self.data(sequence: Int32(sequence))) != nil) }
        #expect(try memory.refusal(Self.data(sequence: 4)) == nil, "no more than that can have been on their way")

        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        #expect(try memory.refusal(Self.data(sequence: 4, epoch: 1)) == nil)

        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        memory.time += RefusedBatches.lifetime
        #expect(try memory.refusal(Self.data(sequence: 4)) != nil)
        memory.time += 1
        #expect(try memory.refusal(Self.data(sequence: 5)) == nil)
        #expect(memory.batches.count == 0)

        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        memory.time -= 1
        #expect(try memory.refusal(Self.data(sequence: 4)) == nil, "a clock that was set back holds nobody")
    }

    /// Or every produce request would go on paying for it.
    @Test func aProducerThatNeverComesAgainIsForgotten() throws {
        var memory = Memory()
        memory.note(.notEnoughReplicas, try Self.data(sequence: 3))
        memory.time += RefusedBatches.lifetime
        #expect(try memory.refusal(Self.data(sequence: 0, id: 8)) == nil)
        #expect(memory.batches.count == 1)
        memory.time += 1
        #expect(try memory.refusal(Self.data(sequence: 0, id: 8)) == nil)
        #expect(memory.batches.count == 0)
    }

    @Test func sequencesGoOnAtZero() throws {
        let memory = Memory()
        memory.note(.notEnoughReplicas, try Self.data(sequence: .max))
        #expect(try memory.refusal(Self.data(sequence: 0)) != nil)
        memory.note(.notEnoughReplicas, try Self.data(sequence: 0, partition: 1))
        #expect(try memory.refusal(Self.data(sequence: .max, partition: 1)) == nil)
    }

    @Test func whatIsRememberedIsBounded() throws {
        let memory = Memory()
        for partition in 0...RefusedBatches.limit {
            memory.note(.notEnoughReplicas, try Self.data(sequence: 0, partition: Int32(partition)))
            #expect(memory.batches.count <= RefusedBatches.limit)
        }
        #expect(try memory.refusal(Self.data(sequence: 1, partition: Int32(RefusedBatches.limit))) != nil)
    }

    @Test func aBatchWithoutSequencesIsNobodysFollower() throws {
        let memory = Memory()
        let plain = ProduceRequest.PartitionProduceData(index: 0, records: try TestRecords.batch(["a"]))
        memory.note(.notEnoughReplicas, plain)
        #expect(memory.batches.count == 0)
        #expect(memory.refusal(plain) == nil)
    }

    /// Too few replicas for the first batch, enough for the second: neither a gap nor another order, whether the log
    /// knows the producer or not.
    @Test(arguments: [false, true]) func batchesStayInOrderWhenReplicasComeBetweenThem(isKnown: Bool) async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let first: Int32 = isKnown ? 1 : 0
            func send(_ sequence: Int32) async throws -> ErrorCode {
                let records = try #require(try Self.data(sequence: sequence).records)
                return .of(try await server.produce("t", records).errorCode)
            }
            func require(_ replicas: Int) async throws {
                let answer = try await server.ask(
                    IncrementalAlterConfigsRequest(resources: [
                        .init(
                            resourceType: 2, resourceName: "t",
                            configs: [.init(name: "min.insync.replicas", configOperation: 0, value: "\(replicas)")])
                    ]))
                try #require(ErrorCode.of(answer.responses[0].errorCode) == .none)
            }
            if isKnown { #expect(try await send(0) == .none) }
            try await require(2)
            #expect(try await send(first) == .notEnoughReplicas)
            try await require(1)
            #expect(try await send(first + 1) == .notEnoughReplicas)
            #expect(try await send(first + 2) == .notEnoughReplicas)
            for sequence in first..<first + 3 { #expect(try await send(sequence) == .none) }
            #expect(try await server.values("t") == (0..<first + 3).map { "value \($0)" })
        }
    }
}
