import LogCore
import RecordFormat
import Replication
import Testing

@Suite struct ReplicaLeadingTests {
    /// A leader of epoch 3 that begins at offset 10, with 2 and 3 in sync.
    private func leader(topic: TopicReplication = Cluster.topic(), inSync: [Int32] = [1, 2, 3]) throws -> ReplicaHost {
        let host = ReplicaHost(1, end: 10, epochs: [(2, 0)], topic: topic)
        #expect(host.become(try Cluster.state([1, 2, 3], inSync: inSync, leader: 1)).first == .lead(LeaderEpoch(3)))
        return host
    }

    @Test func theHighWatermarkIsTheLeastPositionInSync() throws {
        let host = try leader()
        host.append(to: 20)
        #expect(try host.fetch(2, at: 20) == .serve(highWatermark: .zero, logStartOffset: .zero))
        #expect(host.watermark == 0)
        #expect(try host.fetch(3, at: 15) == .serve(highWatermark: LogOffset(15), logStartOffset: .zero))
        #expect(host.actions.first == .advanceHighWatermark(to: LogOffset(15)))
    }

    @Test func whatTheLeaderHasNotSyncedIsNotReplicatedWhereTheTopicFlushes() throws {
        for (flushes, watermark) in [(true, Int64(12)), (false, 20)] {
            let host = try leader(topic: Cluster.topic(flushes: flushes))
            host.append(to: 20, flushed: 12)
            _ = try host.fetch(2, at: 20)
            _ = try host.fetch(3, at: 20)
            #expect(host.watermark == watermark)
        }
    }

