import EventStore
import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import ServerHarness
import Testing

@testable import Broker

/// What administrators ask of a cluster, and of which node.
@Suite struct ClusterAdministrationTests {
    private static let settings = [
        "replica.lag.time.max.ms": "2000", "replica.fetch.wait.max.ms": "100", "replica.fetch.backoff.ms": "100",
    ]

    @Test func topicsArePlacedOnAllNodesAndRacks() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(2).createTopic("t", partitions: 6, replicationFactor: 2)
            let topic = try #require(cluster[2].metadata.image.topic("t"))
            let leaders = Dictionary(grouping: topic.partitions) { $0.replicas[0].rawValue }
            #expect(leaders.mapValues(\.count) == [1: 2, 2: 2, 3: 2])
            #expect(topic.partitions.allSatisfy { $0.replicas.count == 2 && $0.inSyncReplicas.count == 2 })
            // Copies that are not this node's have no log here.
            try await wait(for: "all nodes to have their copies") {
                (1...3).allSatisfy { id in cluster[Int32(id)].partitions.all.count == 4 }
            }
            let tooMany = try await cluster.server(1).ask(
                CreateTopicsRequest(topics: [.init(name: "u", numPartitions: 1, replicationFactor: 4)]))
            #expect(ErrorCode.of(tooMany.topics[0].errorCode) == .invalidReplicationFactor)
            func assigned(_ replicas: [Int32]) async throws -> ErrorCode {
                let answer = try await cluster.server(1).ask(
                    CreateTopicsRequest(topics: [
                        .init(
                            name: "u\(replicas.map(String.init).joined())", numPartitions: -1, replicationFactor: -1,
                            assignments: [.init(partitionIndex: 0, brokerIDs: replicas)])
                    ]))
                return .of(answer.topics[0].errorCode)
            }
            #expect(try await assigned([3, 1]) == .none)
            #expect(try await assigned([4]) == .invalidReplicaAssignment)
            #expect(try await assigned([1, 1]) == .invalidReplicaAssignment)
            #expect(cluster[1].metadata.image.topic("u31")?.partitions[0].replicas == [BrokerID(3), BrokerID(1)])
        }
    }

    @Test func sameTopicIsCreatedOnce() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            let codes = try await withThrowingTaskGroup(of: ErrorCode.self) { group in
                for index in 0..<12 as Range<Int32> {
                    group.addTask {
                        let answer = try await cluster.server(index % 3 + 1).ask(
                            CreateTopicsRequest(topics: [.init(name: "t", numPartitions: 3, replicationFactor: 3)]))
                        return .of(answer.topics[0].errorCode)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == .none } == 1)
            #expect(codes.allSatisfy { $0 == .none || $0 == .topicAlreadyExists })
        }
    }

    @Test func settingsOfOneNodeAreInForceOnAll() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", replicationFactor: 3)
            for id in 1...3 as ClosedRange<Int32> {
                try await wait(for: "the copy") { cluster[id].partitions.copy(TopicPartition("t", 0)) != nil }
            }
            _ = try await cluster.server(2).ask(
                IncrementalAlterConfigsRequest(resources: [
                    .init(
                        resourceType: 2, resourceName: "t",
                        configs: [.init(name: "max.message.bytes", configOperation: 0, value: "2000")]),
                    .init(
                        resourceType: 4, resourceName: "",
                        configs: [.init(name: "message.max.bytes", configOperation: 0, value: "3000")]),
                ]))
            for id in 1...3 as ClosedRange<Int32> {
                try await wait(for: "the settings on node \(id)") {
                    cluster[id].partitions.copy(TopicPartition("t", 0))?.log.configuration.maxMessageBytes == 2000
                        && cluster[id].configuration.values["message.max.bytes"] == "3000"
                }
            }
            // Two nodes that change the same at the same time lose nothing.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (id, name) in [(1, "segment.bytes"), (2, "retention.bytes"), (3, "delete.retention.ms")] {
                    group.addTask {
                        _ = try await cluster.server(Int32(id)).ask(
                            IncrementalAlterConfigsRequest(resources: [
                                .init(
                                    resourceType: 2, resourceName: "t",
                                    configs: [.init(name: name, configOperation: 0, value: "1000000")])
                            ]))
                    }
                }
                try await group.waitForAll()
            }
            try await wait(for: "all of it") {
                let settings = cluster[1].metadata.image.topic("t")?.configuration ?? [:]
                return ["max.message.bytes", "segment.bytes", "retention.bytes", "delete.retention.ms"].allSatisfy {
                    settings[$0] != nil
                }
            }
        }
    }

    @Test func topicsAreDeletedEverywhere() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            try await cluster.server(1).createTopic("u", replicationFactor: 3)
            try await cluster.leader(of: "u", 0)
            try await cluster.stop(3)
            let deleted = try await cluster.server(2).ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(deleted.responses[0].errorCode == 0)
            for id in [1, 2] as [Int32] {
                try await wait(for: "the topic to go") {
                    try cluster[id].partitions.topic("t") == nil && cluster[id].store.storedPartitions().count == 1
                }
            }
            // One that was not there hears of it when it starts.
            let late = try await cluster.start(3)
            #expect(try late.broker.store.storedPartitions().map(\.partition) == [TopicPartition("u", 0)])
            let kept = try #require(late.broker.metadata.image.topic("u")).id.description
            #expect(!cluster.store.view.values.keys.contains { $0.hasPrefix("partitions/") && !$0.contains(kept) })
        }
    }

    @Test func partitionMovesToOtherNodes() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            _ = try await cluster.server(1).ask(
                CreateTopicsRequest(topics: [
                    .init(
                        name: "t", numPartitions: -1, replicationFactor: -1,
                        assignments: [.init(partitionIndex: 0, brokerIDs: [1, 2])])
                ]))
            #expect(try await cluster.leader(of: "t", 0) == 1)
            for index in 0..<50 { try await cluster.server(1).produce("t", ["\(index)"]) }
            let controller = try await cluster.controller()
            let request = AlterPartitionReassignmentsRequest(
                timeoutMs: 10_000, topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, replicas: [3, 2])])])
            for id in 1...3 as ClosedRange<Int32> where id != controller {
                let refused = try await cluster.server(id).ask(request)
                #expect(ErrorCode.of(refused.errorCode) == .notController)
            }
            let answer = try await cluster.server(controller).ask(request)
            #expect(answer.errorCode == 0 && answer.responses[0].partitions[0].errorCode == 0)
            try await wait(for: "the partition to have moved") {
                let state = cluster.state("t", 0, seenBy: controller)
                return state?.replicas == [BrokerID(3), BrokerID(2)] && state?.isReassigning == false
            }
            let leader = try await cluster.leader(of: "t", 0, otherThan: 1)
            #expect(try await cluster.server(leader).values("t") == (0..<50).map(String.init))
            try await wait(for: "the former copy to go") { try cluster[1].store.storedPartitions().isEmpty }
            let listed = try await cluster.server(1).ask(ListPartitionReassignmentsRequest())
            #expect(listed.topics.isEmpty)
        }
    }

    @Test func reassignmentIsListedAndCancelled() async throws {
        try await TestCluster.with(2, Self.settings) { cluster in
            try await cluster.start(3)
            try await cluster.waitUntilAdmitted([1, 2, 3])
            try await cluster.server(1).createTopic("t", configs: ["min.insync.replicas": "1"])
            let owner = try await cluster.leader(of: "t", 0)
            let gone = try #require([1, 2, 3].first { $0 != owner })
            // One that is away does not become in sync.
            try await cluster.stop(gone)
            let controller = try await cluster.controller()
            func alter(_ replicas: [Int32]?) async throws -> ErrorCode {
                let answer = try await cluster.server(controller).ask(
                    AlterPartitionReassignmentsRequest(
                        timeoutMs: 10_000,
                        topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, replicas: replicas)])]))
                return .of(answer.responses[0].partitions[0].errorCode)
            }
            #expect(try await alter(nil) == .noReassignmentInProgress)
            #expect(try await alter([9]) == .invalidReplicaAssignment)
            #expect(try await alter([gone]) == .none)
            let listed = try await cluster.server(owner).ask(ListPartitionReassignmentsRequest())
            #expect(listed.topics.first?.partitions.first?.addingReplicas == [gone])
            #expect(listed.topics.first?.partitions.first?.removingReplicas == [owner])
            #expect(try await alter(nil) == .none)
            #expect(cluster.state("t", 0, seenBy: controller)?.replicas == [BrokerID(owner)])
            #expect(try await cluster.server(owner).ask(ListPartitionReassignmentsRequest()).topics.isEmpty)
        }
    }

    @Test func nodesAreRemovedAndComeBack() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            func remove(_ id: Int32, at node: Int32 = 1) async throws -> ErrorCode {
                let answer = try await cluster.server(node).ask(UnregisterBrokerRequest(brokerID: id))
                return .of(answer.errorCode)
            }
            func known(by node: Int32) async throws -> [Int32] {
                let answer = try await cluster.server(node).ask(DescribeClusterRequest(includeFencedBrokers: true))
                return answer.brokers.map { $0.isFenced ? -$0.brokerID : $0.brokerID }
            }
            try await cluster.server(1).createTopic("t", partitions: 1, replicationFactor: 3)
            try await cluster.leader(of: "t", 0)
            #expect(try await remove(3) == .invalidRequest, "it runs")
            #expect(try await remove(3, at: 3) == .invalidRequest)
            #expect(try await remove(4) == .brokerIDNotRegistered)
            let former = try #require(cluster[1].metadata.image.brokers.registrations[BrokerID(3)])
            try await cluster.stop(3)
            try await wait(for: "node 3 to be away") { try await known(by: 1) == [1, 2, -3] }
            #expect(try await cluster.server(1).ask(DescribeClusterRequest()).brokers.map(\.brokerID) == [1, 2])
            #expect(try await remove(3, at: 2) == .none)
            #expect(try await remove(3, at: 2) == .brokerIDNotRegistered)
            #expect(try await known(by: 2) == [1, 2])
            let controller = try await cluster.controller()
            try await wait(for: "the controller to hear of it") { try await known(by: controller) == [1, 2] }
            let moved = try await cluster.server(controller).ask(
                AlterPartitionReassignmentsRequest(topics: [
                    .init(name: "t", partitions: [.init(partitionIndex: 0, replicas: [1, 2, 3])])
                ]))
            let answer = try #require(moved.responses.first?.partitions.first)
            #expect(ErrorCode.of(answer.errorCode) == .invalidReplicaAssignment)
            // Its copies, and the incarnations that others may still hear of, are known when it comes back.
            try await cluster.start(3)
            try await cluster.waitForInSync(3, of: "t", 0, seenBy: 1)
            let present = try #require(cluster[1].metadata.image.brokers.registrations[BrokerID(3)])
            #expect(present.epoch > former.epoch && !present.isRemoved && present.intactCopies == .all)
            #expect(try await known(by: 1) == [1, 2, 3])
        }
    }

    @Test func nodesCountWhatIsReplicatedInTheSameWay() async throws {
        try await TestCluster.with(2, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 1, replicationFactor: 2)
            try await cluster.stop(2)
            try await cluster.start(2, ["log.flush.interval.messages": "1000"])
            // Who places the topic has to have heard that both take copies.
            try await wait(for: "node 2 to know of both") {
                let brokers = cluster[2].metadata.image.brokers
                return [1, 2].allSatisfy { brokers.standing(of: BrokerID($0)) == .ready }
            }
            try await cluster.server(2).createTopic("later", partitions: 1, replicationFactor: 2)
            for (topic, flushes) in [("t", true), ("later", false)] {
                for id in [1, 2] as [Int32] {
                    try await wait(for: "\(topic) at node \(id)") {
                        cluster[id].partitions.copy(TopicPartition(topic, 0))?.flushesEveryAppend == flushes
                    }
                }
            }
        }
    }

    @Test func whatWasTakenAwayFromANodeThatWasDownIsSetAside() async throws {
        try await TestCluster.with(2, Self.settings.merging(["min.insync.replicas": "1"]) { $1 }) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 2, replicationFactor: 2)
            try await cluster.server(1).createTopic("kept", partitions: 1, replicationFactor: 2)
            for index in 0..<2 as Range<Int32> { try await cluster.waitForInSync(2, of: "t", index, seenBy: 2) }
            try await cluster.stop(2)
            let deleted = try await cluster.server(1).ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(ErrorCode.of(deleted.responses[0].errorCode) == .none)
            try await cluster.start(2)
            let names = try cluster.directory(of: 2).names()
            for index in 0..<2 {
                #expect(!names.contains("t-\(index)"))
                #expect(names.contains { $0.hasPrefix("t-\(index).") && $0.hasSuffix("-stray") })
            }
            #expect(names.contains("kept-0"))
        }
    }

    @Test func leadersAreElectedOnRequest() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            _ = try await cluster.server(1).ask(
                CreateTopicsRequest(topics: [
                    .init(
                        name: "t", numPartitions: -1, replicationFactor: -1,
                        assignments: [.init(partitionIndex: 0, brokerIDs: [1, 2])])
                ]))
            func elect(_ type: Int8, at id: Int32? = nil) async throws -> ErrorCode {
                var asked = id
                if asked == nil { asked = try await cluster.controller() }
                let answer = try await cluster.server(asked ?? 1).ask(
                    ElectLeadersRequest(
                        electionType: type, topicPartitions: [.init(topic: "t", partitions: [0])], timeoutMs: 10_000))
                return .of(answer.replicaElectionResults[0].partitionResult[0].errorCode)
            }
            #expect(try await cluster.leader(of: "t", 0) == 1)
            #expect(try await elect(0) == .electionNotNeeded)
            try await cluster.stop(1)
            #expect(try await cluster.leader(of: "t", 0) == 2)
            #expect(try await elect(0) == .preferredLeaderNotAvailable)
            try await cluster.start(1)
            try await cluster.waitForInSync(2, of: "t", 0, seenBy: 2)
            #expect(try await elect(0) == .none)
            #expect(try await cluster.leader(of: "t", 0) == 1)
            #expect(try await elect(1) == .electionNotNeeded)
            let controller = try await cluster.controller()
            let other = try #require([1, 2, 3].first { $0 != controller })
            #expect(try await elect(0, at: other) == .notController)
            // With all replicas away nobody can be elected.
            try await cluster.stop(1)
            try await cluster.stop(2)
            #expect(try await elect(1) == .eligibleLeadersNotAvailable)
        }
    }

    @Test func nodesThatCameBackLeadAgain() async throws {
        let often = ["leader.imbalance.check.interval.seconds": "1"]
        try await TestCluster.with(3, Self.settings.merging(often) { $1 }) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            for index in 0..<3 as Range<Int32> { try await cluster.leader(of: "t", index) }
            let first = try await cluster.leader(of: "t", 0)
            try await cluster.stop(first)
            try await cluster.leader(of: "t", 0, otherThan: first)
            try await cluster.start(first)
            try await wait(for: "the partition to be led by its first replica again") {
                cluster.state("t", 0, seenBy: first)?.leader == BrokerID(first)
            }
        }
    }

    @Test func coordinatorsKeepWhatTheyKnowOnThreeNodes() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(2).makeGroupsReady()
            let groups = try #require(cluster[2].metadata.image.topic("__consumer_offsets"))
            #expect(groups.partitions.allSatisfy { $0.replicas.count == 3 })
            #expect(Set(groups.partitions.compactMap(\.leader)).count == 3)
            let found = try await cluster.server(2).ask(
                FindCoordinatorRequest(keyType: 1, coordinatorKeys: ["transaction"]))
            #expect(found.coordinators.count == 1)
            let transactions = try #require(cluster[2].metadata.image.topic("__transaction_state"))
            #expect(transactions.partitions.allSatisfy { $0.replicas.count == 3 })
            #expect(transactions.configuration["min.insync.replicas"] == "2")
        }
    }
}
