import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Elections on a real etcd, and what a leader that does not know that it is none can still do: nothing.
    struct EtcdElectionTests {
        @Test func oneIsElectedAndEpochsGrowByOne() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let election = EtcdElection(client, name: "controller")
                    #expect(try await election.leader() == nil)
                    let first = try await client.grantLease(timeToLive: .seconds(30))
                    let second = try await client.grantLease(timeToLive: .seconds(30))
                    let won = try await election.campaign(as: Array("a".utf8), with: first)
                    #expect(won.epoch == 1)
                    let leader = try await election.leader()
                    #expect(leader?.candidate == Array("a".utf8))
                    #expect(leader?.epoch == 1)
                    #expect(leader?.lease == first.id)
                    #expect(leader?.revision == won.revision)
                    // Who has won and asks again gets the same.
                    #expect(try await election.campaign(as: Array("a".utf8), with: first) == won)

                    async let next = election.campaign(as: Array("b".utf8), with: second)
                    try await election.resign(won)
                    #expect(try await next.epoch == 2)
                    try await election.resign(won)
                    #expect(try await election.leader()?.candidate == Array("b".utf8))
                }
            }
        }

        @Test func everybodySeesWhoLeads() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let election = EtcdElection(client, name: "controller")
                    var leaders = election.leaders.makeAsyncIterator()
                    #expect(try await leaders.next() == .some(nil))
                    for round in 1...3 as ClosedRange<Int64> {
                        let lease = try await client.grantLease(timeToLive: .seconds(30))
                        let won = try await election.campaign(as: [UInt8(round)], with: lease)
                        let seen = try await leaders.next()
                        #expect(seen??.epoch == won.epoch)
                        #expect(seen??.candidate == [UInt8(round)])
                        try await lease.revoke()
                        #expect(try await leaders.next() == .some(nil))
                    }
                }
            }
        }

        @Test func lookingGoesOnBehindARestart() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let election = EtcdElection(client, name: "controller")
                    let lease = try await client.grantLease(timeToLive: .seconds(30))
                    _ = try await election.campaign(as: [1], with: lease)
                    let seen = Task {
                        for try await leader in election.leaders where leader?.epoch == 2 { return leader?.candidate }
                        return nil
                    }
                    try await cluster.first.kill()
                    try await cluster.first.start()
                    try await cluster.waitUntilServing()
                    try await lease.revoke()
                    let next = try await client.grantLease(timeToLive: .seconds(30))
                    _ = try await election.campaign(as: [2], with: next)
                    #expect(try await seen.value == [2])
                }
            }
        }

        /// Five run for it with short leases and give up at random moments; nobody shares an epoch, none is left out,
        /// and of the guarded writes all are in the order of epochs.
        @Test func candidatesInARaceGetEpochsOfTheirOwn() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let epochs = try await withThrowingTaskGroup(of: [Int64].self) { group in
                        for candidate in 0..<5 as Range<UInt8> {
                            group.addTask {
                                var won: [Int64] = []
                                let election = EtcdElection(client, name: "controller")
                                for _ in 0..<3 {
                                    let lease = try await client.grantLease(timeToLive: .seconds(30))
                                    let leadership = try await election.campaign(as: [candidate], with: lease)
                                    won.append(leadership.epoch)
                                    _ = try await client.transaction(
                                        compare: [], then: [.put("work", [UInt8(leadership.epoch)])],
                                        guardedBy: leadership)
                                    try await lease.revoke()
                                }
                                return won
                            }
                        }
                        return try await group.reduce(into: []) { $0 += $1 }
                    }
                    #expect(epochs.sorted() == Array(1...15))
                    #expect(try await client.read("work").keyValue?.value == [15])
                    #expect(try await client.read("work").keyValue?.version == 15)
                }
            }
        }

        /// A leader that is paused past its lease: whether another was elected meanwhile or not, its writes are
        /// refused.
        @Test func aLeaderPausedPastItsLeaseChangesNothing() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let election = EtcdElection(client, name: "controller")
                    let lease = try await client.grantLease(timeToLive: .seconds(2))
                    let old = try await election.campaign(as: [1], with: lease)
                    let work = try await client.transaction(compare: [], then: [.put("work", [1])], guardedBy: old)
                    #expect(work.succeeded)
                    // Its conditions may fail while it leads; that is another matter.
                    let conflict = try await client.transaction(
                        compare: [.isAbsent("work")], then: [.put("work", [2])], else: [.read(.key("work"), limit: 1)],
                        guardedBy: old)
                    #expect(!conflict.succeeded)
                    #expect(conflict.page(0).first?.value == [1])

                    // Nothing keeps the lease alive: to etcd that is a paused process.
                    try await wait(for: "the lease to run out") { try await election.leader() == nil }
                    let alone = try await etcdError {
                        try await client.transaction(compare: [], then: [.put("work", [3])], guardedBy: old)
                    }
                    #expect(alone?.code == .fenced)
                    let other = try await client.grantLease(timeToLive: .seconds(30))
                    let new = try await election.campaign(as: [2], with: other)
                    #expect(new.epoch == old.epoch + 1)
                    let late = try await etcdError {
                        try await client.transaction(compare: [], then: [.put("work", [4])], guardedBy: old)
                    }
                    #expect(late?.code == .fenced)
                    #expect(try await client.read("work").keyValue?.value == [1])
                    // And it cannot put its successor out of office.
                    try await election.resign(old)
                    #expect(try await election.leader()?.epoch == new.epoch)
                    let gone = try await etcdError { try await election.campaign(as: [1], with: lease) }
                    #expect(gone?.code == .leaseLost)
                }
            }
        }

        /// The transaction is done and its answer lost: the candidate finds out that it has won.
        @Test func aVictoryWhoseAnswerWasLostIsNoticed() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    try await TestClient.with([proxy.endpoint, cluster.first.endpoint]) { client in
                        let lease = try await client.grantLease(timeToLive: .seconds(30))
                        proxy.loseAnswer(toRequestWith: "request_put")
                        let won = try await EtcdElection(client, name: "controller").campaign(as: [1], with: lease)
                        #expect(proxy.lostAnswers == 1)
                        #expect(won.epoch == 1)
                        let work = try await client.transaction(compare: [], then: [.put("work", [1])], guardedBy: won)
                        #expect(work.succeeded)
                    }
                }
            }
        }

        @Test func aCandidateWhoseLeaseEndsIsTold() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let election = EtcdElection(client, name: "controller")
                    let holder = try await client.grantLease(timeToLive: .seconds(30))
                    _ = try await election.campaign(as: [1], with: holder)
                    let waiting = try await client.grantLease(timeToLive: .seconds(30))
                    async let told = etcdError { try await election.campaign(as: [2], with: waiting) }
                    try await waiting.revoke()
                    #expect(try await told?.code == .leaseLost)
                }
            }
        }
    }
}