    @Test func theHighWatermarkStandsStillWithTooFewInSync() throws {
        let host = ReplicaHost(1, end: 10, epochs: [(2, 0)])
        host.become(try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1))
        host.append(to: 20)
        #expect(host.watermark == 0 && !host.replica.takesReplicatedAppends)
        host.on { $0.configure(ReplicaConfiguration(topic: Cluster.topic(min: 1)), &$1) }
        #expect(host.watermark == 0, "somebody is eligible who would lack it")
    }

    @Test func fetchesOfOtherEpochsProcessesAndNodesAreRefused() throws {
        let host = try leader()
        #expect(try host.fetch(2, at: 10, last: 2, epoch: 2) == .refused(.fencedLeaderEpoch))
        #expect(try host.fetch(2, at: 10, last: 2, epoch: 4) == .refused(.unknownLeaderEpoch))
        #expect(try host.fetch(9, at: 10, last: 2) == .refused(.unknownReplica))
        #expect(try host.fetch(2, at: 10, last: 2, brokerEpoch: 4) != .refused(.staleBrokerEpoch))
        #expect(try host.fetch(2, at: 10, last: 2, brokerEpoch: 3) == .refused(.staleBrokerEpoch))
        let follower = ReplicaHost(2)
        follower.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1))
        #expect(try follower.fetch(3, at: 0, last: -1) == .refused(.notLeader))
    }

    @Test func aFollowerThatWentAnotherWayIsToldWhereThatBegan() throws {
        let host = ReplicaHost(1, end: 30, epochs: [(0, 0), (2, 10)])
        host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1))
        func end(_ epoch: Int32, _ offset: Int64) -> FetchAnswer {
            .diverging(.init(epoch: LeaderEpoch(epoch), startOffset: LogOffset(offset)))
        }
        #expect(try host.fetch(2, at: 14, last: 0) == end(0, 10))
        #expect(try host.fetch(2, at: 10, last: 1) == end(0, 10))
        #expect(try host.fetch(2, at: 40, last: 2) == end(2, 30))
        #expect(try host.fetch(2, at: 10, last: 0) == .serve(highWatermark: .zero, logStartOffset: .zero))
    }

    @Test func aFollowerOutsideOfTheLogBeginsAnew() throws {
        let host = ReplicaHost(1, end: 30, start: 20, epochs: [(2, 20)])
        host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1))
        let anew = FetchAnswer.outOfRange(logStartOffset: LogOffset(20))
        #expect(try host.fetch(2, at: 19, last: 2) == anew)
        #expect(try host.fetch(2, at: 31, last: -1) == anew)
        // It ends where the leader begins, and nobody can tell any more whether it went the same way up to there.
        #expect(try host.fetch(2, at: 20, last: 1) == anew)
    }

    @Test func aReplicaJoinsWhenItHasEverythingAndIsAdmitted() throws {
        let host = try leader(inSync: [1, 2])
        host.append(to: 20)
        _ = try host.fetch(2, at: 20)
        #expect(host.watermark == 20)
        _ = try host.fetch(3, at: 15)
        #expect(host.proposals.isEmpty)
        _ = try host.fetch(3, at: 20, brokerEpoch: 2)
        #expect(host.proposals.isEmpty, "of an incarnation that is not admitted")
    }

    @Test func aProposalNamesItsVersionAndTheIncarnationsThatJoin() throws {
        let host = try leader(inSync: [1, 2])
        _ = try host.fetch(3, at: 10, last: 2)
        let proposal = try #require(host.proposals.first)
        #expect(proposal.state.inSyncReplicas == Cluster.ids([1, 2, 3]))
        #expect(proposal.expectedVersion == PartitionVersion(5) && proposal.state.version == PartitionVersion(6))
        #expect(proposal.joining.map(\.id) == Cluster.ids([3]))
        #expect(proposal.joining.map(\.epoch) == [BrokerEpoch(1)])
    }

    @Test func whoMayHaveJoinedCountsAndWhoMayHaveLeftGoesOnCounting() throws {
        let host = try leader(inSync: [1, 2])
        _ = try host.fetch(3, at: 10, last: 2)
        let joining = try #require(host.proposals.first)
        host.append(to: 20)
        _ = try host.fetch(2, at: 20)
        #expect(host.watermark == 10)
        host.on { $0.proposalEnded(joining, .unknown, &$1) }
        _ = try host.fetch(2, at: 20)
        #expect(host.watermark == 10)
        host.now += 2_000
        #expect(host.on { $0.tick(&$1) } == [.propose(joining)], "the same again")
        host.on { $0.proposalEnded(joining, .accepted, &$1) }
        #expect(host.replica.state == joining.state)

        // 3 fetches no more, and is proposed to leave.
        while host.proposals.isEmpty, host.now < 30_000 {
            host.now += 2_500
            _ = try host.fetch(2, at: 20)
        }
        let leaving = try #require(host.proposals.first)
        #expect(leaving.state.inSyncReplicas == Cluster.ids([1, 2]) && host.watermark == 10)
        host.on { $0.proposalEnded(leaving, .accepted, &$1) }
        #expect(host.watermark == 20)
    }

    @Test func aRefusedProposalIsForgottenWithWhatStandsThere() throws {
        let host = try leader(inSync: [1, 2])
        _ = try host.fetch(3, at: 10, last: 2)
        let proposal = try #require(host.proposals.first)
        let current = try #require(host.replica.state)
        host.on { $0.proposalEnded(proposal, .refused(current), &$1) }
        _ = try host.fetch(3, at: 10, last: 2)
        #expect(host.proposals.isEmpty, "not at once again")
        host.append(to: 20)
        _ = try host.fetch(2, at: 20)
        host.now += 1_500
        _ = try host.fetch(3, at: 20)
        #expect(host.watermark == 20 && host.proposals.count == 1)
        let other = current.electing(BrokerID(2), minInSyncReplicas: 2).succeeding(current)
        let second = try #require(host.proposals.first)
        let actions = host.on { $0.proposalEnded(second, .refused(other), &$1) }
        #expect(actions.first == .stopLeading)
        #expect(host.replica.followed?.leader == BrokerID(2))
    }

    /// Who refuses may have an older view than the leader, which has the outcome of its last proposal already.
    @Test func aProposalThatAnOlderViewRefusesIsForgotten() throws {
        let host = try leader(inSync: [1, 2])
        let former = try #require(host.replica.state)
        _ = try host.fetch(3, at: 10, last: 2)
        let joining = try #require(host.proposals.first)
        host.on { $0.proposalEnded(joining, .accepted, &$1) }
        while host.proposals.isEmpty, host.now < 60_000 {
            host.now += 2_500
            _ = try host.fetch(2, at: 10)
        }
        let leaving = try #require(host.proposals.first)
        host.on { $0.proposalEnded(leaving, .refused(former), &$1) }
        host.now += 1_500
        host.on { $0.tick(&$1) }
        #expect(host.proposals.contains(leaving), "it is still to leave")
    }

    @Test func aNewEpochForgetsWhatFollowersHad() throws {
        let host = try leader()
        host.append(to: 20)
        _ = try host.fetch(2, at: 20)
        _ = try host.fetch(3, at: 20)
        #expect(host.watermark == 20)
        #expect(host.replica.mayReportEndOffset)
        host.append(to: 30)
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1, epoch: 5, version: 9)
        #expect(host.become(state).prefix(2) == [.stopLeading, .lead(LeaderEpoch(5))])
        #expect(!host.replica.mayReportEndOffset)
        _ = try host.fetch(2, at: 30, epoch: 5)
        #expect(host.watermark == 20)
        _ = try host.fetch(3, at: 30, epoch: 5)
        #expect(host.watermark == 30 && host.replica.mayReportEndOffset)
    }

    @Test func aNodeThatIsNotAdmittedDoesNotLead() throws {
        let host = ReplicaHost(1, end: 10, epochs: [(2, 0)])
        host.brokerEpoch = BrokerEpoch(2)
        #expect(host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1)).isEmpty)
        #expect(host.replica.ledEpoch == nil)
        let former = host.brokers.registrations[BrokerID(1)]
        host.brokers.register(Cluster.registration(1, after: former).admitted)
        #expect(host.on { $0.brokersChanged(&$1) }.first == .lead(LeaderEpoch(3)))
    }

    @Test func aFailedLogLeadsNoMore() throws {
        let host = try leader()
        #expect(host.on { $0.logFailed(&$1) } == [.stopLeading])
        #expect(host.become(try Cluster.state([1, 2, 3], inSync: [1, 2], leader: 1, version: 6)).isEmpty)
    }
}
