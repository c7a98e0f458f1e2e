import KafkaProtocol
import LogHarness
import Logging
import NIOCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What becomes of a cluster whose nodes or whose metadata store fail.
@Suite struct ClusterFaultTests {
    private static let settings = [
        "min.insync.replicas": "2", "replica.lag.time.max.ms": "2000", "replica.fetch.wait.max.ms": "100",
        "replica.fetch.backoff.ms": "100", "flush.messages": "1",
    ]

    private func refusal(_ cluster: TestCluster, _ id: Int32) async throws -> ErrorCode {
        .of(try await cluster.server(id).produce("t", TestRecords.batch(["refused"])).errorCode)
    }

    /// KIP-966: the last replica that was in sync comes back without its records, and must not lead.
    @Test func lastReplicaThatLostItsRecordsIsNotElected() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", replicationFactor: 3)
            let leader = try await cluster.leader(of: "t", 0)
            let others = [1, 2, 3].filter { $0 != leader }
            try await cluster.server(leader).produce("t", ["a"])
            // The first to go misses a record, the second has all of them.
            try await cluster.stop(others[0])
            try await cluster.waitForInSync(2, of: "t", 0, seenBy: leader)
            try await cluster.server(leader).produce("t", ["b"])
            try await cluster.stop(others[1])
            try await cluster.waitForInSync(1, of: "t", 0, seenBy: leader)
            #expect(cluster.state("t", 0, seenBy: leader)?.eligibleLeaderReplicas == [BrokerID(others[1])])
            #expect(try await refusal(cluster, leader) == .notEnoughReplicas)
            // What was acknowledged can still be read.
            #expect(try await cluster.server(leader).values("t") == ["a", "b"])
            cluster.loseDirectory(of: leader)
            try await cluster.stop(leader)
            try await cluster.start(leader)
            try await cluster.start(others[0])
            try await cluster.waitUntilAdmitted([leader, others[0]])
            for id in [leader, others[0]] {
                #expect(cluster.state("t", 0, seenBy: id)?.leader == nil)
                #expect(try await refusal(cluster, id) == .notLeaderOrFollower)
            }
            try await cluster.start(others[1])
            #expect(try await cluster.leader(of: "t", 0) == others[1])
            try await cluster.waitForInSync(3, of: "t", 0, seenBy: others[1])
            #expect(try await cluster.server(others[1]).values("t") == ["a", "b"])
            #expect(try await cluster.server(others[1]).produce("t", ["c"]) == 2)
        }
    }

    /// A controller that was paused past its session goes on for a moment as if nothing had happened.
    @Test func formerControllerChangesNothing() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", replicationFactor: 3)
            try await cluster.leader(of: "t", 0)
            let topic = try #require(cluster[1].metadata.image.topic("t"))
            let id = PartitionID(topic: topic.id, index: 0)
            for _ in 0..<20 {
                let former = try await cluster.controller()
                let host = try cluster.controllerHost(of: former)
                try await cluster.waitForInSync(3, of: "t", 0, seenBy: former)
                cluster.setBlind(former, true)
                cluster.expireSession(of: former)
                let next = try await cluster.controller(otherThan: former)
                try await wait(for: "the new one to take the node out of sync") {
                    cluster.state("t", 0, seenBy: next)?.inSyncReplicas.contains(BrokerID(former)) == false
                }
                let known = cluster.state("t", 0, seenBy: next)
                #expect(await host.isController)
                // It would have these replicas in this order, were it still in office.
                let target = try #require(known).replicas.reversed().map { $0 }
                _ = try await host.reassign(id, to: target)
                _ = try await host.reassign(id, to: nil)
                let lines = cluster.server(former).log.messages(from: .warning)
                try await wait(for: "its write to be refused") {
                    cluster.server(former).log.messages(from: .warning).dropFirst(lines.count).contains {
                        $0.contains("the controller no longer")
                    } || lines.contains { $0.contains("the controller no longer") }
                }
                // The leader may have changed its in-sync replicas meanwhile, as it may at any time.
                let bytes = try #require(cluster.store.view[ClusterKey.partition(id).text]?.bytes)
                let stored = try PartitionValue.state(bytes)
                #expect(stored.replicas == known?.replicas)
                #expect(stored.addingReplicas.isEmpty && stored.removingReplicas.isEmpty)
                cluster.setBlind(former, false)
                try await wait(for: "it to know") { await !host.isController }
                try await cluster.waitUntilAdmitted([1, 2, 3])
            }
        }
    }

    @Test func leadersServeWhileTheStoreIsAway() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", replicationFactor: 3)
            let leader = try await cluster.leader(of: "t", 0)
            cluster.store.setAway(true)
            #expect(try await cluster.server(leader).produce("t", ["a"]) == 0)
            #expect(try await cluster.server(leader).values("t") == ["a"])
            let refused = try await cluster.server(leader).ask(
                CreateTopicsRequest(topics: [.init(name: "u", numPartitions: 1, replicationFactor: 3)]))
            #expect(ErrorCode.of(refused.topics[0].errorCode) == .requestTimedOut)
            // All sessions run out meanwhile.
            for id in 1...3 as ClosedRange<Int32> { cluster.expireSession(of: id) }
            #expect(try await cluster.server(leader).produce("t", ["b"]) == 1)
            cluster.store.setAway(false)
            let next = try await cluster.leader(of: "t", 0)
            try await cluster.waitForInSync(3, of: "t", 0, seenBy: next)
            #expect(try await cluster.server(next).produce("t", ["c"]) == 2)
            #expect(try await cluster.server(next).values("t") == ["a", "b", "c"])
            #expect(cluster[next].metadata.image.topic("u") == nil)
        }
    }

    /// Every third write of anybody is lost, or done without anybody hearing of it.
    @Test func writesWithUnknownOutcomesAreSorted() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 4, replicationFactor: 3)
            let count = Mutex(0)
            cluster.store.setFate { _ in
                count.withLock { count in
                    count += 1
                    return count % 6 == 0 ? .doneUnheard : count % 3 == 0 ? .lost : .normal
                }
            }
            for round in 0..<3 {
                for id in 1...3 as ClosedRange<Int32> {
                    cluster.expireSession(of: id)
                    try await cluster.waitUntilAdmitted([1, 2, 3])
                }
                for index in 0..<4 as Range<Int32> {
                    let leader = try await cluster.leader(of: "t", index)
                    try await cluster.waitForInSync(3, of: "t", index, seenBy: leader)
                    #expect(
                        try await cluster.server(leader).produce("t", partition: index, ["\(round)"]) == Int64(round))
                }
            }
        }
    }

    /// What a node takes over was read before it made a topic itself, and does not know of that.
    @Test func topicsThatAreMadeAtOnceKeepTheirRecords() async throws {
        try await TestCluster.with(3, ["replica.fetch.wait.max.ms": "100"]) { cluster in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 as Range<Int32> {
                    group.addTask {
                        let (name, node) = ("t\(number)", number % 3 + 1)
                        let made = try await cluster.server(node).ask(
                            CreateTopicsRequest(topics: [
                                .init(
                                    name: name, numPartitions: -1, replicationFactor: -1,
                                    assignments: [.init(partitionIndex: 0, brokerIDs: [node])])
                            ]))
                        #expect(made.topics[0].errorCode == 0)
                        try await wait(for: "the node to lead it") {
                            cluster[node].partitions.copy(TopicPartition(name, 0))?.isLed == true
                        }
                        try await cluster.server(node).produce(name, ["kept"])
                    }
                }
                try await group.waitForAll()
            }
            for number in 0..<24 as Range<Int32> {
                #expect(try await cluster.server(number % 3 + 1).values("t\(number)") == ["kept"])
            }
        }
    }

    /// The same, one topic and one taking over: it is asked for while the topic is made, and comes after that.
    @Test func whatIsTakenOverIsTheImageOfItsTurn() async throws {
        try await TestCluster.with(1) { cluster in
            let former = cluster[1].metadata.image
            let client = try await cluster.server(1).connect()
            // The topic is written, and is not there for the node before it sees that.
            cluster.setBlind(1, true)
            let made = try client.begin(
                CreateTopicsRequest(topics: [.init(name: "t", numPartitions: 1, replicationFactor: 1)]))
            try await wait(for: "the topic to be written") { cluster.store.view[ClusterKey.topic("t").text] != nil }
            let adoption = Task { await cluster[1].topics.adopt(after: former) }
            for _ in 0..<100 {
                _ = await cluster[1].topics.isShortOfCopies
                await Task.yield()
            }
            cluster.setBlind(1, false)
            #expect(try await made.get().topics[0].errorCode == 0)
            let copy = try #require(cluster[1].partitions.copy(TopicPartition("t", 0)))
            _ = await adoption.value
            #expect(copy.retirement == nil && cluster[1].partitions.copy(TopicPartition("t", 0)) === copy)
        }
    }

    @Test func nodeIDInUseIsNotTakenOver() async throws {
        try await TestCluster.with(2, Self.settings) { cluster in
            let impostor = try await TestBroker.start(["node.id": "2"], cluster: cluster.store.client())
            try await wait(for: "it to be told") {
                impostor.log.messages(from: .error).contains { $0.contains("node.id 2 is in use") }
            }
            #expect(cluster[1].metadata.image.brokers.registrations[BrokerID(2)]?.epoch == BrokerEpoch(1))
            // Once the other is gone it is the node of that number, with none of its copies.
            try await cluster.stop(2)
            try await wait(for: "it to be admitted") {
                cluster[1].metadata.image.brokers.isAdmitted(BrokerID(2), in: BrokerEpoch(2))
            }
            #expect(
                cluster[1].metadata.image.brokers.registrations[BrokerID(2)]?.intactCopies
                    == BrokerRegistration.IntactCopies.none)
            try await impostor.broker.shutdown()
        }
    }

    @Test func directoryOfAnotherClusterIsRefused() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(["node.id": "3"], in: directory) { try await $0.createTopic("mine") }
        try await TestCluster.with(1) { cluster in
            await #expect(throws: (any Error).self) {
                _ = try await TestBroker.start(["node.id": "3"], in: directory, cluster: cluster.store.client())
            }
        }
        try await TestBroker.with(["node.id": "3"], in: directory) { server in
            #expect(server.broker.metadata.image.topic("mine") != nil)
        }
    }

    /// Who asked for the leaders in that moment, and was told the former ones, would ask again much later.
    @Test func clientsAreToldOfADeathBeforeTheClusterKnows() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            for index in 0..<3 as Range<Int32> { try await cluster.leader(of: "t", index) }
            let (gone, asked) = (Int32(3), Int32(2))
            try await wait(for: "the nodes to be connected") {
                cluster[asked].cluster.withLock { $0 }?.peers.connected.contains(BrokerID(gone)) ?? false
            }
            // Nobody can end its session.
            cluster.store.setAway(true)
            try await cluster.stop(gone)
            try await wait(for: "the node to be left out") {
                let answer = try await cluster.server(asked).ask(
                    MetadataRequest(topics: [.init(name: "t")], allowAutoTopicCreation: false))
                let partitions = answer.topics[0].partitions
                return answer.brokers.map(\.nodeID).sorted() == [1, 2]
                    && partitions.count { ErrorCode.of($0.errorCode) == .leaderNotAvailable && $0.leaderID == -1 } == 1
            }
            #expect(cluster[asked].metadata.image.nodes.keys.sorted() == [1, 2, 3], "the cluster has not heard of it")
        }
    }

    /// The kernel closes the connections of a process that dies, and refuses new ones.
    @Test func deathIsNoticedByTheConnection() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            let controller = try await cluster.controller()
            let id = try #require([1, 2, 3].first { $0 != controller })
            // It cannot end its session itself, and nothing runs out here.
            let session = try #require(cluster.store.view[ClusterKey.session(BrokerID(id)).text]?.session)
            try await wait(for: "the controller to be connected") {
                cluster[controller].cluster.withLock { $0 }?.peers.connected.contains(BrokerID(id)) ?? false
            }
            cluster.setBlind(id, true)
            try await cluster.stop(id)
            try await wait(for: "its session to be ended") {
                cluster.store.view[ClusterKey.session(BrokerID(id)).text]?.session != session
            }
        }
    }
}
