import Coordination
import KafkaProtocol
import RecordFormat
import ServerHarness

@testable import Broker

/// A producer with transactions that does no more than the test asks, by requests of the versions that librdkafka sends
/// or, with an epoch for each transaction, of those that Kafka 4.0's producer sends.
final class TransactionClient {
    let server: TestBroker
    let id: String
    /// Whether it speaks the protocol of KIP-890.
    let bumpsEpoch: Bool
    var producer = ProducerIdentity.none
    /// The sequence number that comes next, by topic and partition.
    var sequences: [TopicPartition: Int32] = [:]

    init(_ server: TestBroker, _ id: String = "txn", bumpsEpoch: Bool = false) {
        self.server = server
        self.id = id
        self.bumpsEpoch = bumpsEpoch
    }

    /// Starts a producer, which fences the one before.
    static func start(
        _ server: TestBroker, _ id: String = "txn", bumpsEpoch: Bool = false, timeout: Int32 = 60_000
    ) async throws -> TransactionClient {
        let client = TransactionClient(server, id, bumpsEpoch: bumpsEpoch)
        try await client.server.makeTransactionsReady()
        let code = try await client.initialize(timeout: timeout)
        guard code == .none else { throw TestFailure("InitProducerId: \(code.name)") }
        return client
    }

    /// Starts a producer whose transactions the server gives up after `timeout` milliseconds, and writes a value in
    /// one; anew when the server was faster.
    static func start(
        _ server: TestBroker, timeout: Int32, writing value: String, to topic: String
    ) async throws -> TransactionClient {
        for _ in 0..<30 {
            let client = try await start(server, timeout: timeout)
            if try await client.add(topic) == .none, try await client.send(topic, [value]) == .none { return client }
        }
        throw TestFailure("no write within \(timeout) ms")
    }

    /// Asks for an identity, and again while an earlier transaction is being aborted.
    @discardableResult
    func initialize(timeout: Int32 = 60_000, version: Int16 = 4) async throws -> ErrorCode {
        while true {
            let answer = try await server.ask(
                InitProducerIdRequest(transactionalID: id, transactionTimeoutMs: timeout), version: version)
            let code = ErrorCode.of(answer.errorCode)
            if code == .concurrentTransactions { continue }
            guard code == .none else { return code }
            producer = ProducerIdentity(ProducerID(answer.producerID), ProducerEpoch(answer.producerEpoch))
            sequences = [:]
            return code
        }
    }

    /// Makes partitions part of the transaction, and asks again while the one before is being ended.
    func add(_ topic: String, _ partitions: [Int32] = [0], version: Int16 = 3) async throws -> ErrorCode {
        while true {
            let answer = try await server.ask(
                AddPartitionsToTxnRequest(
                    v3AndBelowTransactionalID: id, v3AndBelowProducerID: producer.id.rawValue,
                    v3AndBelowProducerEpoch: producer.epoch.rawValue,
                    v3AndBelowTopics: [.init(name: topic, partitions: partitions)]), version: version)
            let code = ErrorCode.of(answer.resultsByTopicV3AndBelow[0].resultsByPartition[0].partitionErrorCode)
            if code != .concurrentTransactions { return code }
        }
    }

    /// Sends one batch of the transaction.
    func send(
        _ topic: String, partition: Int32 = 0, _ values: [String], version: Int16? = nil
    ) async throws -> ErrorCode {
        let place = TopicPartition(topic, partition)
        let sequence = sequences[place, default: 0]
        let batch = try TestRecords.batch(
            values,
            producer: .init(
                id: producer.id, epoch: producer.epoch, baseSequence: SequenceNumber(sequence), isTransactional: true))
        var request = TestRecords.produce(topic, partition: partition, batch)
        request.transactionalID = id
        let version = version ?? (bumpsEpoch ? 12 : 9)
        while true {
            let answer = try await server.ask(request, version: version)
            let code = ErrorCode.of(answer.responses[0].partitionResponses[0].errorCode)
            if code == .concurrentTransactions { continue }
            if code == .none { sequences[place] = sequence + Int32(values.count) }
            return code
        }
    }

    /// Makes partitions part of the transaction if need be, and sends.
    func write(_ topic: String, partition: Int32 = 0, _ values: [String]) async throws {
        if !bumpsEpoch {
            let code = try await add(topic, [partition])
            guard code == .none else { throw TestFailure("AddPartitionsToTxn: \(code.name)") }
        }
        let code = try await send(topic, partition: partition, values)
        guard code == .none else { throw TestFailure("Produce: \(code.name)") }
    }

