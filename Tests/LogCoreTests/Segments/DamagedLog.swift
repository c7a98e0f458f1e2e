import LogCore
import RecordFormat
import Testing

/// A log in which the last batch of a segment was damaged after it was flushed, and what it still has to give.
///
/// Each batch has three records, `value <offset>`, whose time is 1000 ms and that of their batch's number.
struct DamagedLog {
    /// What was done to the batch.
    enum Damage: CaseIterable {
        case magic, baseOffset, lastOffsetDelta, payload, lengthTooLarge, lengthTooSmall, lengthZero

        /// Damages the batch of `size` bytes at `position`.
        func apply(to bytes: inout [UInt8], at position: Int, size: Int) {
            let length = position + RecordBatchHeader.Position.batchLength
            func setLength(_ value: Int) {
                for index in 0..<4 { bytes[length + index] = UInt8(value >> (24 - index * 8) & 0xFF) }
            }
            let claimed = size - RecordBatchHeader.sizePrefix
            switch self {
            case .magic: bytes[position + RecordBatchHeader.Position.magic] ^= 1
            case .baseOffset: bytes[position + 7] ^= 2
            case .lastOffsetDelta: bytes[position + 26] ^= 2
            case .payload: bytes[position + RecordBatchHeader.size + 9] ^= 4
            case .lengthTooLarge: setLength(claimed + 1_000_000)
            case .lengthTooSmall: setLength(claimed - 4)
            case .lengthZero: setLength(0)
            }
        }
    }

    /// Where it was done.
    enum Place: CaseIterable {
        case onlyBatchOfAll, onlyBatchOfTheLastSegment, lastBatchOfTwo, onlyBatchInTheMiddle, lastBatchInTheMiddle

        /// The number of batches in each segment, and the segment whose last batch is damaged.
        var layout: (batches: [Int], damaged: Int) {
            switch self {
            case .onlyBatchOfAll: ([1], 0)
            case .onlyBatchOfTheLastSegment: ([2, 1], 1)
            case .lastBatchOfTwo: ([2], 0)
            case .onlyBatchInTheMiddle: ([2, 1, 3], 1)
            case .lastBatchInTheMiddle: ([2, 4, 3], 1)
            }
        }
    }

    let directory: TestDirectory
    /// The damaged file.
    let file: String
    /// Where the damaged batch begins in it.
    let position: Int
    /// The offsets that are lost.
    let lost: Range<Int64>
    /// The end of what was flushed.
    let end: Int64
    /// The file as it is from now on.
    let bytes: [UInt8]

    static func configuration() -> LogConfiguration {
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 100
        return configuration
    }

    /// - Parameter isClosed: Closed before the damage was done, so that no room that was never used lies behind.
    init(_ damage: Damage, _ place: Place, isClosed: Bool) throws {
        let filled = try Self.filled(place)
        if isClosed { try filled.log.close() }
        directory = try filled.directory.snapshot(inMemory: true)
        (file, position, lost, end) = (filled.file, filled.position, filled.lost, filled.end)
        var bytes = try directory.bytes(file)
        damage.apply(to: &bytes, at: position, size: filled.size)
        try directory.write(bytes, to: file)
        self.bytes = bytes
        try filled.log.close()
    }

    /// A log before the damage, and the batch that it is done to.
    struct Filled {
        var directory: TestDirectory
        var log: PartitionLog
        var file: String
        var position = 0
        var size = 0
        var lost: Range<Int64> = 0..<0
        var end: Int64 = 0
    }

    static func filled(_ place: Place) throws -> Filled {
        let (batches, damaged) = place.layout
        let directory = try TestDirectory(inMemory: true)
        let log = try PartitionLog.open(directory.log, configuration: configuration())
        var filled = Filled(directory: directory, log: log, file: "")
        for (index, count) in batches.enumerated() {
            if index > 0 { try log.rollNow() }
            let base = log.size
            for number in 0..<count {
                let before = log.size
                let first = filled.end
                filled.end = try append(to: log, at: first)
                guard index == damaged, number == count - 1 else { continue }
                filled.file = FileNames.segment(log.segmentBaseOffsets[index], FileNames.Suffix.log)
                (filled.position, filled.size) = (before - base, log.size - before)
                filled.lost = first..<filled.end
            }
        }
        try log.flush()
        return filled
    }

