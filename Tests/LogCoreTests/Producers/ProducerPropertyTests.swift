import RecordFormat
import StorageHarness
import Testing

@testable import LogCore

/// The producer table against a list of everything that was ever appended.
@Suite struct ProducerPropertyTests {
    /// What a client may send next, found by looking through all that was appended.
    private struct Model {
        var batches: [RecordBatchHeader] = []

        func verdict(_ header: RecordBatchHeader) -> LogError.Code? {
            let own = batches.filter { $0.producerID == header.producerID }
            guard let epoch = own.last?.producerEpoch else { return nil }
            if header.producerEpoch < epoch { return .fencedProducer }
            if header.producerEpoch > epoch { return header.baseSequence.rawValue == 0 ? nil : .outOfOrderSequence }
            let last = own.last { $0.producerEpoch == epoch }!
            if duplicate(header) != nil { return nil }
            return header.baseSequence == last.lastSequence.advanced(by: 1) ? nil : .outOfOrderSequence
        }

        func duplicate(_ header: RecordBatchHeader) -> RecordBatchHeader? {
            let own = batches.filter { $0.producerID == header.producerID }
            guard own.last?.producerEpoch == header.producerEpoch else { return nil }
            return own.filter { $0.producerEpoch == header.producerEpoch }.suffix(5).first {
                $0.baseSequence == header.baseSequence && $0.lastSequence == header.lastSequence
            }
        }
    }

    private func header(
        _ id: Int64, _ epoch: Int16, _ sequence: Int32, count: Int32, at offset: Int64
    ) throws -> RecordBatchHeader {
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence))
        let batch = try Batches.make((0..<count).map { "\($0)" }, producer: producer)
        return try RecordBatchHeader(parsing: Batches.stamped(batch, offset: offset, epoch: 1).bytes)
    }

    @Test func verdictsAgreeWithANaiveModel() throws {
        try Seeds.forEach(1_000, "producers") { generator in
            var table = ProducerTable()
            var model = Model()
            var end: Int64 = 0
            for _ in 0..<40 {
                let id = Int64.random(in: 1...3, using: &generator)
                let own = model.batches.filter { $0.producerID.rawValue == id }
                let known = own.randomElement(using: &generator)
                var next = own.last?.lastSequence.advanced(by: 1).rawValue ?? Int32.max - 3
                var epoch = own.last?.producerEpoch.rawValue ?? 0
                var count = Int32.random(in: 1...3, using: &generator)
                switch Int.random(in: 0..<10, using: &generator) {
                case 0:
                    epoch += Int16.random(in: -1...1, using: &generator)
                    next = 0
                case 1: next = next == 0 ? 1 : next - 1
                case 2, 3:
                    next = known?.baseSequence.rawValue ?? next
                    count = known?.recordCount ?? count
                default: break
                }
                let header = try header(id, max(epoch, 0), next, count: count, at: end)
                let expected = model.verdict(header)
                let verdict = Result { () throws(LogError) in
                    try table.judge(BatchHeaders(header), [], from: .producer(LeaderEpoch(1)), limit: 10)
                }
                switch verdict {
                case .failure(let error): try #require(error.code == expected)
                case .success(.duplicate(let batch)):
                    let duplicate = try #require(model.duplicate(header))
                    try #require(batch.lastOffset == duplicate.lastOffset)
                case .success(.new):
                    try #require(expected == nil && model.duplicate(header) == nil)
                    table.note(header, seen: PartitionLog.now)
                    model.batches.append(header)
                    end = header.nextOffset.rawValue
                }
                table.checkInvariants()
            }
            // What a snapshot brings back knows the last batch of each producer.
            let bytes = ProducerSnapshot.encode(table)
            let restored = try ProducerSnapshot.decode(bytes, takenAt: LogOffset(end), path: "memory")
            try #require(ProducerSnapshot.encode(restored) == bytes)
            for (id, producer) in table.producers {
                try #require(restored.producers[id]?.standing == producer.standing)
                try #require(restored.producers[id]?.batches.last == producer.batches.last)
            }
        }
    }

    @Test func expiryAgreesWithANaiveModel() throws {
        try Seeds.forEach(1_000, "producer expiry") { generator in
            var table = ProducerTable()
            var lastSeen: [Int64: Int64] = [:]
            var now: Int64 = 1_000
            for step in 0..<30 {
                now += Int64.random(in: 0...40, using: &generator)
                let id = Int64.random(in: 1...8, using: &generator)
                if generator.isOne(in: 3) {
                    table.expire(idleFor: .milliseconds(100), now: Timestamp(milliseconds: now))
                    lastSeen = lastSeen.filter { now - $0.value < 100 }
                } else {
                    table.note(
                        try header(id, 0, 0, count: 1, at: Int64(step)), seen: Timestamp(milliseconds: now))
                    lastSeen[id] = now
                }
                table.checkInvariants()
                try #require(Set(table.producers.keys.map(\.rawValue)) == Set(lastSeen.keys))
            }
        }
    }
}
