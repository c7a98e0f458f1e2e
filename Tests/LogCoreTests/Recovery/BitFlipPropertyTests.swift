import LogCore
import RecordFormat
import StorageHarness
import Testing

/// One bit turns over somewhere: the log opens, serves what is left, and never a wrong byte.
@Suite struct BitFlipPropertyTests {
    static let batches = 60

    static func configuration() -> LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1500
        configuration.indexIntervalBytes = 150
        return configuration
    }

    /// Sixty batches of two in several segments and epochs, by a producer, closed cleanly.
    static func filled() throws -> (TestDirectory, LeaderEpochHistory) {
        let directory = try TestDirectory()
        let log = try PartitionLog.open(directory.log, configuration: configuration(), known: .init())
        for index in 0..<batches {
            let producer = RecordBatchBuilder.Producer(
                id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(Int32(index * 2)))
            let batch = try Batches.make(
                ["value \(index * 2)", "value \(index * 2 + 1)"], codec: index % 3 == 0 ? .lz4 : .none,
                producer: producer,
                timestamp: 1_000 + Int64(index))
            _ = try log.append(batch, from: .producer(LeaderEpoch(Int32(index / 20))), now: PartitionLog.now)
        }
        try log.close()
        return (directory, log.leaderEpochs)
    }

    /// Reads every offset; each answer is either right or an error that names a file and a position.
    static func check(_ log: PartitionLog, _ note: String) throws -> Int {
        var served = 0
        let end = log.watermarks.logEndOffset.rawValue
        for offset in log.watermarks.logStartOffset.rawValue..<end {
            do {
                guard
                    let slice = try log.read(from: LogOffset(offset), upTo: .logEnd, limit: 400, mustProgress: true)
                        .slice
                else { continue }
                var sequence = RecordBatchSequence(try slice.readBytes())
                var isFirst = true
                while let batch = try sequence.next() {
                    for record in try batch.records() {
                        try #require(
                            record.value?.string == "value \(record.offset)", "\(note): wrong bytes at \(offset)")
                        if record.offset.rawValue == offset && isFirst { served += 1 }
                    }
                    isFirst = false
                }
            } catch let error as LogError {
                try #require(error.code == .corruptBatch, "\(note): \(error)")
                try #require(error.message.contains(".log is damaged at position"), "\(note): \(error)")
            }
        }
        return served
    }

    @Test(arguments: [Int64(0), 120]) func oneFlippedBitInALogFileCostsAtMostItsBatch(recoveryPoint: Int64) throws {
        var generator = SeededGenerator.printingSeed("log bit flips, recovery point \(recoveryPoint)")
        let (directory, epochs) = try Self.filled()
        let names = try directory.names().filter { $0.hasSuffix(".log") }
        for _ in 0..<60 {
            let copy = try directory.snapshot()
            let name = names.randomElement(using: &generator)!
            let size = try copy.bytes(name).count
            let bit = Int.random(in: 0..<size * 8, using: &generator)
            try copy.flip(bit: bit, in: name)
            let note = "\(name), byte \(bit / 8), bit \(bit % 8)"
            let observer = RecordingObserver()
            let log = try PartitionLog.open(
                copy.log, configuration: Self.configuration(), known: .init(recoveryPoint: LogOffset(recoveryPoint)),
                observer: observer)
            let served = try Self.check(log, note)
            try #require(served >= 118, "\(note): \(120 - served) records are missing; \(observer.report.findings)")
            if served < 120 {
                let told = observer.report.findings + observer.damage.map(\.message)
                try #require(told.contains { $0.contains(name) && $0.contains("position") }, "\(note): \(told)")
            }
            if recoveryPoint == 120 {
                try #require(log.watermarks.logEndOffset.rawValue == 120, "\(note)")
                try #require(observer.report.trimmedBytes == 0, "\(note)")
            }
            // A batch whose epoch turned into its neighbour's cannot be told from a checkpoint that is one batch off.
            try #require(log.leaderEpochs.entries.map(\.epoch) == epochs.entries.map(\.epoch), "\(note)")
            try #require(
                zip(log.leaderEpochs.entries, epochs.entries).allSatisfy { abs($0.startOffset - $1.startOffset) <= 2 },
                "\(note)")
            // The log goes on behind what it had.
            let end = log.watermarks.logEndOffset
            try #require(
                try log.append(Batches.make(["value \(end)"]), from: .producer(LeaderEpoch(2)), now: PartitionLog.now)
                    .firstOffset == end)
            try #require(try log.records(from: end).map { $0.value?.string } == ["value \(end)"], "\(note)")
        }
    }

    @Test(arguments: [".index", ".timeindex", ".snapshot", FileNames.leaderEpochCheckpoint])
    func oneFlippedBitInAnyOtherFileCostsNothing(suffix: String) throws {
        var generator = SeededGenerator.printingSeed("\(suffix) bit flips")
        let (directory, epochs) = try Self.filled()
        let names = try directory.names().filter { $0.hasSuffix(suffix) }
        for _ in 0..<25 {
            let copy = try directory.snapshot()
            let name = names.randomElement(using: &generator)!
            let size = try copy.bytes(name).count
            guard size > 0 else { continue }
            let bit = Int.random(in: 0..<size * 8, using: &generator)
            try copy.flip(bit: bit, in: name)
            let note = "\(name), byte \(bit / 8), bit \(bit % 8)"
            let log = try PartitionLog.open(
                copy.log, configuration: Self.configuration(), known: .init(recoveryPoint: LogOffset(120)))
            try #require(try Self.check(log, note) == 120, "\(note)")
            for index in 0..<Self.batches {
                let found = try log.offset(for: Timestamp(milliseconds: 1_000 + Int64(index)), upTo: .logEnd)
                try #require(found?.offset.rawValue == Int64(index * 2), "\(note)")
            }
            try #require(log.leaderEpochs == epochs, "\(note)")
            let producer = RecordBatchBuilder.Producer(
                id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(118))
            let again = try log.append(
                Batches.make(["value 118", "value 119"], producer: producer), from: .producer(LeaderEpoch(2)),
                now: PartitionLog.now)
            try #require(again.isDuplicate && again.firstOffset.rawValue == 118, "\(note)")
        }
    }
}
