import LogCore
import RecordFormat
import StorageHarness
import Testing

/// The last batch of a segment is damaged after it was flushed: who comes across it is told, and not led past it.
@Suite struct DamagedEndTests {
    @Test(arguments: DamagedLog.Damage.allCases, DamagedLog.Place.allCases)
    func readersMeetItAtEachOpening(damage: DamagedLog.Damage, place: DamagedLog.Place) throws {
        for isClosed in [true, false] {
            let damaged = try DamagedLog(damage, place, isClosed: isClosed)
            let note = isClosed ? "closed" : "with room"
            var (log, observer) = try damaged.open()
            try damaged.check(log, upTo: damaged.end, "\(note), first")
            // The host hears of it from who came across it; also when the log is opened, where checksums are looked at.
            let place = "\(damaged.file) is damaged at position \(damaged.position)"
            #expect(observer.damage.contains { $0.message.contains(place) })
            if damaged.lost.upperBound == damaged.end {
                #expect(observer.report.findings.contains { $0.contains(place) })
            }
            // Nothing has come since: the segment behind is empty. Once as a crash leaves it, once closed.
            (log, _) = try damaged.open()
            try damaged.check(log, upTo: damaged.end, "\(note), second")
            try log.close()
            (log, _) = try damaged.open()
            var end = damaged.end
            for _ in 0..<2 { end = try DamagedLog.append(to: log, at: end) }
            try damaged.check(log, upTo: end, "\(note), with news")
            try log.close()
            (log, _) = try damaged.open(recoveryPoint: end)
            try damaged.check(log, upTo: end, "\(note), third")
            try log.close()
            for name in try damaged.directory.names() where name.hasSuffix("index") {
                try damaged.directory.remove(name)
            }
            (log, _) = try damaged.open(recoveryPoint: end)
            try damaged.check(log, upTo: end, "\(note), indexed anew")
        }
    }

    /// Above the recovery point too, where the segments behind tell that it is no write that was under way.
    @Test(arguments: DamagedLog.Damage.allCases, [DamagedLog.Place.onlyBatchInTheMiddle, .lastBatchInTheMiddle])
    func readersMeetItInASegmentThatIsScanned(damage: DamagedLog.Damage, place: DamagedLog.Place) throws {
        let damaged = try DamagedLog(damage, place, isClosed: true)
        for recoveryPoint in [0, damaged.lost.lowerBound, damaged.lost.upperBound - 1] {
            let (log, _) = try damaged.open(recoveryPoint: recoveryPoint)
            try damaged.check(log, upTo: damaged.end, "recovery point \(recoveryPoint)")
        }
    }

    @Test func anyBitOfALastBatchMayFlip() throws {
        let places = DamagedLog.Place.allCases
        let filled = try places.map { try DamagedLog.filled($0) }
        for log in filled { try log.log.close() }
        try Seeds.forEach(60) { generator in
            let whole = filled.randomElement(using: &generator)!
            // No checksum covers the leader epoch.
            var byte = Int.random(in: 0..<whole.size - 4, using: &generator)
            if byte >= 12 { byte += 4 }
            let bit = (whole.position + byte) * 8 + Int.random(in: 0..<8, using: &generator)
            let copy = try whole.directory.snapshot(inMemory: true)
            try copy.flip(bit: bit, in: whole.file)
            for opening in 1...2 {
                let log = try PartitionLog.open(
                    copy.log, configuration: DamagedLog.configuration(),
                    known: .init(recoveryPoint: LogOffset(whole.end)))
                let note = "\(whole.file), byte \(byte) of the batch, bit \(bit % 8), opening \(opening)"
                try #require(log.watermarks.logEndOffset.rawValue == whole.end, "\(note)")
                for offset in 0..<whole.end {
                    do {
                        let first = try log.records(from: LogOffset(offset)).first
                        try #require(first?.offset.rawValue == offset && !whole.lost.contains(offset), "\(note)")
                    } catch let error as LogError {
                        try #require(error.code == .corruptBatch && whole.lost.contains(offset), "\(note): \(error)")
                    }
                }
            }
        }
    }