    /// Ends the transaction.
    @discardableResult
    func end(_ outcome: TransactionOutcome, version: Int16? = nil) async throws -> ErrorCode {
        let version = version ?? (bumpsEpoch ? 5 : 3)
        while true {
            let answer = try await server.ask(
                EndTxnRequest(
                    transactionalID: id, producerID: producer.id.rawValue, producerEpoch: producer.epoch.rawValue,
                    committed: outcome == .commit), version: version)
            let code = ErrorCode.of(answer.errorCode)
            if code == .concurrentTransactions { continue }
            if code == .none, version >= 5 {
                producer = ProducerIdentity(ProducerID(answer.producerID), ProducerEpoch(answer.producerEpoch))
                sequences = [:]
            }
            return code
        }
    }

    /// Makes a group's offsets part of the transaction.
    func addOffsets(_ group: String, version: Int16 = 3) async throws -> ErrorCode {
        while true {
            let answer = try await server.ask(
                AddOffsetsToTxnRequest(
                    transactionalID: id, producerID: producer.id.rawValue, producerEpoch: producer.epoch.rawValue,
                    groupID: group), version: version)
            let code = ErrorCode.of(answer.errorCode)
            if code != .concurrentTransactions { return code }
        }
    }

    /// Commits a group's offset of the topic's first partition within the transaction.
    func commit(
        _ offset: Int64, of topic: String, group: String, version: Int16? = nil, partition: Int32 = 0,
        generation: Int32 = -1, member: String = ""
    ) async throws -> ErrorCode {
        let version = version ?? (bumpsEpoch ? 5 : 3)
        let answer = try await server.ask(
            TxnOffsetCommitRequest(
                transactionalID: id, groupID: group, producerID: producer.id.rawValue,
                producerEpoch: producer.epoch.rawValue, generationID: generation, memberID: member,
                topics: [
                    .init(
                        name: topic,
                        partitions: [
                            .init(partitionIndex: partition, committedOffset: offset, committedMetadata: nil)
                        ])
                ]), version: version)
        return .of(answer.topics[0].partitions[0].errorCode)
    }
}

extension TestBroker {
    /// Makes the topic that keeps transactions.
    func makeTransactionsReady() async throws {
        let found = try await ask(FindCoordinatorRequest(keyType: 1, coordinatorKeys: ["any"]))
        guard found.coordinators.first?.errorCode == 0 else { throw TestFailure("no coordinator: \(found)") }
    }

    /// What a reader of committed records sees of a partition now: their values as its client sorts them out.
    func committed(_ topic: String, partition: Int32 = 0) async throws -> [String] {
        var request = TestRecords.fetch(topic, partition: partition)
        request.isolationLevel = 1
        let data = try await ask(request, version: 12).only
        guard data.errorCode == 0, let records = data.records else {
            throw TestFailure("fetch: \(ErrorCode.of(data.errorCode).name)")
        }
        var aborted = (data.abortedTransactions ?? []).sorted { $0.firstOffset < $1.firstOffset }
        var skipped: Set<Int64> = []
        var values: [String] = []
        var batches = RecordBatchSequence(try records.readBytes())
        while let batch = try batches.next() {
            let header = batch.header
            while let next = aborted.first, next.firstOffset <= header.lastOffset.rawValue {
                skipped.insert(next.producerID)
                aborted.removeFirst()
            }
            if header.attributes.isControl {
                skipped.remove(header.producerID.rawValue)
            } else if !(header.attributes.isTransactional && skipped.contains(header.producerID.rawValue)) {
                values += try batch.records().map { $0.value?.string ?? "" }
            }
        }
        return values
    }

    /// The latest offset of a partition at an isolation level.
    func latest(_ topic: String, isolation: Int8, timestamp: Int64 = -1) async throws -> Int64 {
        let answer = try await ask(
            ListOffsetsRequest(
                replicaID: -1, isolationLevel: isolation,
                topics: [.init(name: topic, partitions: [.init(partitionIndex: 0, timestamp: timestamp)])]),
            version: 8)
        return answer.topics[0].partitions[0].offset
    }

    /// Waits until a topic's first partition has records and no open transaction.
    func waitForStability(of topic: String) async throws {
        try await wait(for: "the end of all transactions") {
            let (stable, end) = (try await latest(topic, isolation: 1), try await latest(topic, isolation: 0))
            return end > 0 && stable == end
        }
    }

    /// The last stable offset of a partition.
    func stableOffset(_ topic: String, partition: Int32) async throws -> Int64 {
        try await ask(TestRecords.fetch(topic, partition: partition), version: 12).only.lastStableOffset
    }

    /// A group's offset of the topic's first partition, and the error that takes its place.
    func offset(
        _ topic: String, group: String, requireStable: Bool = false
    ) async throws -> (offset: Int64, error: ErrorCode) {
        let answer = try await ask(
            OffsetFetchRequest(
                groups: [.init(groupID: group, topics: [.init(name: topic, partitionIndexes: [0])])],
                requireStable: requireStable), version: 9)
        let partition = answer.groups[0].topics[0].partitions[0]
        return (partition.committedOffset, .of(partition.errorCode))
    }
}
