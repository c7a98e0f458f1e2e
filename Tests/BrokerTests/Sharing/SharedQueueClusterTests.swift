import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// A share group in a cluster of three, whose partitions and states are led by all of them.
@Suite struct SharedQueueClusterTests {
    private static let partitions: Int32 = 6
    private static let perPartition = 30
    private static let settings = [
        "min.insync.replicas": "2", "replica.lag.time.max.ms": "2000", "replica.fetch.wait.max.ms": "100",
        "replica.fetch.backoff.ms": "100", "flush.messages": "1", "default.replication.factor": "3",
        "share.coordinator.state.topic.num.partitions": "3", "group.share.min.record.lock.duration.ms": "1000",
        "group.share.record.lock.duration.ms": "1000", "group.share.delivery.count.limit": "10",
    ]

    /// The records that members were given, by partition, and those whose acknowledgement was answered.
    ///
    /// An answer may be lost with the leader: such a record may be done with, and never be given again.
    private final class Ledger: Sendable {
        private struct State {
            var given: [Int32: Set<String>] = [:]
            var acknowledged: [Int32: Set<String>] = [:]
            /// Those that were given after their acknowledgement was answered.
            var again: [String] = []
            var isReading = false
        }

        private let state = Mutex(State())

        /// Whether members are to go on.
        var isReading: Bool { state.withLock { $0.isReading } }

        func setReading(_ isReading: Bool) { state.withLock { $0.isReading = isReading } }

        func give(_ values: some Sequence<String>, of partition: Int32) {
            state.withLock { state in
                for value in values {
                    state.given[partition, default: []].insert(value)
                    if state.acknowledged[partition]?.contains(value) == true {
                        state.again.append("\(partition): \(value)")
                    }
                }
            }
        }

        func acknowledge(_ values: [String], of partition: Int32) {
            state.withLock { $0.acknowledged[partition, default: []].formUnion(values) }
        }

        var count: Int { state.withLock { $0.given.values.reduce(0) { $0 + $1.count } } }
        var values: [Int32: Set<String>] { state.withLock { $0.given } }
        var again: [String] { state.withLock { $0.again } }
    }

    /// A node that coordinates the group, as the nodes that run see it.
    private func coordinator(_ cluster: TestCluster) async throws -> TestBroker {
        let found = Mutex<TestBroker?>(nil)
        try await wait(for: "the group's coordinator") {
            guard let node = cluster.running.first(where: { $0.broker.groups.fault(for: "g") == nil }) else {
                return false
            }
            found.withLock { $0 = node }
            return true
        }
        return try #require(found.withLock { $0 })
    }

    private func fill(_ cluster: TestCluster) async throws -> TopicID {
        let id = try await cluster.server(1).createTopic("t", partitions: Self.partitions, replicationFactor: 3)
        try await cluster.server(1).makeGroupsReady()
        try await cluster[1].makeInternalTopic(InternalTopics.shareGroupState)
        for partition in 0..<Self.partitions {
            let leader = try await cluster.leader(of: "t", partition)
            for value in 0..<Self.perPartition {
                let answer = try await cluster.server(leader).produce(
                    "t", partition: partition, TestRecords.batch(["\(value)"]))
                #expect(answer.errorCode == 0)
            }
        }
        try await cluster.server(2).configure(
            "g", ["share.auto.offset.reset": "earliest", "share.record.lock.duration.ms": "1000"])
        return id
    }

    /// Has a member read and acknowledge wherever partitions are led, for as long as the ledger says.
    private func read(_ cluster: TestCluster, _ id: String, _ topicID: TopicID, _ ledger: Ledger) async {
        // What could not be acknowledged stays with the member: given back at once it would be delivered too often.
        var members: [Int: ShareClusterMember] = [:]
        while ledger.isReading, !Task.isCancelled {
            for node in cluster.running {
                do {
                    let known = members[node.port]
                    var member = if let known { known } else { try await ShareClusterMember(id, topicID, node) }
                    let given = try await member.fetch()
                    for (partition, values) in given { ledger.give(values.values, of: partition) }
                    if !given.isEmpty {
                        for (partition, values) in try await member.acknowledge(given) {
                            ledger.acknowledge(values, of: partition)
                        }
                    }
                    members[node.port] = member
                } catch {
                    try? await members.removeValue(forKey: node.port)?.client.close()
                }
            }
        }
        for member in members.values { try? await member.client.close() }
    }

