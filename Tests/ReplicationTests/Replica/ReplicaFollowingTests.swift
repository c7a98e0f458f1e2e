import LogCore
import RecordFormat
import Replication
import Testing

@Suite struct ReplicaFollowingTests {
    /// A follower of node 1 in epoch 3, whose first fetch is under way.
    private func follower(
        end: Int64 = 10, flushed: Int64? = nil, epochs: [(Int32, Int64)] = [(2, 0)], watermark: Int64 = 0,
        flushes: Bool = true
    ) throws -> ReplicaHost {
        let host = ReplicaHost(
            2, end: end, flushed: flushed, epochs: epochs, watermark: watermark, topic: Cluster.topic(flushes: flushes))
        host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1))
        return host
    }

    private func serve(_ watermark: Int64, start: Int64 = 0) -> FetchAnswer {
        .serve(highWatermark: LogOffset(watermark), logStartOffset: LogOffset(start))
    }

    @Test func aFetchSaysWhatIsHereAndOfWhichEpoch() throws {
        let (_, fetch) = try #require(try follower().sentFetch)
        #expect(
            fetch
                == ReplicaFetch(
                    follower: BrokerID(2), brokerEpoch: BrokerEpoch(1), leaderEpoch: LeaderEpoch(3),
                    offset: LogOffset(10), lastEpoch: LeaderEpoch(2), startOffset: .zero))
    }

    @Test func anEpochWithoutRecordsIsNotTheLast() throws {
        let (_, fetch) = try #require(try follower(epochs: [(1, 0), (2, 10)]).sentFetch)
        #expect(fetch.lastEpoch == LeaderEpoch(1))
    }

    @Test func theNextFetchWaitsForTheSyncWhereTheTopicFlushes() throws {
        for flushes in [true, false] {
            let host = try follower(flushes: flushes)
            let (token, _) = try #require(host.sentFetch)
            let actions = host.on { $0.fetchAnswered(token, serve(12), hasRecords: true, &$1) }
            #expect(actions == [.append(token), .advanceHighWatermark(to: LogOffset(10))])
            host.append(to: 15, flushed: 10, epoch: 3)
            #expect(host.watermark == 12)
            #expect((host.sentFetch == nil) == flushes)
            host.append(to: 15)
            #expect((host.sentFetch != nil) == flushes)
        }
    }

    @Test func whatWasFoundUnsyncedIsSyncedBeforeTheFirstFetch() throws {
        let host = try follower(flushed: 8)
        #expect(host.sentFetch == nil)
        host.append(to: 10)
        #expect(host.sentFetch?.fetch.offset == LogOffset(10))
    }

    @Test func onlyTheAnswerToTheLastFetchCounts() throws {
        let host = try follower()
        let (first, _) = try #require(host.sentFetch)
        host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 3, epoch: 4, version: 6))
        let (second, _) = try #require(host.sentFetch)
        #expect(first != second)
        #expect(host.on { $0.fetchAnswered(first, serve(10), hasRecords: true, &$1) }.isEmpty)
        #expect(host.watermark == 0)
        #expect(!host.on { $0.fetchAnswered(second, serve(10), hasRecords: false, &$1) }.isEmpty)
        #expect(host.watermark == 10)
    }

    @Test func theLogGoesBackToWhereItParts() throws {
        let host = try follower(end: 20, epochs: [(0, 0), (2, 12)], watermark: 5)
        let (token, _) = try #require(host.sentFetch)
        let end = FetchAnswer.diverging(.init(epoch: LeaderEpoch(1), startOffset: LogOffset(15)))
        #expect(host.on { $0.fetchAnswered(token, end, hasRecords: false, &$1) } == [.truncate(to: LogOffset(12))])
        var log = host.replica.log
        (log.endOffset, log.flushedOffset) = (LogOffset(12), LogOffset(12))
        _ = log.epochs.truncate(to: LogOffset(12))
        host.on { $0.logChanged(log, &$1) }
        #expect(host.sentFetch?.fetch.lastEpoch == LeaderEpoch(0))
        #expect(host.watermark == 5)
    }

    @Test func aLogThatEndsBelowTheLeadersBeginsAnew() throws {
        let host = try follower()
        let (token, _) = try #require(host.sentFetch)
        let answer = FetchAnswer.outOfRange(logStartOffset: LogOffset(40))
        #expect(host.on { $0.fetchAnswered(token, answer, hasRecords: false, &$1) } == [.restart(at: LogOffset(40))])
        let log = ReplicaLog(startOffset: LogOffset(40), flushedOffset: LogOffset(40), endOffset: LogOffset(40))
        host.on { $0.logChanged(log, &$1) }
        #expect(host.sentFetch?.fetch.offset == LogOffset(40) && host.sentFetch?.fetch.lastEpoch == LeaderEpoch.none)
        #expect(host.watermark == 40)
    }

    @Test func theLeadersStartIsFollowedAsFarAsTheHighWatermark() throws {
        let host = try follower()
        let (token, _) = try #require(host.sentFetch)
        let actions = host.on { $0.fetchAnswered(token, serve(8, start: 9), hasRecords: false, &$1) }
        #expect(actions.contains(.advanceLogStart(to: LogOffset(8))))
    }

    @Test func aRefusalOrNoAnswerIsWaitedOut() throws {
        let host = try follower()
        for index in 0..<10 {
            let (token, _) = try #require(host.sentFetch)
            host.on {
                index.isMultiple(of: 2)
                    ? $0.fetchAnswered(token, .refused(.notLeader), hasRecords: false, &$1) : $0.fetchFailed(token, &$1)
            }
            // Each time twice as long, up to what is set.
            let pause = min(1000, 10 << index)
            #expect(host.replica.nextAttempt == ReplicationInstant.start.advanced(by: .milliseconds(host.now + pause)))
            host.now += pause - 1
            host.on { $0.tick(&$1) }
            #expect(host.sentFetch == nil)
            host.now += 1
            host.on { $0.tick(&$1) }
            #expect(host.sentFetch != nil && host.replica.nextAttempt == nil)
        }
        // One that went by ends the series.
        let (answered, _) = try #require(host.sentFetch)
        host.on { $0.fetchAnswered(answered, serve(10), hasRecords: false, &$1) }
        let (token, _) = try #require(host.sentFetch)
        host.on { $0.fetchFailed(token, &$1) }
        #expect(host.replica.nextAttempt == ReplicationInstant.start.advanced(by: .milliseconds(host.now + 10)))
    }

    @Test func withoutALeaderOrACopyNothingIsFetched() throws {
        let host = try follower()
        host.become(try Cluster.state([1, 2, 3], inSync: [2], leader: nil, epoch: 4, version: 6))
        host.on { $0.tick(&$1) }
        #expect(host.actions.isEmpty && host.replica.followed == nil)
        host.become(try Cluster.state([1, 3], inSync: [1, 3], leader: 1, epoch: 5, version: 7))
        #expect(host.actions.isEmpty)
    }

    @Test func whatCouldNotBeDoneIsTriedAgainLater() throws {
        for answer in [serve(12), .outOfRange(logStartOffset: LogOffset(20))] {
            let host = try follower()
            let (token, _) = try #require(host.sentFetch)
            host.on { $0.fetchAnswered(token, answer, hasRecords: true, &$1) }
            host.on { $0.changeFailed(&$1) }
            host.now = 900
            host.on { $0.tick(&$1) }
            #expect(host.sentFetch == nil)
            host.now = 1000
            host.on { $0.tick(&$1) }
            #expect(host.sentFetch?.fetch.offset == LogOffset(10))
        }
    }
}
