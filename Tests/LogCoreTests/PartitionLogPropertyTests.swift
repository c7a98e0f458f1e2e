import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Random operations on a log and on a naive model of it; after each one every read has to agree.
@Suite struct PartitionLogPropertyTests {
    @Test(arguments: 0..<8) func everyReadAgreesWithANaiveModel(round: Int) throws {
        var generator = SeededGenerator.printingSeed("model round \(round)")
        var run = try Run(&generator)
        for step in 0..<100 { try run.step(step, &generator) }
    }

    @Test func soDoManySmallLogs() throws {
        try Seeds.forEach(1_000, "small models") { generator in
            var run = try Run(&generator)
            for step in 0..<10 { try run.step(step, &generator) }
        }
    }

    private struct Run {
        let directory: TestDirectory
        var configuration: LogConfiguration
        var log: PartitionLog
        var model = LogModel()
        var epoch: Int32 = 0
        var clock: Int64 = 1_000
        /// Below it the host's checkpoint says that all is flushed.
        var recoveryPoint: Int64 = 0

        init(_ generator: inout SeededGenerator) throws {
            directory = try TestDirectory(inMemory: true)
            var configuration = LogConfiguration()
            configuration.segmentBytes = Int.random(in: 200...3000, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...400, using: &generator)
            configuration.indexMaxBytes = Bool.random(using: &generator) ? 10 << 20 : 60
            configuration.retention = nil
            configuration.retentionBytes = 6000
            configuration.tailMapping.leastAhead = Bool.random(using: &generator) ? 0 : 500
            configuration.tailMapping.largestCopy = Int.random(in: 0...800, using: &generator)
            self.configuration = configuration
            log = try PartitionLog.open(directory.log, configuration: configuration, residency: .tight)
        }

        mutating func step(_ step: Int, _ generator: inout SeededGenerator) throws {
            let note: String
            switch Int.random(in: 0..<24, using: &generator) {
            case 0...10: note = try append(&generator)
            case 20, 21: note = try replicate(&generator)
            case 22: note = try delete(&generator)
            case 23: note = try change(&generator)
            case 11:
                try log.flush()
                note = "flush"
                #expect(log.watermarks.recoveryPoint == log.watermarks.logEndOffset)
            case 12, 13:
                let target = Int64.random(in: 0...model.end, using: &generator)
                log.advanceHighWatermark(to: LogOffset(target))
                model.highWatermark = max(model.highWatermark, target)
                note = "high watermark \(target)"
            case 14: note = try truncate(&generator)
            case 15: note = try retain()
            case 16, 17: note = try reopen(clean: true)
            default: note = try reopen(clean: false)
            }
            try model.check(log, limit: Int.random(in: 1...2000, using: &generator), "step \(step), \(note)")
        }

        private mutating func append(_ generator: inout SeededGenerator) throws -> String {
            if generator.isOne(in: 10) { epoch += 1 }
            let (values, times) = content(&generator)
            let codec = CompressionCodec.allCases.randomElement(using: &generator)!
            let result = try log.append(
                batch(values, times, codec), from: .producer(LeaderEpoch(epoch)), now: Timestamp(milliseconds: clock))
            try #require(result.firstOffset.rawValue == model.end)
            let isStamped = configuration.timestampType == .logAppendTime
            try #require(result.logAppendTime?.milliseconds == (isStamped ? clock : nil))
            model.append(values, timestamps: isStamped ? values.map { _ in clock } : times, epoch: epoch)
            try #require(result.nextOffset.rawValue == model.end)
            return "append \(values.count) \(codec)"
        }

