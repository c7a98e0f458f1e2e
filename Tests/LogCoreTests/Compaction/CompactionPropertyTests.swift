import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Random operations on a compacted log and on a naive model of it.
@Suite struct CompactionPropertyTests {
    @Test func everyReadAgreesWithANaiveModel() throws {
        let directory = try TestDirectory(inMemory: true)
        try Seeds.forEach(1000, "compaction") { generator in
            var run = try Run(directory.path + "/events-\(generator.next())", &generator)
            for step in 0..<16 {
                do { try run.step(&generator) } catch {
                    throw Failure(description: "step \(step), \(run.note): \(error)")
                }
            }
            try run.finish()
        }
    }

    private struct Failure: Error, CustomStringConvertible { var description: String }

    private struct Run {
        let path: String
        var configuration = LogConfiguration()
        var log: PartitionLog
        var model = CompactionModel()
        var note = ""
        var clock: Int64 = 100_000
        /// An idempotent producer, whose sequence goes on across compactions and crashes.
        var producerID: Int64 = 1
        var sequence: Int32 = 0
        let keyCount: Int

        init(_ path: String, _ generator: inout SeededGenerator) throws {
            self.path = path
            configuration.cleanupPolicy = .compact
            configuration.segmentBytes = Int.random(in: 200...1500, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...300, using: &generator)
            configuration.deleteRetention = .milliseconds(Int.random(in: 0...100, using: &generator))
            if Int.random(in: 0..<4, using: &generator) == 0 { configuration.minCompactionLag = .milliseconds(50) }
            keyCount = Int.random(in: 1...12, using: &generator)
            log = try PartitionLog.open(path, configuration: configuration, residency: .tight)
        }

        mutating func step(_ generator: inout SeededGenerator) throws {
            clock += Int64.random(in: 0...40, using: &generator)
            switch Int.random(in: 0..<16, using: &generator) {
            case 0...6: try append(&generator)
            case 7...10: try compact(&generator)
            case 11: try truncate(&generator)
            case 12: try deleteRecords(&generator)
            case 13: try reopen(clean: Bool.random(using: &generator), removing: generator.next() % 4 == 0)
            case 14:
                note = "roll"
                try log.rollNow()
            default: raise(&generator)
            }
            let offsets = (0..<2).map { _ in Int64.random(in: model.start...model.end, using: &generator) }
            try model.check(log, from: offsets, limit: Int.random(in: 1...2000, using: &generator))
        }

        /// Whatever happened: after a last compaction and a reopening every key has its last value.
        mutating func finish() throws {
            let values = model.finalValues
            try model.checkTimes(log, around: clock - 50)
            try log.close()
            log = try PartitionLog.open(
                path, configuration: configuration, known: .init(log.watermarks),
                residency: .tight)
            let read = try log.records(from: log.watermarks.logStartOffset)
            var found: [String: String] = [:]
            for record in read { found[record.key?.string ?? ""] = record.value?.string }
            try #require(found == values, "values at the end")
            try log.close()
            try TestDirectory.removeTree(path)
        }

