import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Interleaved transactions on a file system that forgets what was not synced, in any order, and fails at any call.
///
/// Whatever a crash leaves: no flushed record or marker is lost, what is there is what was appended, and the last
/// stable offset and the aborted transactions are those that a naive model finds in it.
@Suite struct TransactionCrashTests {
    @Test func noCrashChangesWhatIsCommitted() throws {
        try Seeds.forEach(1_000, "transactions and crashes") { generator in
            var run = try Run(&generator)
            for step in 0..<25 { try run.step(step, &generator) }
            try run.reopen(&generator, "at the end")
        }
    }

    /// What a batch is told by, beside its place.
    private struct Content: Equatable {
        var kind: TransactionModel.Kind
        var producer: Int64
        var values: [String]
    }

    /// One log, what it has to hold, and what its host has written down.
    ///
    /// The host's own checkpoints are taken to be durable at once: they are another module's business.
    private struct Run {
        private static let path = "/data/events-0"

        private var files: CrashFileSystem
        private let configuration: LogConfiguration
        private var log: PartitionLog
        private var model = TransactionModel()
        /// What every batch of the model holds, by its offset.
        private var contents: [Int64: Content] = [:]
        /// A batch at the model's end that may be there or not, because the append that wrote it failed.
        private var doubtful: Content?
        /// Below it everything was promised to be durable.
        private var flushed: Int64 = 0
        private var checkpoint = PartitionLog.OpenState()
        private var serial = 0

        init(_ generator: inout SeededGenerator) throws {
            var configuration = LogConfiguration()
            configuration.segmentBytes = Int.random(in: 250...1_500, using: &generator)
            configuration.indexIntervalBytes = Int.random(in: 0...300, using: &generator)
            configuration.indexMaxBytes = 4_096
            configuration.retention = nil
            configuration.flushesEveryAppend = generator.isOne(in: 2)
            // Every other log copies its small batches into the mapped tail from the first on.
            if generator.isOne(in: 2) {
                configuration.tailMapping.leastAhead = 0
                configuration.tailMapping.largestCopy = Int.random(in: 0...600, using: &generator)
            }
            self.configuration = configuration
            files = CrashFileSystem(seed: generator.next())
            log = try PartitionLog.open(
                Self.path, configuration: configuration, known: checkpoint, observer: SilentObserver(),
                fileSystem: files)
        }

        mutating func step(_ step: Int, _ generator: inout SeededGenerator) throws {
            if generator.isOne(in: 8) {
                files.fail(
                    after: Int.random(in: 0..<10, using: &generator),
                    with: [EIO, ENOSPC, EINTR, EMFILE].randomElement(using: &generator)!)
            }
            do { try operate(&generator) } catch let error as LogError {
                // Nothing but the failure that was asked for, and only once.
                try #require(files.stopFailing() != nil, "step \(step): \(error)")
            }
            files.stopFailing()
            if log.failure != nil || generator.isOne(in: 6) {
                try reopen(&generator, "step \(step)")
            } else if generator.isOne(in: 4) {
                try model.check(log, limit: Int.random(in: 1...600, using: &generator), "step \(step)")
            }
        }

        private mutating func operate(_ generator: inout SeededGenerator) throws {
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<8: try append(&generator)
            case 8..<12: try end(&generator)
            case 12..<14: try flush()
            case 14, 15: advance(&generator)
            case 16: try truncate(&generator)
            case 17: try delete(&generator)
            case 18: try log.rollNow()
            default:
                if generator.isOne(in: 2) { try log.snapshotProducers() }
                note()
            }
        }

        // MARK: - Operations

        private mutating func append(_ generator: inout SeededGenerator) throws {
            let id = Int64.random(in: 1...4, using: &generator)
            let isTransactional = model.hasOpenTransaction(id) || !generator.isOne(in: 3)
            serial += 1
            let values = (0..<Int.random(in: 1...3, using: &generator)).map { "\(serial).\($0)" }
            let batch = try Batches.make(
                values,
                producer: .init(
                    id: ProducerID(id), epoch: ProducerEpoch(0),
                    baseSequence: SequenceNumber(model.nextSequence(id)), isTransactional: isTransactional))
            let content = Content(kind: isTransactional ? .transactional : .plain, producer: id, values: values)
            try send(batch, .producer(LeaderEpoch(1)), content, &generator)
        }

        private mutating func end(_ generator: inout SeededGenerator) throws {
            let id = Int64.random(in: 1...4, using: &generator)
            let outcome: EndTransactionMarker.Outcome = generator.isOne(in: 3) ? .committed : .aborted
            let marker = try EndTransactionMarker(outcome, coordinatorEpoch: 3).batch(
                endingTransactionOf: ProducerID(id), epoch: ProducerEpoch(0), at: PartitionLog.now)
            let content = Content(kind: outcome == .aborted ? .abort : .commit, producer: id, values: [])
            try send(marker, .coordinator(LeaderEpoch(1)), content, &generator)
        }