        /// Appends batches as a follower gets them, with offsets and epochs.
        private mutating func replicate(_ generator: inout SeededGenerator) throws -> String {
            var bytes: [UInt8] = []
            let count = Int.random(in: 1...3, using: &generator)
            for _ in 0..<count {
                if generator.isOne(in: 4) { epoch += 1 }
                let (values, times) = content(&generator)
                bytes += try Batches.stamped(batch(values, times, .none), offset: model.end, epoch: epoch).array
                model.append(values, timestamps: times, epoch: epoch)
            }
            let result = try log.append(ByteSlice(bytes), from: .leader, now: Timestamp(milliseconds: clock))
            try #require(result.nextOffset.rawValue == model.end)
            return "replicate \(count)"
        }

        private mutating func content(_ generator: inout SeededGenerator) -> (values: [String], times: [Int64]) {
            let values = (0..<Int.random(in: 1...6, using: &generator)).map {
                "v\(model.end + Int64($0))" + String(repeating: "x", count: Int.random(in: 0...60, using: &generator))
            }
            clock += Int64.random(in: 0...20, using: &generator)
            return (values, values.map { _ in clock - Int64.random(in: 0...60, using: &generator) })
        }

        private func batch(_ values: [String], _ times: [Int64], _ codec: CompressionCodec) throws -> ByteSlice {
            var builder = RecordBatchBuilder(codec: codec)
            for (value, time) in zip(values, times) {
                try builder.append(timestamp: Timestamp(milliseconds: time), key: nil, value: ByteSlice(value))
            }
            return try builder.finish()
        }

        private mutating func delete(_ generator: inout SeededGenerator) throws -> String {
            let target = Int64.random(in: model.start...model.highWatermark, using: &generator)
            try log.advanceLogStart(to: LogOffset(target))
            model.start = target
            model.batches.removeAll { $0.next <= target }
            return "delete up to \(target)"
        }

        private mutating func change(_ generator: inout SeededGenerator) throws -> String {
            configuration.segmentBytes = Int.random(in: 200...3000, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...400, using: &generator)
            configuration.timestampType = generator.isOne(in: 3) ? .logAppendTime : .createTime
            let codec = CompressionCodec.allCases.randomElement(using: &generator)!
            configuration.compression = generator.isOne(in: 2) ? .producer : .always(codec)
            try log.apply(configuration)
            return "settings \(configuration.compression)"
        }

        private mutating func truncate(_ generator: inout SeededGenerator) throws -> String {
            // A replica's tail above the high watermark is all that ever goes.
            let target = Int64.random(in: max(model.start, model.highWatermark)...model.end, using: &generator)
            try log.truncate(to: LogOffset(target))
            if target < model.end { model.truncate(to: target) }
            recoveryPoint = min(recoveryPoint, model.end)
            return "truncate to \(target)"
        }

        private mutating func retain() throws -> String {
            try log.deleteOldSegments(now: Timestamp(milliseconds: clock))
            let start = log.watermarks.logStartOffset.rawValue
            try #require(start >= model.start && start <= model.highWatermark)
            model.start = start
            model.batches.removeAll { $0.next <= start }
            return "retention from \(start)"
        }

        private mutating func reopen(clean: Bool) throws -> String {
            // A crashed process leaves the page cache behind: everything is there, but only checkpoints say what was
            // synced.
            if clean {
                try log.close()
                recoveryPoint = model.end
            } else {
                recoveryPoint = min(recoveryPoint, model.end)
            }
            let observer = RecordingObserver()
            log = try PartitionLog.open(
                directory.log, configuration: configuration,
                known: .init(
                    recoveryPoint: LogOffset(recoveryPoint), logStartOffset: LogOffset(model.start),
                    highWatermark: LogOffset(model.highWatermark)), observer: observer, residency: .tight)
            #expect(observer.report.findings.isEmpty, "\(observer.report.findings)")
            #expect(log.leaderEpochs.latest.map(\.rawValue) == model.batches.last?.epoch || model.batches.isEmpty)
            if clean { #expect(observer.report.scannedBytes <= configuration.indexIntervalBytes + 1000) }
            recoveryPoint = model.end
            return clean ? "clean reopening" : "crash"
        }
    }
}
