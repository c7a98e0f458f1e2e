import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Truncation by leader epoch (KIP-101, KIP-279): a follower ends with exactly what it shares with its leader.
@Suite struct EpochTruncationTests {
    /// A replica as nothing but the epoch of each record: a leader gives an offset out once in its epoch.
    private struct Replica {
        var epochs: [Int32] = []

        var end: Int64 { Int64(epochs.count) }

        var history: LeaderEpochHistory {
            var history = LeaderEpochHistory()
            for (offset, epoch) in epochs.enumerated() {
                _ = history.assign(LeaderEpoch(epoch), startOffset: LogOffset(Int64(offset)))
            }
            return history
        }

        func shared(with other: Replica) -> Int { zip(epochs, other.epochs).prefix { $0 == $1 }.count }

        /// What this replica answers as the leader of `current`, in which it may have appended nothing yet.
        func answer(_ epoch: LeaderEpoch?, as current: LeaderEpoch) -> LeaderEpochHistory.Entry? {
            var history = history
            _ = history.assign(current, startOffset: LogOffset(end))
            return history.endOffset(of: epoch ?? .none, logEndOffset: LogOffset(end))
        }
    }

    /// Two replicas that led by turns and copied from each other as far as they got.
    private func divergedPair(_ generator: inout SeededGenerator) -> [Replica] {
        var replicas = [Replica(), Replica()]
        var epoch: Int32 = 0
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            epoch += Int32.random(in: 1...3, using: &generator)
            let leader = Int.random(in: 0...1, using: &generator)
            let count = Int.random(in: 0...4, using: &generator)
            replicas[leader].epochs += Array(repeating: epoch, count: count)
            guard !generator.isOne(in: 3) else { continue }
            let shared = replicas[0].shared(with: replicas[1])
            let copied = Int.random(in: shared...replicas[leader].epochs.count, using: &generator)
            replicas[1 - leader].epochs = Array(replicas[leader].epochs[..<copied])
        }
        return replicas
    }

    @Test func aFollowerKeepsExactlyWhatItShares() throws {
        try Seeds.forEach(1_000, "epoch truncation") { generator in
            let pair = divergedPair(&generator)
            let leader = pair[0]
            var follower = pair[1]
            let shared = leader.shared(with: follower)
            for round in 0... {
                try #require(round <= 16, "no end")
                guard !follower.epochs.isEmpty, let latest = follower.history.latest else { break }
                let answer = try #require(leader.answer(latest, as: LeaderEpoch(99)))
                let (offset, isComplete) = follower.history.truncation(
                    after: answer, logEndOffset: LogOffset(follower.end), highWatermark: .zero)
                try #require(offset.rawValue >= Int64(shared) && offset.rawValue <= follower.end)
                follower.epochs.removeLast(follower.epochs.count - Int(offset.rawValue))
                if isComplete { break }
            }
            try #require(follower.epochs == Array(leader.epochs[..<shared]))
        }
    }

    @Test func endOffsetsAgreeWithANaiveModel() throws {
        try Seeds.forEach(1_000, "epoch end offsets") { generator in
            let replica = divergedPair(&generator)[0]
            for asked in Int32(0)...26 {
                let found = replica.history.endOffset(of: LeaderEpoch(asked), logEndOffset: LogOffset(replica.end))
                guard let latest = replica.epochs.last, asked <= latest else {
                    try #require(found == nil)
                    continue
                }
                let epoch = replica.epochs.last { $0 <= asked }
                let end = replica.epochs.firstIndex { $0 > asked } ?? replica.epochs.count
                try #require(found?.epoch.rawValue == epoch ?? asked)
                try #require(found?.startOffset.rawValue == Int64(end))
            }
        }
    }

    private func open(_ directory: TestDirectory, _ name: String) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 300
        return try PartitionLog.open(directory.path + "/" + name, configuration: configuration)
    }

    private func append(_ count: Int, epoch: Int32, to log: PartitionLog) throws {
        for index in 0..<count {
            _ = try log.append(
                Batches.make(["\(epoch): \(index)"]), from: .producer(LeaderEpoch(epoch)), now: PartitionLog.now)
        }
    }

    @Test func logsComeTogetherRoundByRound() throws {
        let directory = try TestDirectory()
        let leader = try open(directory, "leader-0")
        let follower = try open(directory, "follower-0")
        for log in [leader, follower] { try append(4, epoch: 1, to: log) }
        try append(1, epoch: 1, to: follower)
        try append(5, epoch: 3, to: follower)
        try append(2, epoch: 2, to: leader)
        try append(1, epoch: 4, to: leader)
        func ask() -> LeaderEpochHistory.Entry? {
            leader.leaderEpochs.endOffset(
                of: follower.leaderEpochs.latest ?? .none, logEndOffset: leader.watermarks.logEndOffset)
        }
        let first = try follower.truncate(toEndOf: ask())
        #expect(first == EpochTruncation(logEndOffset: LogOffset(5), isComplete: false))
        let second = try follower.truncate(toEndOf: ask())
        #expect(second == EpochTruncation(logEndOffset: LogOffset(4), isComplete: true))
        let missing = try #require(
            try leader.read(from: LogOffset(4), upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice)
        _ = try follower.append(missing.readBytes(), from: .leader, now: PartitionLog.now)
        #expect(follower.leaderEpochs == leader.leaderEpochs)
        let values = { (log: PartitionLog) in try log.records(from: .zero).map { $0.value?.string } }
        #expect(try values(follower) == values(leader))
    }

    @Test func anUnknownAnswerGoesBackToTheHighWatermark() throws {
        let directory = try TestDirectory()
        let log = try open(directory, "follower-0")
        try append(6, epoch: 1, to: log)
        log.advanceHighWatermark(to: LogOffset(3))
        let result = try log.truncate(toEndOf: nil)
        #expect(result == EpochTruncation(logEndOffset: LogOffset(3), isComplete: true))
    }

    @Test func truncatingFullyLeavesNothingBehind() throws {
        let directory = try TestDirectory()
        let log = try open(directory, "events-0")
        try append(10, epoch: 2, to: log)
        let reader = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 100, mustProgress: true).slice)
        try log.truncateFully(startingAt: LogOffset(500))
        let marks = log.watermarks
        #expect(marks.logStartOffset.rawValue == 500 && marks.logEndOffset.rawValue == 500)
        #expect(marks.highWatermark.rawValue == 500 && marks.recoveryPoint.rawValue == 500)
        #expect(log.leaderEpochs.entries.isEmpty && log.segmentBaseOffsets == [LogOffset(500)])
        #expect(try !reader.readBytes().isEmpty, "who has a slice reads on")
        _ = try log.append(Batches.make(["new"]), from: .producer(LeaderEpoch(7)), now: PartitionLog.now)
        try log.close()
        let observer = RecordingObserver()
        let again = try PartitionLog.open(
            directory.log, known: .init(recoveryPoint: LogOffset(501), logStartOffset: LogOffset(500)),
            observer: observer)
        #expect(observer.report.findings.isEmpty)
        #expect(try again.records(from: LogOffset(500)).map { $0.value?.string } == ["new"])
        #expect(again.leaderEpochs.entries.map(\.startOffset.rawValue) == [500])
    }
}