        /// Appends a batch, as a leader or as a follower; after an error of the disk it may be there or not.
        private mutating func send(
            _ batch: ByteSlice, _ origin: AppendOrigin, _ content: Content, _ generator: inout SeededGenerator
        ) throws {
            let isReplica = generator.isOne(in: 4)
            let batch = isReplica ? Batches.stamped(batch, offset: model.end, epoch: 1) : batch
            do {
                let result = try log.append(batch, from: isReplica ? .leader : origin, now: PartitionLog.now)
                try #require(result.firstOffset.rawValue == model.end && !result.isDuplicate)
                accept(content)
            } catch let error as LogError {
                if log.failure != nil { doubtful = content }
                throw error
            }
        }

        private mutating func accept(_ content: Content) {
            contents[model.end] = content
            model.append(content.kind, producer: content.producer, count: Int64(max(1, content.values.count)))
        }

        private mutating func flush() throws { flushed = max(flushed, try log.flush().rawValue) }

        /// Replicas count whole batches, and what is on one device need not be on another.
        private mutating func advance(_ generator: inout SeededGenerator) {
            let target = generator.isOne(in: 2) ? model.end : model.batches.randomElement(using: &generator)?.next ?? 0
            log.advanceHighWatermark(to: LogOffset(target))
            model.highWatermark = max(model.highWatermark, target)
            if model.highWatermark == model.end { model.knowsUnreplicated = true }
        }

        private mutating func truncate(_ generator: inout SeededGenerator) throws {
            let target = Int64.random(in: model.highWatermark...model.end, using: &generator)
            let end = model.batches.first { $0.next > target }?.offset ?? target
            do {
                try log.truncate(to: LogOffset(target)) { point throws(LogError) in
                    checkpoint.recoveryPoint = min(checkpoint.recoveryPoint, point)
                }
            } catch {
                // Some of what was to go may be there still.
                if log.failure != nil { flushed = min(flushed, end) }
                throw error
            }
            guard target < model.end else { return }
            model.truncate(to: target)
            flushed = min(flushed, model.end)
        }

        /// Deletes records that are durable and stable, as a host does.
        private mutating func delete(_ generator: inout SeededGenerator) throws {
            let limit = min(flushed, model.lastStableOffsets.lowerBound)
            guard limit > model.start else { return }
            defer { model.start = log.watermarks.logStartOffset.rawValue }
            try log.advanceLogStart(to: LogOffset(Int64.random(in: model.start...limit, using: &generator)))
        }

        /// Writes down what a host's checkpoints say.
        private mutating func note() {
            let marks = log.watermarks
            checkpoint = PartitionLog.OpenState(
                recoveryPoint: marks.recoveryPoint, logStartOffset: marks.logStartOffset,
                highWatermark: marks.highWatermark)
        }

        // MARK: - Crashes

        /// Ends the process, one way or another, and opens the log again.
        mutating func reopen(_ generator: inout SeededGenerator, _ note: String) throws {
            var note = note
            switch Int.random(in: 0..<3, using: &generator) {
            case 0 where log.failure == nil:
                try log.close()
                flushed = model.end
                self.note()
                note += ", closed"
            case 1: note += ", killed"
            default:
                files = files.crashed(&generator)
                note += ", power cut"
            }
            log = try PartitionLog.open(
                Self.path, configuration: configuration, known: checkpoint, observer: SilentObserver(),
                fileSystem: files)
            try adopt(note)
            try model.check(log, limit: Int.random(in: 1...600, using: &generator), note)
        }

        /// Holds a log that was just opened against what was promised, and takes over how much of it is there.
        private mutating func adopt(_ note: String) throws {
            let marks = log.watermarks
            let end = marks.logEndOffset.rawValue
            try #require(end >= flushed, "\(note): acknowledged records are lost: \(marks), flushed \(flushed)")
            try #require(marks.logStartOffset.rawValue <= model.start, "\(note): \(marks), start \(model.start)")
            if end > model.end, let doubtful { accept(doubtful) }
            doubtful = nil
            model.truncate(to: end)
            try #require(model.end == end, "\(note): a part of a batch, or more than was appended: \(marks)")
            model.start = marks.logStartOffset.rawValue
            model.highWatermark = min(max(checkpoint.highWatermark.rawValue, model.start), end)
            model.knowsUnreplicated = model.highWatermark == end
            try checkContents(note)
            // Opening makes durable what it found, where records count only then.
            flushed = marks.recoveryPoint.rawValue
            try #require(flushed == end || !configuration.flushesEveryAppend, "\(note): \(marks)")
            self.note()
        }

        /// Every batch that is there is the one that was appended.
        private func checkContents(_ note: String) throws {
            var next = log.watermarks.logStartOffset
            while next < log.watermarks.logEndOffset {
                let slice = try log.read(from: next, upTo: .logEnd, limit: 1, mustProgress: true).slice
                var sequence = RecordBatchSequence(try #require(slice).readBytes())
                let batch = try #require(try sequence.next())
                let found = try Self.content(of: batch)
                let offset = batch.header.baseOffset.rawValue
                try #require(found == contents[offset], "\(note): \(found) at \(offset)")
                next = batch.header.nextOffset
            }
        }

        private static func content(of batch: RecordBatch) throws -> Content {
            let producer = batch.header.producerID.rawValue
            if let marker = try EndTransactionMarker.read(batch) {
                return Content(kind: marker.outcome == .aborted ? .abort : .commit, producer: producer, values: [])
            }
            return Content(
                kind: batch.header.attributes.isTransactional ? .transactional : .plain, producer: producer,
                values: try batch.records().map { $0.value?.string ?? "" })
        }
    }
}