    /// Several batches at the end, each in its own way. That a base offset is wrong shows beside good ones only.
    @Test func severalBatchesMayBeDamaged() throws {
        let filled = try DamagedLog.filled(.lastBatchInTheMiddle)
        try filled.log.close()
        let kinds = DamagedLog.Damage.allCases.filter { $0 != .baseOffset }
        try Seeds.forEach(60) { generator in
            let copy = try filled.directory.snapshot(inMemory: true)
            var bytes = try copy.bytes(filled.file)
            let count = Int.random(in: 2...4, using: &generator)
            let lost = filled.lost.upperBound - Int64(count * 3)..<filled.lost.upperBound
            var done: [DamagedLog.Damage] = []
            for offset in stride(from: lost.lowerBound, to: lost.upperBound, by: 3) {
                let place = try #require(try Self.position(of: offset, in: filled))
                let damage = kinds.randomElement(using: &generator)!
                damage.apply(to: &bytes, at: place.lowerBound, size: place.count)
                done.append(damage)
            }
            try copy.write(bytes, to: filled.file)
            for opening in 1...2 {
                let log = try PartitionLog.open(
                    copy.log, configuration: DamagedLog.configuration(),
                    known: .init(recoveryPoint: LogOffset(filled.end)))
                for offset in 0..<filled.end {
                    let note = "\(done), opening \(opening), offset \(offset)"
                    do {
                        let first = try log.records(from: LogOffset(offset)).first
                        try #require(first?.offset.rawValue == offset && !lost.contains(offset), "\(note)")
                    } catch let error as LogError {
                        try #require(error.code == .corruptBatch && lost.contains(offset), "\(note): \(error)")
                    }
                }
            }
        }
    }

    /// Where the batch that begins at `offset` lies in the file of an undamaged log.
    private static func position(of offset: Int64, in filled: DamagedLog.Filled) throws -> Range<Int>? {
        let bytes = ByteSlice(try filled.directory.bytes(filled.file))
        var position = 0
        while position < bytes.count {
            let header = try RecordBatchHeader(parsing: bytes.bytes, at: position)
            if header.baseOffset.rawValue == offset { return position..<position + header.totalSize }
            position += header.totalSize
        }
        return nil
    }

    @Test func zerosBehindTheLastBatchAreNoDamage() throws {
        let filled = try DamagedLog.filled(.lastBatchInTheMiddle)
        try filled.log.close()
        let copy = try filled.directory.snapshot()
        try copy.write(try copy.bytes(filled.file) + [UInt8](repeating: 0, count: 5_000), to: filled.file)
        // The same where the last batch is gone: what is missing is reported when the log is opened, as ever.
        let short = try filled.directory.snapshot()
        let rest = try short.bytes(filled.file)[..<filled.position]
        try short.write(rest + [UInt8](repeating: 0, count: 5_000), to: filled.file)
        for opening in 1...2 {
            let known = PartitionLog.OpenState(recoveryPoint: LogOffset(filled.end))
            let log = try PartitionLog.open(copy.log, configuration: DamagedLog.configuration(), known: known)
            #expect(try log.records(from: .zero).count == Int(filled.end), "opening \(opening)")
            let observer = RecordingObserver()
            let gone = try PartitionLog.open(
                short.log, configuration: DamagedLog.configuration(), known: known, observer: observer)
            #expect(try gone.records(from: .zero).count == Int(filled.end) - 3, "opening \(opening)")
            #expect(observer.report.findings.contains { $0.contains(filled.file) }, "opening \(opening)")
            #expect(observer.damage.isEmpty)
        }
    }

