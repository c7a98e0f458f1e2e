import RecordFormat
import Testing

@testable import Coordination

@Suite struct OffsetTransactionTests {
    @Test(arguments: [TransactionOutcome.commit, .abort])
    func offsetsWaitForTheEndOfTheirTransaction(outcome: TransactionOutcome) throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(3))
        host.isLogPrompt = false
        let token = host.commit(.one(7), in: 1)
        #expect(host.errors(token) == nil)
        #expect(host.stableError() == .unstableOffsetCommit)
        host.completeFirst()
        #expect(host.errors(token) == [nil])
        #expect(host.offset() == 3)
        #expect(host.stableError() == .unstableOffsetCommit)
        let ending = host.end(1, outcome)
        #expect(host.answers[ending] == nil)
        #expect(host.offset() == 3)
        host.completeFirst()
        #expect(host.answers[ending] == .marker(nil))
        #expect(host.offset() == (outcome == .commit ? 7 : 3))
        #expect(host.stableError() == nil)
    }

    @Test(arguments: [TransactionOutcome.commit, .abort])
    func transactionGoesOnAfterARestart(outcome: TransactionOutcome) throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        try host.restart()
        #expect(host.offset() == nil)
        #expect(host.stableError() == .unstableOffsetCommit)
        host.end(1, outcome)
        #expect(host.offset() == (outcome == .commit ? 7 : nil))
        try host.restart()
        #expect(host.offset() == (outcome == .commit ? 7 : nil))
        #expect(host.stableError() == nil)
    }

    @Test func lastOffsetOfATransactionCounts() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        host.commit(.one(9), in: 1)
        host.commit(.one(1, partition: p1), in: 1)
        host.end(1, .commit)
        #expect(host.offset() == 9)
        #expect(host.offset(p1) == 1)
    }

    @Test func laterCommitIsNotUndoneByAnEarlierTransaction() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        host.commit(.one(8))
        // Compaction keeps the later record; a restart must see the same as we do.
        #expect(host.stableError() == nil)
        host.end(1, .commit)
        #expect(host.offset() == 8)
        try host.restart()
        #expect(host.offset() == 8)
    }

    @Test func orderOfRecordsDecidesBetweenTransactions() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(5), in: 1)
        host.commit(.one(6), in: 2)
        host.end(2, .commit)
        #expect(host.offset() == 6)
        host.end(1, .commit)
        #expect(host.offset() == 6)
        host.commit(.one(7), in: 1)
        host.commit(.one(8), in: 2)
        host.end(1, .commit)
        #expect(host.offset() == 7)
        #expect(host.stableError() == .unstableOffsetCommit)
        host.end(2, .commit)
        #expect(host.offset() == 8)
        try host.restart()
        #expect(host.offset() == 8)
    }

    @Test func markerEndsOnlyWhatIsInItsPartition() throws {
        let host = OffsetTransactionHarness()
        let count = OffsetTransactionHarness.partitionCount
        let groups = (0..<20).map { GroupID("g\($0)") }
        let first = groups[0]
        let other = try #require(
            groups.first {
                GroupCoordinator.groupPartition(for: $0, partitionCount: count)
                    != GroupCoordinator.groupPartition(for: first, partitionCount: count)
            })
        host.commit(.one(1, group: first), in: 1)
        host.commit(.one(2, group: other), in: 1)
        host.end(1, .commit, of: first)
        #expect(host.offset(of: first) == 1)
        #expect(host.offset(of: other) == nil)
        host.end(1, .commit, of: other)
        #expect(host.offset(of: other) == 2)
        #expect(host.coordinator.openTransactions.isEmpty)
    }

    @Test(arguments: [
        (GroupAppendFailure.unavailable, GroupError.coordinatorNotAvailable), (.notLeader, .notCoordinator),
        (.tooLarge, .unknownServerError), (.fencedProducer, .invalidProducerEpoch),
        (.outsideTransaction, .invalidTxnState), (.fencedCoordinator, .transactionCoordinatorFenced),
    ])
    func writesThatFailLeaveEverythingAsItWas(failure: GroupAppendFailure, error: GroupError) throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(3))
        host.isLogPrompt = false
        let token = host.commit(.one(7), in: 1)
        host.completeFirst(.failure(failure))
        #expect(host.errors(token) == [error])
        #expect(host.stableError() == nil)
        let ending = host.end(1, .commit)
        host.completeFirst(.failure(failure))
        #expect(host.answers[ending] == .marker(error))
        #expect(host.offset() == 3)
    }

    @Test func markerThatFailsLeavesTheTransactionOpen() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        host.isLogPrompt = false
        host.end(1, .commit)
        host.completeFirst(.failure(.unavailable))
        #expect(host.stableError() == .unstableOffsetCommit)
        host.isLogPrompt = true
        host.end(1, .commit)
        #expect(host.offset() == 7)
    }

    @Test func requestsThatMakeNoSenseAreRefused() throws {
        let host = OffsetTransactionHarness()
        #expect(host.errors(host.commit(.one(1, group: ""), in: 1)) == [.invalidGroupID])
        #expect(host.errors(host.commit(.one(1, generation: 4), in: 1)) == [.illegalGeneration])
        host.commit(.one(1))
        #expect(host.errors(host.commit(.one(1, member: "m", generation: 4), in: 1)) == [.unknownMemberID])
        let long = String(repeating: "x", count: 5000)
        #expect(host.errors(host.commit(.one(1, metadata: long), in: 1)) == [.offsetMetadataTooLarge])
    }

    @Test func memberOfAGenerationIsKnownByItButNeedNotBeNamed() throws {
        let host = OffsetTransactionHarness()
        let first = host.join(.consumer())
        guard case .join(let named) = host.answers[first] else { return }
        _ = host.join(.consumer(member: named.memberID))
        host.wait(.seconds(3))
        #expect(host.errors(host.commit(.one(1), in: 1)) == [nil])
        #expect(host.errors(host.commit(.one(1, member: named.memberID, generation: 1), in: 1)) == [nil])
        #expect(host.errors(host.commit(.one(1, member: named.memberID, generation: 2), in: 1)) == [.illegalGeneration])
        #expect(host.errors(host.commit(.one(1, member: "other", generation: 1), in: 1)) == [.unknownMemberID])
        var commit = OffsetCommit.one(1, member: named.memberID, generation: 1)
        commit.instanceID = "instance"
        #expect(host.errors(host.commit(commit, in: 1)) == [.unknownMemberID])
    }

    @Test func groupWithAnOpenTransactionDoesNotExpire() throws {
        let host = OffsetTransactionHarness()
        try host.restart()
        host.commit(.one(7), in: 1)
        host.wait(.seconds(30 * 24 * 3600))
        host.wait(.seconds(30 * 24 * 3600))
        host.end(1, .commit)
        #expect(host.offset() == 7)
    }

    @Test func deletionsTakeWaitingOffsetsWithThem() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        host.commit(.one(7, group: "other"), in: 1)
        host.deleteGroup()
        host.topicsDeleted(["topic"])
        host.end(1, .commit)
        host.end(1, .commit, of: "other")
        #expect(host.offset() == nil)
        #expect(host.offset(of: "other") == nil)
        try host.restart()
        #expect(host.offset() == nil)
        #expect(host.offset(of: "other") == nil)
    }

    @Test func resigningAnswersMarkersAsWell() throws {
        let host = OffsetTransactionHarness()
        host.commit(.one(7), in: 1)
        host.isLogPrompt = false
        let ending = host.end(1, .commit)
        host.resign()
        #expect(host.answers[ending] == .marker(.notCoordinator))
    }

    /// What clients see, live and after a restart, is what the log says: held against its naive reading.
    @Test func offsetsAreThoseOfTheLog() throws {
        for seed in UInt64(1)...1000 {
            var random = SplitMix64(seed: seed)
            let host = OffsetTransactionHarness()
            for offset in Int64(0)..<60 {
                let partition = Bool.random(using: &random) ? p0 : p1
                let producer = Int64.random(in: 1...3, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case ..<3: host.commit(.one(offset, partition: partition))
                case ..<7:
                    host.commit(.one(offset, partition: partition), in: producer)
                case ..<9: host.end(producer, Bool.random(using: &random) ? .commit : .abort)
                default: try host.restart()
                }
                for partition in [p0, p1] {
                    #expect(host.offset(partition) == naiveOffset(partition, host.journal), "seed \(seed)")
                }
            }
        }
    }

    /// The offset that the last visible record of a partition has.
    private func naiveOffset(_ partition: TopicPartition, _ journal: [OffsetTransactionHarness.Entry]) -> Int64? {
        var outcomes: [Int: TransactionOutcome] = [:]
        for (end, entry) in journal.enumerated() {
            guard case .marker(let marker) = entry else { continue }
            for (index, entry) in journal[..<end].enumerated() where outcomes[index] == nil {
                if case .record(_, marker.producer.id) = entry { outcomes[index] = marker.outcome }
            }
        }
        for (index, entry) in journal.enumerated().reversed() {
            guard case .record(let record, let producer) = entry, producer == nil || outcomes[index] == .commit,
                case .offsetCommit(_, partition, let value?) = try? DecodedGroupRecord(record)
            else { continue }
            return value.offset.rawValue
        }
        return nil
    }
}