        private mutating func append(_ generator: inout SeededGenerator) throws {
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                var producer: RecordBatchBuilder.Producer?
                let count = Int.random(in: 1...5, using: &generator)
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    producer = .init(
                        id: ProducerID(producerID), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(sequence))
                    sequence += Int32(count)
                }
                let codec = CompressionCodec.allCases.randomElement(using: &generator)!
                var builder = RecordBatchBuilder(codec: codec, producer: producer)
                var records: [CompactionModel.Record] = []
                for index in 0..<count {
                    let offset = model.end + Int64(index)
                    let isTombstone = Int.random(in: 0..<5, using: &generator) == 0
                    let value = "v\(offset)" + String(repeating: "x", count: Int.random(in: 0...40, using: &generator))
                    let record = CompactionModel.Record(
                        offset: offset, key: "k\(Int.random(in: 0..<keyCount, using: &generator))",
                        value: isTombstone ? nil : value,
                        timestamp: clock - Int64.random(in: 0...30, using: &generator))
                    try builder.append(
                        timestamp: Timestamp(milliseconds: record.timestamp), key: ByteSlice(record.key),
                        value: record.value.map { ByteSlice($0) })
                    records.append(record)
                }
                _ = try log.append(
                    builder.finish(), from: .producer(LeaderEpoch(1)), now: Timestamp(milliseconds: clock))
                model.append(records)
            }
            note = "append up to \(model.end)"
            if Int.random(in: 0..<3, using: &generator) > 0 { raise(&generator) }
        }

        private mutating func raise(_ generator: inout SeededGenerator) {
            let target = Int64.random(in: model.highWatermark...model.end, using: &generator)
            log.advanceHighWatermark(to: LogOffset(target))
            model.highWatermark = target
            note += ", high watermark \(target)"
        }

        private mutating func compact(_ generator: inout SeededGenerator) throws {
            let keys = Bool.random(using: &generator) ? 1000 : Int.random(in: 1...8, using: &generator)
            let before = log.cleanedOffset
            let now = Timestamp(milliseconds: clock)
            let need = try #require(try log.compactionNeed(now: now))
            let report = try log.compact(now: now, budget: CompactionBudget(mapBytes: keys * 24))
            note = "compaction \(before) -> \(report?.cleanedOffset.rawValue ?? -1), \(keys) keys"
            guard let report else {
                try #require(need.dirtyBytes == 0 || need.firstUncleanableOffset <= need.firstDirtyOffset)
                return
            }
            let end = report.cleanedOffset.rawValue
            try #require(end > before.rawValue && end <= model.highWatermark, "the bound")
            try #require(log.cleanedOffset == report.cleanedOffset)
            try #require(report.ranOutOfMap == (report.cleanedOffset < need.firstUncleanableOffset))
            let active = try #require(log.segmentBaseOffsets.last)
            try #require(report.cleanedOffset <= active, "the active segment")
            if configuration.minCompactionLag > .zero {
                let young = model.records.contains {
                    (max(before.rawValue, model.start)..<end).contains($0.offset) && $0.timestamp > clock - 50
                }
                try #require(!young, "records younger than the lag")
            }
            model.compact(
                upTo: end, now: clock, deleteRetention: Int64(configuration.deleteRetention / .milliseconds(1)))
        }

        private mutating func truncate(_ generator: inout SeededGenerator) throws {
            let target = Int64.random(in: max(model.start, model.highWatermark)...model.end, using: &generator)
            // Replicas agree on whole batches: no truncation reaches below a high watermark or start within one.
            guard !model.batches.contains(where: { $0.base < model.highWatermark && $0.next > target }) else { return }
            note = "truncate to \(target)"
            try log.truncate(to: LogOffset(target))
            model.truncate(to: target)
            // The producer's last sequence may be gone with its records.
            producerID += 1
            sequence = 0
        }

        private mutating func deleteRecords(_ generator: inout SeededGenerator) throws {
            let target = Int64.random(in: model.start...model.highWatermark, using: &generator)
            note = "delete records up to \(target)"
            try log.advanceLogStart(to: LogOffset(target))
            model.start = target
            model.batches.removeAll { $0.next <= target }
        }

        private mutating func reopen(clean: Bool, removing removesIndexes: Bool) throws {
            note = (clean ? "clean reopening" : "crash") + (removesIndexes ? " without indexes" : "")
            let cleaned = log.cleanedOffset
            var known = PartitionLog.OpenState(log.watermarks)
            known.cleanedOffset = cleaned
            if clean { try log.close() } else { known.recoveryPoint = log.watermarks.recoveryPoint }
            if removesIndexes { try TestDirectory.removeFiles(in: path) { $0.hasSuffix("index") } }
            let observer = RecordingObserver()
            log = try PartitionLog.open(
                path, configuration: configuration, known: known, observer: observer,
                residency: .tight)
            try #require(removesIndexes || observer.report.findings.isEmpty, "\(observer.report.findings)")
            try #require(log.cleanedOffset == cleaned)
        }
    }
}

extension PartitionLog.OpenState {
    init(_ marks: LogWatermarks) {
        self.init(
            recoveryPoint: marks.recoveryPoint, logStartOffset: marks.logStartOffset,
            highWatermark: marks.highWatermark)
    }
}