    /// The high watermark that was checkpointed is mostly a little behind: it lies in what is lost.
    @Test(arguments: DamagedLog.Damage.allCases) func aBoundInWhatIsLostHidesNothingBelow(
        damage: DamagedLog.Damage
    ) throws {
        let damaged = try DamagedLog(damage, .lastBatchOfTwo, isClosed: true)
        for opening in 1...2 {
            let (log, _) = try damaged.open(highWatermark: damaged.lost.upperBound - 1)
            let values = try log.records(from: .zero, upTo: .highWatermark).map { $0.value?.string }
            #expect(values == (0..<damaged.lost.lowerBound).map { "value \($0)" }, "opening \(opening)")
            // Who goes from new to old begins in it.
            let error = #expect(throws: LogError.self, "opening \(opening)") {
                try log.read(before: log.watermarks.highWatermark, upTo: .highWatermark, limit: 1).slice?.readBytes()
            }
            #expect(error?.code == .corruptBatch, "opening \(opening)")
        }
    }

    // MARK: - Deletion

    @Test(arguments: DamagedLog.Place.allCases) func retentionTakesItAwayLikeAnyOther(place: DamagedLog.Place) throws {
        for damage in [DamagedLog.Damage.payload, .lengthZero] {
            for opening in 1...2 {
                let damaged = try DamagedLog(damage, place, isClosed: true)
                if opening == 2 { _ = try damaged.open() }
                let (log, _) = try damaged.open { $0.retentionBytes = 1 }
                let end = try DamagedLog.append(to: log, at: damaged.end)
                log.advanceHighWatermark(to: log.watermarks.logEndOffset)
                try log.rollNow()
                try log.deleteOldSegments(now: PartitionLog.now)
                try log.deleteOldSegments(now: PartitionLog.now)
                #expect(!(try damaged.directory.names().contains(damaged.file)))
                #expect(log.watermarks.logStartOffset.rawValue >= damaged.lost.upperBound)
                #expect(log.watermarks.logEndOffset.rawValue == end)
            }
        }
    }

    @Test(arguments: DamagedLog.Place.allCases) func theLogStartMayLieInIt(place: DamagedLog.Place) throws {
        for opening in 1...2 {
            let damaged = try DamagedLog(.magic, place, isClosed: true)
            if opening == 2 { _ = try damaged.open() }
            let (log, _) = try damaged.open(highWatermark: damaged.end)
            let start = LogOffset(damaged.lost.lowerBound + 1)
            try log.advanceLogStart(to: start)
            #expect(throws: LogError.self) { try log.records(from: start) }
            let end = try DamagedLog.append(to: log, at: damaged.end)
            let time = Timestamp(milliseconds: DamagedLog.time(of: damaged.end))
            #expect(try log.offset(for: time, upTo: .logEnd)?.offset.rawValue == damaged.end)
            #expect(try log.records(from: LogOffset(damaged.lost.upperBound)).last?.offset.rawValue == end - 1)
            try log.advanceLogStart(to: LogOffset(damaged.lost.upperBound))
            #expect(!(try damaged.directory.names().contains(damaged.file)))
            #expect(try log.records(from: LogOffset(damaged.lost.upperBound)).last?.offset.rawValue == end - 1)
        }
    }

    // MARK: - Truncation

    /// A follower that goes back into what is lost, or before it, gets it again from its leader.
    @Test(arguments: DamagedLog.Damage.allCases, DamagedLog.Place.allCases)
    func aTruncationIntoItTakesItAway(damage: DamagedLog.Damage, place: DamagedLog.Place) throws {
        for opening in 1...2 {
            let whole = try DamagedLog(damage, place, isClosed: true)
            if opening == 2 { try whole.open().0.close() }
            for offset in 0..<whole.lost.upperBound {
                let copy = try whole.directory.snapshot(inMemory: true)
                let known = PartitionLog.OpenState(recoveryPoint: LogOffset(whole.end))
                var log = try PartitionLog.open(copy.log, configuration: DamagedLog.configuration(), known: known)
                try log.truncate(to: LogOffset(offset))
                let start = offset / 3 * 3
                let note = "opening \(opening), to \(offset)"
                try #require(log.watermarks.logEndOffset.rawValue == start, "\(note)")
                for offset in stride(from: start, to: whole.end, by: 3) {
                    _ = try DamagedLog.append(to: log, at: offset)
                }
                let all = (0..<whole.end).map { "value \($0)" }
                try #require(try log.records(from: .zero).map { $0.value?.string } == all, "\(note)")
                try log.close()
                log = try PartitionLog.open(copy.log, configuration: DamagedLog.configuration(), known: known)
                try #require(try log.records(from: .zero).map { $0.value?.string } == all, "\(note), reopened")
            }
        }
    }

    @Test(arguments: DamagedLog.Damage.allCases, DamagedLog.Place.allCases)
    func aTruncationBehindItLeavesItThere(damage: DamagedLog.Damage, place: DamagedLog.Place) throws {
        for opening in 1...2 {
            let damaged = try DamagedLog(damage, place, isClosed: true)
            if opening == 2 { try damaged.open().0.close() }
            var (log, _) = try damaged.open()
            var end = try DamagedLog.append(to: log, at: damaged.end)
            try log.truncate(to: LogOffset(damaged.lost.upperBound))
            try damaged.check(log, upTo: damaged.lost.upperBound, "opening \(opening)")
            end = try DamagedLog.append(to: log, at: damaged.lost.upperBound)
            try damaged.check(log, upTo: end, "opening \(opening), with news")
            try log.close()
            (log, _) = try damaged.open(recoveryPoint: end)
            try damaged.check(log, upTo: end, "opening \(opening), reopened")
        }
    }

    /// In the middle of a segment it is the same: what is damaged goes as a whole, and a cut right behind it leaves it at
    /// the end of what is appended to.
    @Test(arguments: DamagedLog.Damage.allCases) func aTruncationCutsASegmentAtDamageInItsMiddle(
        damage: DamagedLog.Damage
    ) throws {
        for offset: Int64 in 3...8 {
            let directory = try TestDirectory(inMemory: true)
            var log = try PartitionLog.open(directory.log, configuration: DamagedLog.configuration())
            var positions: [Int] = []
            for first in stride(from: Int64(0), to: 12, by: 3) {
                positions.append(log.size)
                _ = try DamagedLog.append(to: log, at: first)
            }
            try log.close()
            let name = FileNames.segment(.zero, FileNames.Suffix.log)
            var bytes = try directory.bytes(name)
            damage.apply(to: &bytes, at: positions[1], size: positions[2] - positions[1])
            try directory.write(bytes, to: name)
            func reopen(_ end: Int64) throws -> PartitionLog {
                try PartitionLog.open(
                    directory.log, configuration: DamagedLog.configuration(),
                    known: .init(recoveryPoint: LogOffset(end)))
            }
            log = try reopen(12)
            try log.truncate(to: LogOffset(offset))
            let start: Int64 = offset < 6 ? 3 : 6
            try #require(log.watermarks.logEndOffset.rawValue == start, "to \(offset)")
            for round in 1...3 {
                if round == 2 { _ = try DamagedLog.append(to: log, at: start) }
                if round == 3 {
                    try log.close()
                    log = try reopen(start + 3)
                }
                let values = try log.records(from: .zero).map { $0.value?.string }
                let whole = start == 3 && round > 1 ? 6 : 3
                try #require(values == (0..<whole).map { "value \($0)" }, "to \(offset), \(round)")
                guard start == 6 else { continue }
                #expect(throws: LogError.self, "to \(offset), \(round)") { try log.records(from: LogOffset(4)) }
                if round > 1 { #expect(try log.records(from: LogOffset(6)).count == 3, "to \(offset), \(round)") }
            }
        }
    }

    // MARK: - Compaction

    /// All but a base offset: batches of a log with gaps may have one that is larger than expected.
    @Test(arguments: DamagedLog.Damage.allCases.filter { $0 != .baseOffset }, DamagedLog.Place.allCases)
    func compactionStopsAtItAndLeavesItAsItIs(damage: DamagedLog.Damage, place: DamagedLog.Place) throws {
        for opening in 1...2 {
            let damaged = try DamagedLog(damage, place, isClosed: true)
            if opening == 2 { try damaged.open { $0.cleanupPolicy = .compact }.0.close() }
            let (log, _) = try damaged.open { $0.cleanupPolicy = .compact }
            for key in ["a=1", "a=2"] { try log.append(keyed: key) }
            try log.rollNow()
            log.advanceHighWatermark(to: log.watermarks.logEndOffset)
            let error = #expect(throws: LogError.self) { try log.compactAll() }
            #expect(error?.code == .corruptBatch && log.failure == nil)
            #expect(try damaged.directory.bytes(damaged.file) == damaged.bytes)
            #expect(try damaged.directory.names().allSatisfy { !$0.hasSuffix(FileNames.Suffix.cleaned) })
            try log.append(keyed: "a=3")
        }
    }

    // MARK: - Producers and epochs

    @Test(arguments: DamagedLog.Damage.allCases) func producersAndEpochsAreRecoveredAcrossIt(
        damage: DamagedLog.Damage
    ) throws {
        let damaged = try DamagedLog(damage, .lastBatchInTheMiddle, isClosed: true)
        for name in try damaged.directory.names()
        where name.hasSuffix(FileNames.Suffix.producerSnapshot) || name == FileNames.leaderEpochCheckpoint {
            try damaged.directory.remove(name)
        }
        let (log, _) = try damaged.open()
        #expect(log.leaderEpochs.latest == LeaderEpoch(1))
        try damaged.check(log, upTo: damaged.end, "without snapshots")
    }
}
