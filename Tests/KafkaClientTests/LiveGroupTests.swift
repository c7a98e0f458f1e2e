import KafkaClient
import KafkaProtocol
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveGroupTests {
    private static func configuration(
        _ assignors: [any PartitionAssignor], autoCommit: Bool = false
    ) -> ConsumerConfiguration {
        ConsumerConfiguration(
            groupID: "g", autoOffsetReset: .earliest, isAutoCommitEnabled: autoCommit, assignors: assignors,
            sessionTimeout: .seconds(45), heartbeatInterval: .milliseconds(50))
    }

    /// Reads until told to stop, counting how often each record came, and then gives up its membership.
    private final class Reader: Sendable {
        let consumer: KafkaConsumer
        let seen = Mutex<[String: Int]>([:])
        private let isStopping = Atomic(false)

        init(_ consumer: KafkaConsumer) { self.consumer = consumer }

        func run() async throws {
            while !isStopping.load(ordering: .relaxed) {
                let batches = try await consumer.poll(timeout: .seconds(30))
                seen.withLock { seen in
                    for record in batches.flatMap(\.records) { seen[record.value?.string ?? "", default: 0] += 1 }
                }
                do {
                    try await consumer.commit()
                } catch let error as KafkaClientError where error.code == .rebalanceNeeded {
                    continue
                }
            }
            await consumer.close()
        }

        func stop() {
            isStopping.store(true, ordering: .relaxed)
            consumer.wakeup()
        }
    }

    private static let assignors: [String: any PartitionAssignor] = [
        "range": RangeAssignor(), "roundrobin": RoundRobinAssignor(), "cooperative-sticky": CooperativeStickyAssignor(),
    ]

    @Test(arguments: LiveBroker.Way.allCases, ["range", "roundrobin", "cooperative-sticky"])
    func twoMembersShareAndOneTakesOver(way: LiveBroker.Way, assignor: String) async throws {
        let assignors = [try #require(Self.assignors[assignor])]
        try await LiveBroker.with(way) { _, client in
            try await KafkaAdmin(client: client).createTopic(NewTopic("shared", partitions: 6, replicationFactor: 1))
            let producer = try KafkaProducer(client: client)
            func produce(_ range: Range<Int>) async throws {
                _ = try await producer.send(
                    contentsOf: range.map {
                        ProducerRecord(topic: "shared", partition: Int32($0 % 6), value: ByteSlice("\($0)"))
                    })
            }
            let first = Reader(try KafkaConsumer(client: client, configuration: Self.configuration(assignors)))
            let second = Reader(try KafkaConsumer(client: client, configuration: Self.configuration(assignors)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for reader in [first, second] {
                    try await reader.consumer.subscribe(to: ["shared"])
                    group.addTask { try await reader.run() }
                }
                try await wait(for: "both members to have three partitions") {
                    first.consumer.assignment.count == 3 && second.consumer.assignment.count == 3
                }
                try await produce(0..<600)
                try await wait(for: "600 records to be read") {
                    first.seen.withLock(\.count) + second.seen.withLock(\.count) == 600
                }
                second.stop()
                try await wait(for: "the first member to take over") { first.consumer.assignment.count == 6 }
                try await produce(600..<900)
                try await wait(for: "900 records to be read") {
                    first.seen.withLock(\.count) + second.seen.withLock(\.count) == 900
                }
                first.stop()
                try await group.waitForAll()
            }
            // The member that left had committed everything, so nothing came twice.
            let total = first.seen.withLock { $0.values.reduce(0, +) } + second.seen.withLock { $0.values.reduce(0, +) }
            #expect(total == 900)
            await producer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aNewMemberGoesOnFromTheCommittedOffsets(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try KafkaProducer(client: client)
            _ = try await producer.send(
                contentsOf: (0..<10).map { ProducerRecord(topic: "o", value: ByteSlice("\($0)")) })
            let partition = TopicPartition("o", 0)
            let first = try KafkaConsumer(
                client: client, configuration: Self.configuration([RangeAssignor()], autoCommit: true))
            try await first.subscribe(to: ["o"])
            #expect(try await first.collect(10).count == 10)
            await first.close()
            _ = try await producer.send(ProducerRecord(topic: "o", value: ByteSlice("10")))
            let second = try KafkaConsumer(client: client, configuration: Self.configuration([RangeAssignor()]))
            try await second.subscribe(to: ["o"])
            #expect(try await second.committed([partition])[partition]?.offset == LogOffset(10))
            #expect(try await second.collect(1).map { $0.value?.string } == ["10"])
            #expect(try await second.position(of: partition) == LogOffset(11))
            await second.close()
            await producer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aConsumerThatEndedCommitsNothing(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try KafkaProducer(client: client)
            _ = try await producer.send(
                contentsOf: (0..<4).map { ProducerRecord(topic: "o", value: ByteSlice("\($0)")) })
            let partition = TopicPartition("o", 0)
            let offsets = { (offset: Int64) in [partition: OffsetAndMetadata(LogOffset(offset))] }
            let closed = try KafkaConsumer(client: client, configuration: Self.configuration([RangeAssignor()]))
            try await closed.subscribe(to: ["o"])
            _ = try await closed.collect(4)
            try await closed.commit(offsets(4))
            await closed.close()
            // The group is empty now and would take this from anybody.
            let late = await #expect(throws: KafkaClientError.self) { try await closed.commit(offsets(1)) }
            #expect(late?.code == .closed)
            let listener = RevocationCounter()
            let abandoned = try KafkaConsumer(client: client, configuration: Self.configuration([RangeAssignor()]))
            try await abandoned.subscribe(to: ["o"], listener: listener)
            try await wait(for: "the partition") {
                _ = try await abandoned.poll(timeout: .milliseconds(20))
                return abandoned.assignment == [partition]
            }
            await abandoned.abandon()
            #expect(listener.count.withLock { $0 } == 0)
            let later = await #expect(throws: KafkaClientError.self) { try await abandoned.commit(offsets(1)) }
            #expect(later?.code == .closed)
            let group = try await KafkaAdmin(client: client).describeGroup("g")
            #expect(group.members.isEmpty)
            #expect(
                try await KafkaAdmin(client: client).listGroupOffsets("g")[partition]?.offset == LogOffset(4))
            await producer.close()
        }
    }

    private final class RevocationCounter: RebalanceListener {
        let count = Mutex(0)

        func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
            count.withLock { $0 += 1 }
        }
    }

    private final class Assigned: Sendable {
        let byMember = Mutex<[Int: String]>([:])
    }

    @Test(arguments: LiveBroker.Way.allCases) func membersOfAnyProtocolTypeGetWhatTheLeaderAssigns(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way) { _, client in
            let configuration = GroupMemberConfiguration(
                groupID: "workers", protocolType: "connect", heartbeatInterval: .milliseconds(50))
            let members = [
                try GroupMember(client: client, configuration: configuration),
                try GroupMember(client: client, configuration: configuration),
            ]
            let assigned = Assigned()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, member) in members.enumerated() {
                    group.addTask {
                        while true {
                            let membership = try await member.join(
                                protocols: [GroupProtocol(name: "default", metadata: ByteSlice("worker \(number)"))]
                            ) { group in
                                Dictionary(
                                    uniqueKeysWithValues: group.members.map {
                                        ($0.memberID, ByteSlice("\($0.metadata.string) of \(group.members.count)"))
                                    })
                            }
                            assigned.byMember.withLock { $0[number] = membership.assignment.string }
                            if await member.rebalanceNeeded() == .cancelled { return await member.leave() }
                        }
                    }
                }
                try await wait(for: "both workers' assignments") {
                    assigned.byMember.withLock { $0 == [0: "worker 0 of 2", 1: "worker 1 of 2"] }
                }
                let description = try await KafkaAdmin(client: client).describeGroup("workers")
                #expect(description.protocolType == "connect")
                #expect(description.members.count == 2)
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
            for member in members { await member.close() }
        }
    }

    /// The end of a member without a connection of its own fails nothing of what others have under way on that one.
    @Test func aMemberThatSharesAConnectionLeavesItToTheOthers() async throws {
        // The first join of a group waits so long.
        try await LiveBroker.with(.inProcess, settings: ["group.initial.rebalance.delay.ms": "1000"]) { _, client in
            func member(_ groupID: String) throws -> GroupMember {
                var configuration = GroupMemberConfiguration(groupID: groupID, protocolType: "test")
                configuration.sharesConnection = true
                return try GroupMember(client: client, configuration: configuration)
            }
            let (waiting, ending) = (try member("waiting"), try member("ending"))
            let join = Task {
                try await waiting.join(protocols: [GroupProtocol(name: "p", metadata: ByteSlice("x"))]) { group in
                    Dictionary(uniqueKeysWithValues: group.members.map { ($0.memberID, ByteSlice("all")) })
                }
            }
            let admin = KafkaAdmin(client: client)
            try await wait(for: "a join under way") {
                try await admin.listGroups().contains { $0.groupID == "waiting" }
            }
            await ending.close()
            #expect(try await join.value.assignment.string == "all")
            await waiting.leave()
            await waiting.close()
        }
    }
}
