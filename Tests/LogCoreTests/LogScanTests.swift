import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Walks through a log, which have to find what reads find.
@Suite struct LogScanTests {
    private static func copied(_ bytes: RawSpan?) -> ByteSlice? {
        guard let bytes else { return nil }
        return ByteSlice(copying: bytes)
    }

    /// What a scan finds from its place to the end.
    private static func rest(of scan: inout LogScan) throws -> [Record] {
        var found: [Record] = []
        while let batch = try scan.next() {
            var records = batch.records()
            while let record = try records.next() {
                found.append(
                    Record(
                        offset: record.offset, timestamp: record.timestamp,
                        key: copied(record.key), value: copied(record.value), headers: try record.headers()))
            }
        }
        return found
    }

    private static func scan(
        _ log: PartitionLog, from offset: Int64 = 0, upTo isolation: FetchIsolation = .logEnd
    ) throws -> [Record] {
        var scan = log.scan(from: LogOffset(offset), upTo: isolation)
        return try rest(of: &scan)
    }

    private static func open(
        _ directory: TestDirectory, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 5_000
        configuration.indexIntervalBytes = 300
        change(&configuration)
        return try PartitionLog.open(directory.log, configuration: configuration, known: .init())
    }

    @Test func aScanFindsWhatReadsFind() throws {
        try Seeds.forEach(60) { generator in
            let directory = try TestDirectory(inMemory: true)
            let log = try Self.open(directory) {
                $0.segmentBytes = Int.random(in: 300...20_000, using: &generator)
                $0.tailMapping.leastAhead = generator.isOne(in: 2) ? 0 : 16 << 10
                $0.timestampType = generator.isOne(in: 3) ? .logAppendTime : .createTime
            }
            for index in 0..<Int.random(in: 1...60, using: &generator) {
                var builder = RecordBatchBuilder(codec: CompressionCodec.allCases.randomElement(using: &generator)!)
                for number in 0..<Int.random(in: 1...5, using: &generator) {
                    let value = String(repeating: "v", count: Int.random(in: 0...400, using: &generator))
                    try builder.append(
                        timestamp: Timestamp(milliseconds: Int64(1_000 + index)),
                        key: generator.isOne(in: 2) ? nil : ByteSlice("key \(number)"),
                        value: generator.isOne(in: 8) ? nil : ByteSlice("\(index).\(number) " + value),
                        headers: generator.isOne(in: 4)
                            ? [RecordHeader(key: "name", value: ByteSlice(value)), RecordHeader(key: "", value: nil)]
                            : [])
                }
                _ = try log.append(try builder.finish(), from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
            }
            let end = log.watermarks.logEndOffset.rawValue
            let all = try log.records(from: .zero)
            try #require(try Self.scan(log) == all)
            let from = Int64.random(in: 0...end, using: &generator)
            // The first batch comes whole.
            try #require(
                try Self.scan(log, from: from).filter { $0.offset.rawValue >= from } == Array(all[Int(from)...]))
            log.advanceHighWatermark(to: LogOffset(Int64.random(in: 0...end, using: &generator)))
            let bound = log.watermarks.highWatermark
            let seen = try Self.scan(log, upTo: .highWatermark)
            try #require(seen == Array(all.prefix(seen.count)))
            try #require(seen.allSatisfy { $0.offset < bound })
        }
    }

    @Test func aScanThatHasComeToTheEndGoesOnWithWhatIsAppended() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory)
        var scan = log.scan(from: .zero, upTo: .logEnd)
        #expect(try Self.rest(of: &scan).isEmpty)
        var expected: [String] = []
        for index in 0..<200 {
            try log.append(["\(index)"])
            expected.append("\(index)")
            guard index % 7 == 0 else { continue }
            #expect(try Self.rest(of: &scan).map { $0.value?.string } == expected)
            #expect(scan.nextOffset == log.watermarks.logEndOffset)
            expected = []
        }
    }

    @Test func aDamagedBatchIsNeverHandedOut() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory)
        for index in 0..<40 { try log.append(["value \(index)"]) }
        try log.close()
        let name = try #require(try directory.names().first { $0.hasSuffix(".log") })
        let position = try directory.bytes(name).count / 2
        try directory.flip(bit: position * 8, in: name)
        let observer = RecordingObserver()
        let damaged = try PartitionLog.open(
            directory.log, configuration: log.configuration, known: .init(recoveryPoint: LogOffset(40)),
            observer: observer)
        var scan = damaged.scan(from: .zero, upTo: .logEnd)
        var count = 0
        let error = #expect(throws: LogError.self) {
            while let batch = try scan.next() {
                var records = batch.records()
                while let record = try records.next() {
                    #expect(Self.copied(record.value)?.string == "value \(count)")
                    count += 1
                }
            }
        }
        #expect(error?.code == .corruptBatch && error?.message.contains(name) == true && !observer.damage.isEmpty)
        #expect(throws: LogError.self) { _ = try scan.next() == nil }
        // Behind the damage it goes on where it is told to.
        let next = Int64(count + 2)
        #expect(
            try Self.scan(damaged, from: next).first { $0.offset.rawValue == next }?.value?.string == "value \(next)")
    }

    @Test func gapsOfCompactionAreWalkedOver() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory) {
            $0.cleanupPolicy = .compact
            $0.segmentBytes = 800
        }
        for index in 0..<80 {
            let batch = try Batches.make(["value \(index)"], key: "key \(index % 5)")
            _ = try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
        }
        try log.flush()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        _ = try log.compact(now: PartitionLog.now)
        let left = try log.records(from: .zero)
        #expect(left.count < 80)
        #expect(try Self.scan(log) == left)
    }

    @Test func retentionTakesNothingFromAScanThatIsThere() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory) { $0.retentionBytes = 1 }
        for index in 0..<300 { try log.append(["value \(index)"]) }
        try log.flush()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        var scan = log.scan(from: .zero, upTo: .logEnd)
        #expect(try scan.next() != nil)
        try log.deleteOldSegments(now: PartitionLog.now)
        #expect(log.watermarks.logStartOffset.rawValue > 50)
        // The segment at hand is walked to its end; what comes next is gone.
        var last = scan.nextOffset
        let error = #expect(throws: LogError.self) { while try scan.next() != nil { last = scan.nextOffset } }
        #expect(error?.code == .offsetOutOfRange && last.rawValue > 10)
    }

    @Test func aTruncationEndsAScanWithAnError() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory) { $0.segmentBytes = 1 << 20 }
        for index in 0..<300 { try log.append(["value \(index)"]) }
        var scan = log.scan(from: .zero, upTo: .logEnd)
        #expect(try scan.next() != nil)
        try log.truncate(to: LogOffset(100))
        let error = #expect(throws: LogError.self) { while try scan.next() != nil {} }
        #expect(error?.code == .offsetOutOfRange)
    }

    @Test func aScanOutsideOfTheLogIsRefused() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory)
        try log.append(["one"])
        let error = #expect(throws: LogError.self) { _ = try Self.scan(log, from: 2) }
        #expect(error?.code == .offsetOutOfRange)
        try log.close()
        #expect(throws: LogError.self) { _ = try Self.scan(log) }
    }
}
