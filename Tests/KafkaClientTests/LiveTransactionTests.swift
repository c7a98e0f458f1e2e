import KafkaClient
import KafkaProtocol
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveTransactionTests {
    private static let topic = "t"

    private static func producer(
        _ client: KafkaClient, _ id: String? = "id", batchSize: Int = 16 << 10, timeout: Duration = .seconds(60)
    ) throws -> KafkaProducer {
        try KafkaProducer(
            client: client,
            configuration: ProducerConfiguration(
                batchSize: batchSize, transactionalID: id, transactionTimeout: timeout))
    }

    private static func records(_ values: [String], partition: Int32? = 0) -> [ProducerRecord] {
        values.map { ProducerRecord(topic: topic, partition: partition, value: ByteSlice($0)) }
    }

    @Test(arguments: LiveBroker.Way.allCases) func readersOfCommittedRecordsSeeWholeTransactions(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way, settings: ["num.partitions": "3"]) { _, client in
            let producer = try Self.producer(client)
            try await producer.initializeTransactions()
            for number in 0..<4 {
                try producer.beginTransaction()
                for partition in Int32(0)..<3 {
                    try await producer.enqueue(
                        contentsOf: Self.records(["\(number)a", "\(number)b"], partition: partition))
                }
                if number == 2 { try await producer.abortTransaction() } else { try await producer.commitTransaction() }
            }
            try producer.beginTransaction()
            // With its records there, the markers of those before are.
            _ = try await producer.send(contentsOf: Self.records(["open"]))
            let read = try await client.committedValues(of: Self.topic, waits: false)
            for partition in Int32(0)..<3 {
                #expect(read[partition] == ["0a", "0b", "1a", "1b", "3a", "3b"])
            }
            // An open transaction ends with its producer.
            await producer.close()
            let next = try Self.producer(client)
            try await next.initializeTransactions()
            try next.beginTransaction()
            _ = try await next.send(contentsOf: Self.records(["last"]))
            try await next.commitTransaction()
            #expect(try await client.committedValues(of: Self.topic)[0]?.last == "last")
            #expect(try await client.committedValues(of: Self.topic)[0]?.count == 7)
            await next.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aSecondProducerFencesTheFirst(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let first = try Self.producer(client)
            try await first.initializeTransactions()
            try first.beginTransaction()
            _ = try await first.send(contentsOf: Self.records(["zombie"]))
            let second = try Self.producer(client)
            try await second.initializeTransactions()
            let error = await #expect(throws: KafkaClientError.self) { try await first.commitTransaction() }
            #expect(error?.code == .fenced)
            // It stays so, whatever is tried.
            #expect(throws: KafkaClientError.self) { try first.beginTransaction() }
            let late = await #expect(throws: KafkaClientError.self) {
                try await first.send(contentsOf: Self.records(["zombie again"]))
            }
            #expect(late?.code == .fenced)
            try second.beginTransaction()
            _ = try await second.send(contentsOf: Self.records(["second"]))
            try await second.commitTransaction()
            #expect(try await client.committedValues(of: Self.topic)[0] == ["second"])
            await first.close()
            await second.close()
        }
    }

    @Test func aFencedProducerCannotSendAnyMore() async throws {
        try await LiveBroker.with(.socket) { _, client in
            let producer = try Self.producer(client)
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            _ = try await producer.send(contentsOf: Self.records(["before"]))
            let fenced = try await KafkaAdmin(client: client).fenceProducers(["id", "never used"])
            for id in ["id", "never used"] { #expect(throws: Never.self) { try fenced[id]?.get() } }
            #expect(fenced.count == 2)
            let error = await #expect(throws: KafkaClientError.self) {
                try await producer.send(contentsOf: Self.records(["after"]))
            }
            #expect(error?.code == .fenced)
            #expect(try await client.committedValues(of: Self.topic)[0] == [])
            await producer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func offsetsAreCommittedWithTheTransaction(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way) { _, client in
            let producer = try Self.producer(client)
            let admin = KafkaAdmin(client: client)
            let group = ConsumerGroupMetadata(groupID: "g")
            try await admin.createTopic(NewTopic("in"))
            let partition = TopicPartition("in", 0)
            try await producer.initializeTransactions()
            for (offset, isCommitted) in [(Int64(5), true), (9, false), (7, true)] {
                try producer.beginTransaction()
                _ = try await producer.send(contentsOf: Self.records(["\(offset)"]))
                try await producer.sendOffsets([partition: OffsetAndMetadata(LogOffset(offset))], of: group)
                if isCommitted { try await producer.commitTransaction() } else { try await producer.abortTransaction() }
                let expected: Int64 = isCommitted ? offset : 5
                #expect(
                    try await admin.listGroupOffsets("g", partitions: [partition])[partition]?.offset
                        == LogOffset(expected))
            }
            // Offsets alone are a transaction too.
            try producer.beginTransaction()
            try await producer.sendOffsets([partition: OffsetAndMetadata(LogOffset(11))], of: group)
            try await producer.commitTransaction()
            #expect(try await admin.listGroupOffsets("g", partitions: [partition])[partition]?.offset == LogOffset(11))
            #expect(try await client.committedValues(of: Self.topic)[0] == ["5", "7"])
            await producer.close()
        }
    }

    @Test func offsetsOfAMemberThatTheGroupDoesNotKnowAreRefused() async throws {
        try await LiveBroker.with(.inProcess) { _, client in
            try await KafkaAdmin(client: client).createTopic(NewTopic("in"))
            let producer = try Self.producer(client)
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            let error = await #expect(throws: KafkaClientError.self) {
                try await producer.sendOffsets(
                    [TopicPartition("in", 0): OffsetAndMetadata(LogOffset(1))],
                    of: ConsumerGroupMetadata(groupID: "g", generation: 3, memberID: "who"))
            }
            #expect(error?.errorCode == .unknownMemberID || error?.errorCode == .illegalGeneration)
            let commit = await #expect(throws: KafkaClientError.self) { try await producer.commitTransaction() }
            #expect(commit?.code == .transactionFailed)
            try await producer.abortTransaction()
            #expect(try await KafkaAdmin(client: client).listGroupOffsets("g").isEmpty)
            await producer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aTransactionWithALostRecordCanOnlyBeAborted(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way, settings: ["message.max.bytes": "2000"]) { _, client in
            let producer = try Self.producer(client, batchSize: 1)
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            let large = ProducerRecord(
                topic: Self.topic, partition: 0, value: ByteSlice([UInt8](repeating: 1, count: 5000)))
            let receipts = try await producer.enqueue(
                contentsOf: Self.records(["a"]) + [large] + Self.records(["b", "c"]))
            let error = await #expect(throws: KafkaClientError.self) { try await producer.commitTransaction() }
            #expect(error?.code == .transactionFailed && error?.errorCode == .messageTooLarge)
            let refused = await #expect(throws: KafkaClientError.self) { try await receipts[1].metadata() }
            #expect(refused?.errorCode == .messageTooLarge)
            // Neither another try nor more records make it whole.
            await #expect(throws: KafkaClientError.self) { try await producer.commitTransaction() }
            await #expect(throws: KafkaClientError.self) { try await producer.send(contentsOf: Self.records(["d"])) }
            try await producer.abortTransaction()
            for number in 0..<3 {
                try producer.beginTransaction()
                _ = try await producer.send(contentsOf: Self.records(["\(number)"]))
                try await producer.commitTransaction()
            }
            #expect(try await client.committedValues(of: Self.topic)[0] == ["0", "1", "2"])
            await producer.close()
        }
    }

    @Test func aRecordThatTheClientRefusesFailsTheTransaction() async throws {
        try await LiveBroker.with(.inProcess) { _, client in
            let producer = try Self.producer(client)
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            _ = try await producer.send(contentsOf: Self.records(["a"]))
            let large = ByteSlice([UInt8](repeating: 1, count: 2 << 20))
            let error = await #expect(throws: KafkaClientError.self) {
                try await producer.enqueue(ProducerRecord(topic: Self.topic, value: large))
            }
            #expect(error?.code == .recordTooLarge)
            let commit = await #expect(throws: KafkaClientError.self) { try await producer.commitTransaction() }
            #expect(commit?.code == .transactionFailed)
            try await producer.abortTransaction()
            #expect(try await client.committedValues(of: Self.topic)[0] == [])
            await producer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func aBatchThatIsTooLargeIsSplitWithinItsTransaction(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way, settings: ["message.max.bytes": "2000"]) { _, client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    batchSize: 8000, linger: .milliseconds(5), transactionalID: "id"))
            try await producer.initializeTransactions()
            var expected: [String] = []
            for round in 0..<3 {
                try producer.beginTransaction()
                let values = (0..<100).map { "\(round) \($0) " + String(repeating: "x", count: 200) }
                expected += values
                try await producer.enqueue(contentsOf: Self.records(values))
                try await producer.commitTransaction()
            }
            #expect(try await client.committedValues(of: Self.topic)[0] == expected)
            await producer.close()
        }
    }

    @Test func callsOutOfTurnAreRefusedAndChangeNothing() async throws {
        try await LiveBroker.with(.inProcess) { _, client in
            func refused(_ call: () async throws -> Void) async {
                let error = await #expect(throws: KafkaClientError.self) { try await call() }
                #expect(error?.code == .invalidState)
            }
            let plain = try Self.producer(client, nil)
            await refused { try await plain.initializeTransactions() }
            await refused { try plain.beginTransaction() }
            let producer = try Self.producer(client)
            await refused { try producer.beginTransaction() }
            await refused { _ = try await producer.send(contentsOf: Self.records(["too early"])) }
            try await producer.initializeTransactions()
            await refused { try await producer.initializeTransactions() }
            await refused { _ = try await producer.send(contentsOf: Self.records(["outside"])) }
            await refused { try await producer.commitTransaction() }
            await refused { try await producer.abortTransaction() }
            try producer.beginTransaction()
            await refused { try producer.beginTransaction() }
            // Nothing was sent, so there is nothing to tell the cluster.
            try await producer.commitTransaction()
            try producer.beginTransaction()
            try await producer.abortTransaction()
            try producer.beginTransaction()
            _ = try await producer.send(contentsOf: Self.records(["inside"]))
            try await producer.commitTransaction()
            #expect(try await client.committedValues(of: Self.topic)[0] == ["inside"])
            await producer.close()
            await plain.close()
        }
    }

    @Test func aTransactionThatTakesTooLongIsAbortedAndEndsItsProducer() async throws {
        try await LiveBroker.with(
            .inProcess, settings: ["transaction.abort.timed.out.transaction.cleanup.interval.ms": "10"]
        ) { _, client in
            let producer = try Self.producer(client, timeout: .milliseconds(50))
            try await producer.initializeTransactions()
            try producer.beginTransaction()
            var failure: KafkaClientError?
            // Sends until the cluster has had enough.
            while failure == nil {
                do { _ = try await producer.send(contentsOf: Self.records(["x"])) } catch {
                    failure = error as? KafkaClientError
                }
            }
            if failure?.code != .fenced {
                // The partition may have said that it knows of no transaction; the coordinator says why.
                failure = await #expect(throws: KafkaClientError.self) { try await producer.abortTransaction() }
            }
            #expect(failure?.code == .fenced)
            #expect(try await client.committedValues(of: Self.topic)[0] == [])
            await producer.close()
        }
    }

    @Test func settingsThatExcludeTransactionsAreRefused() {
        for configuration in [
            ProducerConfiguration(transactionalID: ""),
            ProducerConfiguration(isIdempotent: false, transactionalID: "id"),
            ProducerConfiguration(acknowledgement: .leader, transactionalID: "id"),
            ProducerConfiguration(transactionalID: "id", transactionTimeout: .zero),
        ] {
            #expect(throws: KafkaClientError.self) {
                _ = try KafkaProducer(
                    client: try KafkaClient(bootstrapServers: ["127.0.0.1:1"]), configuration: configuration)
            }
        }
    }
}

extension KafkaClient {
    /// The values that a reader of committed records finds in each partition of a topic.
    ///
    /// - Parameter waits: Whether it waits for transactions that are still open, or whose markers are still on their way.
    func committedValues(of topic: String, waits: Bool = true) async throws -> [Int32: [String]] {
        let consumer = try KafkaConsumer(
            client: self,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isolationLevel: .readCommitted))
        let partitions = try await consumer.partitions(of: topic).map { TopicPartition(topic, $0.partition) }
        try await consumer.assign(partitions)
        try await consumer.seekToBeginning(partitions)
        var values = Dictionary(uniqueKeysWithValues: partitions.map { ($0.partition, [String]()) })
        let ends = try await KafkaAdmin(client: self).listOffsets(
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, .latest) }),
            isolationLevel: waits ? .readUncommitted : .readCommitted)
        for (partition, end) in ends {
            while try await consumer.position(of: partition) < end.get().offset {
                for batch in try await consumer.poll(timeout: .milliseconds(100)) {
                    values[batch.topicPartition.partition]? += batch.records.map { $0.value?.string ?? "null" }
                }
            }
        }
        await consumer.close()
        return values
    }
}