    @Test func everyRecordIsAcknowledgedWhileLeadersMove() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            let id = try await fill(cluster)
            let total = Int(Self.partitions) * Self.perPartition
            let leaders = Set((0..<Self.partitions).compactMap { cluster.state("t", $0, seenBy: 1)?.leader })
            #expect(leaders.count == 3)
            _ = try await ShareClient("first", id, coordinator(cluster))
            let ledger = Ledger()
            func read(
                until isDone: @escaping @Sendable () async throws -> Bool, while fault: () async throws -> Void
            ) async throws {
                ledger.setReading(true)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for member in ["a", "b", "c"] {
                        group.addTask { await self.read(cluster, member, id, ledger) }
                    }
                    try await fault()
                    try await wait(for: "the members to come so far", within: .seconds(120)) { try await isDone() }
                    ledger.setReading(false)
                    try await group.waitForAll()
                }
            }
            func read(upTo goal: Int, while fault: () async throws -> Void) async throws {
                try await read(until: { ledger.count >= goal }, while: fault)
            }
            try await read(upTo: total / 6) {}
            // A node that has states and partitions, as a process that dies: nothing is handed over.
            let state = try await cluster.leader(of: InternalTopics.shareGroupState, 0)
            try await read(upTo: total / 2) { cluster.expireSession(of: state) }
            try await cluster.leader(of: InternalTopics.shareGroupState, 0, otherThan: state)
            let partition = try await cluster.leader(of: "t", 0)
            try await read(upTo: total * 2 / 3) { try await cluster.stop(partition) }
            try await cluster.leader(of: "t", 0, otherThan: partition)
            try await read(upTo: total * 5 / 6) { try await cluster.start(partition) }
            let ends = Array(repeating: Int64(Self.perPartition), count: Int(Self.partitions))
            try await read {
                try await self.starts(self.coordinator(cluster)) == ends
            } while: {
                cluster.expireSession(of: cluster.running[0].broker.nodeID)
            }
            for partition in 0..<Self.partitions {
                #expect(ledger.values[partition] == Set((0..<Self.perPartition).map(String.init)))
            }
            #expect(ledger.again == [])
            try await administer(cluster)
        }
    }

    /// Where the group reads on in each partition.
    private func starts(_ coordinator: TestBroker) async throws -> [Int64] {
        try await coordinator.progress(["t": Array(0..<Self.partitions)])["t"]?.map(\.start) ?? []
    }

    /// Describes, sets and deletes where the group reads, whichever nodes lead what.
    private func administer(_ cluster: TestCluster) async throws {
        let coordinator = try await coordinator(cluster)
        let all = Array(0..<Self.partitions)
        func starts() async throws -> [Int64] { try await self.starts(coordinator) }
        func lags() async throws -> [Int64] { try await coordinator.progress(nil)["t"]?.map(\.lag) ?? [] }
        #expect(try await lags() == all.map { _ in 0 })
        let left = try await coordinator.ask(
            ShareGroupHeartbeatRequest(groupID: "g", memberID: "first", memberEpoch: -1))
        #expect(left.errorCode == 0 || ErrorCode.of(left.errorCode) == .unknownMemberID)
        #expect(try await coordinator.alter(["t": all.map { ($0, 10) }]).partitions == all.map { _ in .none })
        #expect(try await lags() == all.map { _ in Int64(Self.perPartition - 10) })
        #expect(try await coordinator.delete(["t"]).partitions == [.none])
        #expect(try await starts() == all.map { _ in -1 })
        #expect(try await coordinator.alter(["t": [(0, 3), (5, 4)]]).partitions == [.none, .none])
        let deleted = try await coordinator.ask(DeleteGroupsRequest(groupsNames: ["g"]))
        #expect(deleted.results.map(\.errorCode) == [0])
        #expect(try await coordinator.alter(["t": [(1, 3)]]).partitions == [.none])
        #expect(try await starts() == [-1, 3, -1, -1, -1, -1])
    }
}

/// A member that reads every partition that one node leads.
struct ShareClusterMember {
    let client: TestConnection
    private let id: String
    private let topicID: TopicID
    private let node: TestBroker
    private var epoch: Int32 = 0

    init(_ id: String, _ topicID: TopicID, _ node: TestBroker) async throws {
        client = try await node.connect()
        self.id = id
        self.topicID = topicID
        self.node = node
    }

    /// The values of each partition that the member was given, by offset.
    mutating func fetch() async throws -> [Int32: [Int64: String]] {
        let led = node.broker.partitions.topic("t")?.copies.filter(\.isLed).map(\.id.partition) ?? []
        let answer = try await client.ask(
            ShareFetchRequest(
                groupID: "g", memberID: id, shareSessionEpoch: epoch, maxWaitMs: 300, minBytes: 1, maxBytes: 1 << 20,
                maxRecords: 5, batchSize: 5, shareAcquireMode: 1,
                // Those that it has begun to lead since are added to the session.
                topics: [.init(topicID: topicID, partitions: led.map { .init(partitionIndex: $0) })]))
        guard answer.errorCode == 0 else { throw TestFailure("fetch: \(answer.errorCode)") }
        epoch += 1
        var given: [Int32: [Int64: String]] = [:]
        for data in answer.responses.flatMap(\.partitions) where data.errorCode == 0 {
            var batches = RecordBatchSequence(try data.records?.readBytes() ?? .empty)
            while let batch = try batches.next() {
                for record in try batch.records() {
                    let isGiven = data.acquiredRecords.contains {
                        ($0.firstOffset...$0.lastOffset).contains(record.offset.rawValue)
                    }
                    guard isGiven else { continue }
                    given[data.partitionIndex, default: [:]][record.offset.rawValue] = record.value?.string
                }
            }
        }
        return given
    }

    /// Acknowledges all of it.
    ///
    /// - Returns: What is durable.
    mutating func acknowledge(_ given: [Int32: [Int64: String]]) async throws -> [Int32: [String]] {
        let answer = try await client.ask(
            ShareAcknowledgeRequest(
                groupID: "g", memberID: id, shareSessionEpoch: epoch,
                topics: [
                    .init(
                        topicID: topicID,
                        partitions: given.map { partition, values in
                            .init(
                                partitionIndex: partition,
                                acknowledgementBatches: values.keys.sorted().map {
                                    .init(firstOffset: $0, lastOffset: $0, acknowledgeTypes: [1])
                                })
                        })
                ]))
        guard answer.errorCode == 0 else { throw TestFailure("acknowledge: \(answer.errorCode)") }
        epoch += 1
        var done: [Int32: [String]] = [:]
        for partition in answer.responses.flatMap(\.partitions) where partition.errorCode == 0 {
            done[partition.partitionIndex] = given[partition.partitionIndex].map { Array($0.values) }
        }
        return done
    }
}