    /// Appends the batch that begins at `offset`; returns where it ends.
    static func append(to log: PartitionLog, at offset: Int64) throws -> Int64 {
        let values = (offset..<offset + 3).map { "value \($0)" }
        let result = try log.append(
            Batches.make(values, timestamp: time(of: offset)), from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
        try #require(result.firstOffset.rawValue == offset)
        return result.nextOffset.rawValue
    }

    static func time(of offset: Int64) -> Int64 { 1_000 + offset / 3 }

    /// Opens the log as after a crash that came right after the flush.
    func open(
        recoveryPoint: Int64? = nil, highWatermark: Int64 = 0, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> (PartitionLog, RecordingObserver) {
        let observer = RecordingObserver()
        var configuration = Self.configuration()
        change(&configuration)
        let log = try PartitionLog.open(
            directory.log, configuration: configuration,
            known: .init(
                recoveryPoint: LogOffset(recoveryPoint ?? end), highWatermark: LogOffset(highWatermark)),
            observer: observer)
        return (log, observer)
    }

    // MARK: - What has to hold

    /// Every way to read gives what is there up to `end`, and says what is lost.
    func check(_ log: PartitionLog, upTo end: Int64, _ note: String) throws {
        try #require(log.watermarks.logEndOffset.rawValue == end, "\(note)")
        try #require(try directory.bytes(file) == bytes, "\(note): the damaged file was changed")
        for offset in 0..<end { try checkRead(log, offset, upTo: end, note) }
        try checkScan(log, upTo: end, note)
        try checkBackwards(log, upTo: end, note)
        try checkTimes(log, upTo: end, note)
    }

    private func checkRead(_ log: PartitionLog, _ offset: Int64, upTo end: Int64, _ note: String) throws {
        if lost.contains(offset) {
            return try expectDamage("\(note): a read of \(offset)") { try log.records(from: LogOffset(offset)) }
        }
        let stop = offset < lost.lowerBound ? lost.lowerBound : end
        let values = try log.records(from: LogOffset(offset)).map { $0.value?.string }
        try #require(values == (offset..<stop).map { "value \($0)" }, "\(note): a read of \(offset)")
    }

    private func checkScan(_ log: PartitionLog, upTo end: Int64, _ note: String) throws {
        var scan = log.scan(from: .zero, upTo: .logEnd)
        for offset in stride(from: 0, to: lost.lowerBound, by: 3) {
            try #require(try scan.next()?.header.baseOffset.rawValue == offset, "\(note): a scan")
        }
        var code: LogError.Code?
        do { _ = try scan.next()?.header } catch { code = error.code }
        try #require(code == .corruptBatch, "\(note): a scan")
        var behind = log.scan(from: LogOffset(lost.upperBound), upTo: .logEnd)
        for offset in stride(from: lost.upperBound, to: end, by: 3) {
            try #require(try behind.next()?.header.baseOffset.rawValue == offset, "\(note): a scan")
        }
        let last = try behind.next()?.header.baseOffset
        try #require(last == nil, "\(note): a scan")
    }

    private func checkBackwards(_ log: PartitionLog, upTo end: Int64, _ note: String) throws {
        for before in 1...end where before != lost.lowerBound {
            let offset = before - 1
            guard !lost.contains(offset) else {
                try expectDamage("\(note): a read before \(before)") {
                    try log.read(before: LogOffset(before), upTo: .logEnd, limit: 1).slice?.readBytes()
                }
                continue
            }
            let slice = try #require(
                try log.read(before: LogOffset(before), upTo: .logEnd, limit: 1).slice, "\(note): before \(before)")
            try #require(slice.firstOffset.rawValue == offset / 3 * 3, "\(note): before \(before)")
        }
    }

    /// Times before and behind are found; of a lost one it is said that it is, or what is left behind it is found.
    private func checkTimes(_ log: PartitionLog, upTo end: Int64, _ note: String) throws {
        for offset in stride(from: 0, to: end, by: 3) {
            let time = Timestamp(milliseconds: Self.time(of: offset))
            if offset != lost.lowerBound {
                let found = try log.offset(for: time, upTo: .logEnd)
                try #require(found?.offset.rawValue == offset, "\(note): a look-up of \(time)")
                continue
            }
            do {
                let found = try log.offset(for: time, upTo: .logEnd)
                let behind = lost.upperBound < end ? lost.upperBound : nil
                try #require(found?.offset.rawValue == behind, "\(note): a look-up of \(time)")
            } catch let error as LogError {
                try #require(error.code == .corruptBatch, "\(note): a look-up of \(time)")
            }
        }
        do { _ = try log.latestTimestamp(upTo: .logEnd) } catch {
            try #require(error.code == .corruptBatch, "\(note): the latest time")
        }
    }

    private func expectDamage(_ note: String, _ body: () throws -> some Any) throws {
        do {
            _ = try body()
            Issue.record("\(note) gave an answer")
        } catch let error as LogError {
            try #require(error.code == .corruptBatch, "\(note): \(error)")
            try #require(error.message.contains("\(file) is damaged at position \(position):"), "\(note): \(error)")
        }
    }
}
