import LogCore
import RecordFormat
import Testing

/// What opening a log does about the traces of crashes and of bad disks.
@Suite struct RecoveryTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    static let active = "00000000000000000000.log"

    /// Opens a copy of the files with what the checkpoints say, and what recovery reported.
    func open(
        _ directory: TestDirectory, recoveryPoint: Int64 = 0, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> (PartitionLog, RecordingObserver) {
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 200
        change(&configuration)
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            directory.log, configuration: configuration, known: .init(recoveryPoint: LogOffset(recoveryPoint)),
            observer: observer)
        return (log, observer)
    }

    /// Ten batches of three records in one segment; returns where they start, and the end.
    func fill(_ log: PartitionLog, batches: Int = 10) throws -> [Int] {
        var positions: [Int] = []
        for index in 0..<batches {
            positions.append(log.size)
            try log.append((0..<3).map { "record \(index * 3 + $0)" })
        }
        return positions + [log.size]
    }

    func values(_ log: PartitionLog, from offset: Int64 = 0) throws -> [String] {
        try log.records(from: LogOffset(offset)).map { $0.value?.string ?? "" }
    }

    @Test func aTailTornAtAnyByteIsCutAndItsOffsetsAreGivenOutAgain() throws {
        let (log, _) = try open(directory)
        let positions = try fill(log)
        for cut in positions[8]..<positions[10] {
            let copy = try directory.snapshot()
            try copy.write(Array(try copy.bytes(Self.active)[..<cut]), to: Self.active)
            let (reopened, observer) = try open(copy)
            let whole = cut >= positions[9] ? 9 : 8
            #expect(reopened.watermarks.logEndOffset.rawValue == Int64(whole * 3))
            #expect(try values(reopened) == (0..<whole * 3).map { "record \($0)" })
            let torn = cut - positions[whole]
            #expect(observer.report.trimmedBytes <= torn)
            if observer.report.trimmedBytes > 0 {
                #expect(
                    observer.report.findings.contains {
                        $0.contains(Self.active) && $0.contains("position \(positions[whole])")
                    })
            }
            #expect(try reopened.append(["again"]).firstOffset.rawValue == Int64(whole * 3))
            #expect(try values(reopened).last == "again")
        }
    }

    /// What lies behind the last good batch is looked at to its end, more than one piece of it.
    @Test func aByteFarBehindTheLastBatchIsCutWithWhatIsBeforeIt() throws {
        let (log, _) = try open(directory)
        let end = try fill(log)[10]
        let copy = try directory.snapshot()
        let tail = [UInt8](repeating: 0, count: 200_000) + [7]
        try copy.write(Array(try copy.bytes(Self.active)[..<end]) + tail, to: Self.active)
        let (reopened, observer) = try open(copy)
        #expect(observer.report.trimmedBytes == tail.count)
        #expect(reopened.watermarks.logEndOffset.rawValue == 30)
        #expect(try reopened.append(["again"]).firstOffset.rawValue == 30)
        #expect(try values(reopened).last == "again")
    }

    @Test func acknowledgedRecordsThatAreGoneLeaveAGapAndNotNewOnes() throws {
        let (log, _) = try open(directory)
        let positions = try fill(log)
        for cut in [0, 1, positions[3], positions[3] + 5, positions[9], positions[10] - 1] {
            let copy = try directory.snapshot()
            try copy.write(Array(try copy.bytes(Self.active)[..<cut]), to: Self.active)
            let (reopened, observer) = try open(copy, recoveryPoint: 30)
            let whole = positions.lastIndex { $0 <= cut }!
            #expect(observer.report.trimmedBytes == 0, "below the recovery point nothing is cut")
            #expect(try copy.bytes(Self.active).count == cut)
            #expect(
                observer.report.findings.contains {
                    $0.contains(Self.active) && $0.contains("position \(positions[whole])")
                })
            #expect(reopened.watermarks.logEndOffset.rawValue == 30)
            #expect(try values(reopened) == (0..<whole * 3).map { "record \($0)" })
            #expect(try reopened.append(["new"]).firstOffset.rawValue == 30)
            // What is left of a batch is damage that its readers meet; of those that are missing as a whole nothing
            // tells, but for the first bytes of an offset, which are zeros.
            let isMet = cut == positions[10] - 1
            let read = (0..<whole * 3).map { "record \($0)" } + (isMet ? [] : ["new"])
            #expect(try values(reopened) == read)
            #expect(try values(reopened, from: 30) == ["new"])
            try reopened.close()
            let (third, _) = try open(copy, recoveryPoint: 31)
            #expect(try values(third) == read)
            #expect(try values(third, from: 30) == ["new"])
        }
    }

    @Test func preallocatedRoomIsNoDamage() throws {
        let (log, _) = try open(directory)
        _ = try fill(log)
        let copy = try directory.snapshot()
        try #require(try copy.bytes(Self.active).count > log.size)
        let (reopened, observer) = try open(copy)
        #expect(observer.report.findings.isEmpty)
        #expect(reopened.size == log.size)
        #expect(try copy.bytes(Self.active).count > reopened.size, "what is appended next takes the room")
        #expect(try values(reopened).count == 30)
    }

    @Test func goodBatchesBehindADamagedOneAreServed() throws {
        let (log, _) = try open(directory)
        let positions = try fill(log)
        try log.close()
        try directory.flip(bit: (positions[4] + 70) * 8, in: Self.active)
        for recoveryPoint: Int64 in [0, 30] {
            let (reopened, observer) = try open(directory.snapshot(), recoveryPoint: recoveryPoint)
            #expect(reopened.watermarks.logEndOffset.rawValue == 30)
            #expect(try values(reopened) == (0..<12).map { "record \($0)" }, "reading stops at the damage")
            for offset in 12..<15 {
                let error = #expect(throws: LogError.self) { try values(reopened, from: Int64(offset)) }
                #expect(error?.code == .corruptBatch)
                #expect(error?.message.contains("\(Self.active) is damaged at position \(positions[4])") == true)
            }
            #expect(try values(reopened, from: 15) == (15..<30).map { "record \($0)" })
            let told = observer.report.findings + observer.damage.map(\.message)
            #expect(told.contains { $0.contains(Self.active) && $0.contains("position \(positions[4])") })
        }
    }

    @Test func aPageThatNeverReachedTheDiskEndsTheLogAboveTheRecoveryPoint() throws {
        let (log, _) = try open(directory)
        let big = String(repeating: "z", count: 3000)
        for _ in 0..<6 { try log.append([big]) }
        let copy = try directory.snapshot()
        var bytes = try copy.bytes(Self.active)
        for index in 4096..<8192 { bytes[index] = 0 }
        try copy.write(bytes, to: Self.active)
        // The kernel writes pages in any order: batch 1 and 2 lack a page, 3 to 5 are whole. No one was promised any of
        // them.
        let other = try copy.snapshot()
        let (torn, observer) = try open(other)
        #expect(torn.watermarks.logEndOffset.rawValue == 1)
        #expect(observer.report.trimmedBytes > 0)
        #expect(try torn.append(["next"]).firstOffset.rawValue == 1)
        withExtendedLifetime(other) {}
        // Below the recovery point the same zeros are damage to what was promised.
        let (damaged, second) = try open(copy, recoveryPoint: 6)
        #expect(damaged.watermarks.logEndOffset.rawValue == 6)
        #expect(second.report.trimmedBytes == 0)
        #expect(try values(damaged, from: 3).count == 3)
    }

    /// The second batch begins in the sector that is missing, but has nothing there but the zeros of its offset.
    @Test func aMissingSectorMayReachIntoTheNextBatch() throws {
        let (log, _) = try open(directory)
        try log.append([String(repeating: "x", count: 437)])
        try #require((505..<512).contains(log.size))
        try log.append(["behind it"])
        let copy = try directory.snapshot()
        var bytes = try copy.bytes(Self.active)
        for index in 0..<512 { bytes[index] = 0 }
        try copy.write(bytes, to: Self.active)
        let (reopened, observer) = try open(copy)
        #expect(reopened.watermarks.logEndOffset == .zero)
        #expect(observer.report.trimmedBytes > 0)
    }

    @Test func aBatchInsideOfAValueDoesNotPassForOneOfTheLog() throws {
        let (log, _) = try open(directory)
        let inner = try Batches.make(["not mine"])
        let stamped = Batches.stamped(inner, offset: 5, epoch: 1)
        var builder = RecordBatchBuilder()
        let value = ByteSlice(stamped.array + [UInt8](repeating: 1, count: 100))
        try builder.append(timestamp: .none, key: nil, value: value)
        try log.append(["first"])
        let position = log.size
        _ = try log.append(builder.finish(), from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
        try log.append(["last"])
        try log.close()
        try directory.flip(bit: (position + 30) * 8, in: Self.active)
        let (reopened, _) = try open(directory)
        #expect(try values(reopened) == ["first"])
        #expect(try values(reopened, from: 2) == ["last"])
        #expect(throws: LogError.self) { try values(reopened, from: 1) }
    }

    @Test func lostIndexesAreRebuiltAndLeftoversSweptUp() throws {
        let (log, _) = try open(directory) { $0.segmentBytes = 400 }
        _ = try fill(log)
        try log.close()
        let sealed = try directory.names().filter { $0.hasSuffix("index") }
        for name in sealed { try directory.remove(name) }
        for stray in [
            "00000000000000000099.index", "00000000000000000099.timeindex", "00000000000000000003.log.deleted", "x.tmp",
        ] {
            try directory.write([1, 2, 3], to: stray)
        }
        let (reopened, observer) = try open(directory, recoveryPoint: 30) { $0.segmentBytes = 400 }
        #expect(try values(reopened) == (0..<30).map { "record \($0)" })
        #expect(observer.report.findings.contains { $0.contains(".index") || $0.contains(".timeindex") })
        let names = try directory.names()
        #expect(names.filter { $0.hasSuffix("index") }.count == sealed.count)
        #expect(
            !names.contains { $0.hasPrefix("00000000000000000099") || $0.hasSuffix(".deleted") || $0.hasSuffix(".tmp") }
        )
        #expect(try reopened.offset(for: Timestamp(milliseconds: 1_000), upTo: .logEnd)?.offset.rawValue == 0)
    }

    /// As a power cut leaves a segment that was sealed: neither the cut of its room nor its last entry came to the disk.
    @Test(arguments: [0, 1, 111]) func aClosingTimeThatIsMissingIsFoundBeforeUnusedRoom(room: Int) throws {
        let (log, _) = try open(directory)
        for index in 0..<10 {
            try log.append(
                Batches.make(timestamps: [1_000 + Int64(index)]), from: .producer(LeaderEpoch(1)), now: PartitionLog.now
            )
        }
        try log.rollNow()
        try log.close()
        let times = "00000000000000000000.timeindex"
        try directory.write(try directory.bytes(times).dropLast(12), to: times)
        try directory.write(try directory.bytes(Self.active) + Array(repeating: 0, count: room), to: Self.active)
        let (reopened, observer) = try open(directory, recoveryPoint: 10)
        for index in 0..<10 {
            let found = try reopened.offset(for: Timestamp(milliseconds: 1_000 + Int64(index)), upTo: .logEnd)
            #expect(found?.offset.rawValue == Int64(index))
        }
        #expect(observer.report.findings.count { $0.contains(times) } == 1)
    }

    @Test func aCleanOpeningReadsNoRecords() throws {
        let (log, _) = try open(directory)
        for index in 0..<3000 { try log.append(["value \(index)"]) }
        try log.close()
        let (reopened, observer) = try open(directory, recoveryPoint: 3000)
        #expect(observer.report.scannedBytes < 1000)
        #expect(observer.report.findings.isEmpty)
        #expect(reopened.watermarks.logEndOffset.rawValue == 3000)
    }

    @Test func anEpochCheckpointThatIsDamagedOrLostIsMadeAnew() throws {
        let (log, _) = try open(directory)
        for epoch in 1..<5 {
            for index in 0..<4 {
                _ = try log.append(
                    Batches.make(["\(epoch) \(index)"]), from: .producer(LeaderEpoch(Int32(epoch))),
                    now: PartitionLog.now)
            }
        }
        let expected = log.leaderEpochs
        try log.close()
        let name = FileNames.leaderEpochCheckpoint
        for text in [
            "", "0\n4\n", "garbage", "0\n4\n1 0\n2 4\n3 9\n4 12\n", "0\n4\n1 0\n2 4\n7 8\n9 12\n",
            "0\n2\n1 0\n4 12\n1 2 3\n",
        ] {
            let copy = try directory.snapshot()
            try copy.write(Array(text.utf8), to: name)
            let (reopened, observer) = try open(copy, recoveryPoint: 16)
            #expect(reopened.leaderEpochs == expected, "\(text)")
            #expect(observer.report.findings.contains { $0.contains(name) }, "\(text)")
            #expect(try String(decoding: copy.bytes(name), as: UTF8.self) == expected.checkpointText)
        }
        let copy = try directory.snapshot()
        try copy.remove(name)
        #expect(try open(copy, recoveryPoint: 16).0.leaderEpochs == expected)
    }
}
