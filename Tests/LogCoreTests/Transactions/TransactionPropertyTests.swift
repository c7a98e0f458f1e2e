import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Random interleaved transactions, truncations, deletions and restarts; after each step a reader of committed records
/// has to see what a naive model says.
@Suite struct TransactionPropertyTests {
    @Test func committedReadsAgreeWithANaiveModel() throws {
        try Seeds.forEach(1_000, "transactions") { generator in
            var run = try Run(&generator)
            for step in 0..<24 { try run.step(step, &generator) }
        }
    }

    private struct Run {
        let directory: TestDirectory
        let configuration: LogConfiguration
        var log: PartitionLog
        var model = TransactionModel()
        var recoveryPoint: Int64 = 0
        /// With the records gone only snapshots tell what they began, so a run loses one or the other.
        var isTrimmed = false
        var lacksSnapshots = false

        init(_ generator: inout SeededGenerator) throws {
            directory = try TestDirectory(inMemory: true)
            var configuration = LogConfiguration()
            configuration.segmentBytes = Int.random(in: 200...1200, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...300, using: &generator)
            configuration.indexMaxBytes = 4096
            configuration.retention = nil
            self.configuration = configuration
            log = try PartitionLog.open(directory.log, configuration: configuration, residency: .tight)
        }

        mutating func step(_ step: Int, _ generator: inout SeededGenerator) throws {
            var note = "step \(step), "
            switch Int.random(in: 0..<20, using: &generator) {
            case 0...7: note += try append(&generator)
            case 8...11: note += try end(&generator)
            case 12...14: note += advance(&generator)
            case 15: note += try truncate(&generator)
            case 16: note += try delete(&generator)
            case 17:
                recoveryPoint = try log.flush().rawValue
                note += "flush"
            default: note += try reopen(&generator)
            }
            try model.check(log, limit: Int.random(in: 1...600, using: &generator), note)
        }

        private mutating func append(_ generator: inout SeededGenerator) throws -> String {
            let id = Int64.random(in: 1...4, using: &generator)
            let isOpen = model.hasOpenTransaction(id)
            let isTransactional = !generator.isOne(in: 3)
            let count = Int.random(in: 1...3, using: &generator)
            let producer = RecordBatchBuilder.Producer(
                id: ProducerID(id), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(model.nextSequence(id)),
                isTransactional: isTransactional)
            let batch = try Batches.make((0..<count).map { "\($0)" }, producer: producer)
            if isOpen && !isTransactional {
                let error = #expect(throws: LogError.self) { try send(batch) }
                try #require(error?.code == .invalidTransactionState)
                return "refused"
            }
            if generator.isOne(in: 4) {
                try replicate(batch)
            } else {
                try send(batch)
            }
            model.append(isTransactional ? .transactional : .plain, producer: id, count: Int64(count))
            return "producer \(id) appends \(count)"
        }

        private func send(_ batch: ByteSlice) throws {
            _ = try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
        }

        private func replicate(_ batch: ByteSlice) throws {
            _ = try log.append(
                Batches.stamped(batch, offset: model.end, epoch: 1), from: .leader, now: PartitionLog.now)
        }

        private mutating func end(_ generator: inout SeededGenerator) throws -> String {
            let id = Int64.random(in: 1...4, using: &generator)
            let outcome: EndTransactionMarker.Outcome = generator.isOne(in: 3) ? .committed : .aborted
            let marker = try EndTransactionMarker(outcome, coordinatorEpoch: 3).batch(
                endingTransactionOf: ProducerID(id), epoch: ProducerEpoch(0), at: PartitionLog.now)
            if generator.isOne(in: 4) {
                try replicate(marker)
            } else {
                _ = try log.append(marker, from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now)
            }
            model.append(outcome == .aborted ? .abort : .commit, producer: id, count: 1)
            return "producer \(id) \(outcome)"
        }

        private mutating func advance(_ generator: inout SeededGenerator) -> String {
            // A high watermark is where a batch ends, as replicas count it.
            let target = generator.isOne(in: 2) ? model.end : model.batches.randomElement(using: &generator)?.next ?? 0
            log.advanceHighWatermark(to: LogOffset(target))
            model.highWatermark = max(model.highWatermark, target)
            if model.highWatermark == model.end { model.knowsUnreplicated = true }
            return "high watermark \(target)"
        }

        private mutating func truncate(_ generator: inout SeededGenerator) throws -> String {
            let target = Int64.random(in: model.highWatermark...model.end, using: &generator)
            try log.truncate(to: LogOffset(target))
            model.truncate(to: target)
            recoveryPoint = min(recoveryPoint, model.end)
            return "truncate to \(target)"
        }

        private mutating func delete(_ generator: inout SeededGenerator) throws -> String {
            guard !lacksSnapshots else { return "nothing" }
            let target = Int64.random(in: model.start...model.highWatermark, using: &generator)
            try log.advanceLogStart(to: LogOffset(target))
            model.start = target
            isTrimmed = true
            return "delete up to \(target)"
        }

        private mutating func reopen(_ generator: inout SeededGenerator) throws -> String {
            let isClean = generator.isOne(in: 2)
            if isClean {
                try log.close()
                recoveryPoint = model.end
            }
            let note = try damage(&generator)
            let observer = RecordingObserver()
            log = try PartitionLog.open(
                directory.log, configuration: configuration,
                known: .init(
                    recoveryPoint: LogOffset(recoveryPoint), logStartOffset: LogOffset(model.start),
                    highWatermark: LogOffset(model.highWatermark)), observer: observer, residency: .tight)
            if note.isEmpty { try #require(observer.report.findings.isEmpty, "\(observer.report.findings)") }
            recoveryPoint = model.end
            model.knowsUnreplicated = model.highWatermark == model.end
            return (isClean ? "clean reopening" : "crash") + note
        }

        /// What a crash, a bad disk or a person may do to files that the log can do without.
        private mutating func damage(_ generator: inout SeededGenerator) throws -> String {
            let names = try directory.names()
            let indexes = names.filter { $0.hasSuffix(".txnindex") }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                for name in names where name.hasSuffix("index") { try directory.remove(name) }
                return ", no indexes"
            case 1:
                guard let name = indexes.randomElement(using: &generator) else { return "" }
                try directory.write(directory.bytes(name) + [0, 0, 1], to: name)
                return ", torn \(name)"
            case 2:
                guard let name = indexes.randomElement(using: &generator) else { return "" }
                var bytes = try directory.bytes(name)
                guard !bytes.isEmpty else { return "" }
                bytes[bytes.count / 34 / 2 * 34] = 0x7F
                try directory.write(bytes, to: name)
                return ", damaged \(name)"
            case 3 where recoveryPoint == 0 && !isTrimmed:
                for name in indexes { try directory.remove(name) }
                return ", nothing was synced"
            case 4 where !isTrimmed:
                for name in names where name.hasSuffix(".snapshot") { try directory.remove(name) }
                lacksSnapshots = true
                return ", no snapshots"
            default: return ""
            }
        }
    }
}
