import ConnectAPI
import KafkaClient
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Records that cannot be processed, at each part of their way through a sink task.
@Suite struct DeadLetterQueueTests {
    private static let partition = TopicPartition("t", 3)
    private static let json = [
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
    ]
    private static let queue = [
        "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dlq",
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true",
    ]

    private static func settings(_ more: [String: String] = [:]) -> [String: String] {
        json.merging(queue) { $1 }.merging(more) { $1 }
    }

    /// The context headers of a letter, without their prefix.
    private static func context(_ letter: ProducerRecord) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: letter.headers.filter { $0.key.hasPrefix("__connect.errors.") }
                .map { (String($0.key.dropFirst("__connect.errors.".count)), $0.value?.string ?? "") })
    }

    /// What poisons a record, and how its letter tells of it.
    struct Poison: Sendable, CustomTestStringConvertible {
        var stage: String
        var className: String
        var settings: [String: String] = [:]
        var key = "k"
        var value = #"{"n":"poison"}"#
        var headers: [RecordHeader] = []
        var testDescription: String { stage }
    }

    private static let poisons = [
        Poison(
            stage: "KEY_CONVERTER", className: "org.apache.kafka.connect.converters.LongConverter",
            settings: ["key.converter": "Long"]),
        Poison(
            stage: "VALUE_CONVERTER", className: "org.apache.kafka.connect.json.JsonConverter", value: "{poison"),
        Poison(
            stage: "HEADER_CONVERTER", className: "org.apache.kafka.connect.json.JsonConverter",
            settings: ["header.converter": "JsonConverter"], headers: [RecordHeader(key: "h", value: ByteSlice("{"))]),
        Poison(
            stage: "TRANSFORMATION", className: "org.apache.kafka.connect.transforms.Cast$Value",
            settings: ["transforms": "c", "transforms.c.type": "Cast$Value", "transforms.c.spec": "n:int32"]),
        Poison(stage: "TASK_PUT", className: "test.FakeSinkConnector"),
    ]

    @Test(arguments: poisons) func aPoisonedRecordIsKeptAndItsNeighboursArrive(poison: Poison) async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let context = Mutex<(any SinkTaskContext)?>(nil)
        let task = FakeSinkTask(
            onPut: { records in
                guard poison.stage == "TASK_PUT" else { return }
                let reporter = try #require(context.withLock { $0 }?.errantRecordReporter)
                for record in records where "\(record.value)".contains("poison") {
                    try await reporter.report(record, error: ConnectError(.invalidData, "will not have it"))
                }
            }, onOpen: { found, _ in context.withLock { $0 = found } })
        let long = ByteSlice([0, 0, 0, 0, 0, 0, 0, 1])
        let goodKey = poison.stage == "KEY_CONVERTER" ? long : ByteSlice("k")
        consumer.add(.assign([Self.partition]))
        consumer.add(key: goodKey, value: ByteSlice(#"{"n":"1"}"#), to: Self.partition)
        consumer.add(
            key: ByteSlice(poison.key), value: ByteSlice(poison.value), headers: poison.headers, to: Self.partition)
        consumer.add(key: goodKey, value: ByteSlice(#"{"n":"2"}"#), to: Self.partition)
        var settings = Self.settings(poison.settings)
        settings["connector.class"] = "test.FakeSinkConnector"
        try await fixture.running(task, on: consumer, connector: settings, deadLetters: letters) { _ in
            try await wait(for: "the commit") { consumer.commits.last == [Self.partition: LogOffset(3)] }
        }
        #expect(!fixture.history.all.contains("FAILED"))
        let put = Array(task.put.joined()).filter { !$0.contains("poison") }
        #expect(put == ["{n=1}", "{n=2}"])
        #expect(letters.topic == "dlq" && letters.replicationFactor == 1 && letters.isClosed)
        let letter = try #require(letters.letters.first)
        #expect(letters.letters.count == 1)
        #expect(letter.topic == "dlq" && letter.key?.string == poison.key && letter.value?.string == poison.value)
        #expect(letter.timestamp == Timestamp(milliseconds: 7))
        #expect(Array(letter.headers.prefix(poison.headers.count)) == poison.headers)
        var found = Self.context(letter)
        #expect(found.count == 10)
        #expect(found.removeValue(forKey: "exception.message")?.isEmpty == false)
        #expect(found.removeValue(forKey: "exception.stacktrace")?.isEmpty == false)
        #expect(
            found == [
                "topic": "t", "partition": "3", "offset": "1", "connector.name": "c", "task.id": "0",
                "stage": poison.stage, "class.name": poison.className,
                "exception.class.name": "ConnectAPI.ConnectError",
            ])
    }

    @Test func headersAreLeftOutUnlessTheyAreAskedFor() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        consumer.add(.assign([Self.partition]))
        consumer.add(value: ByteSlice("{"), to: Self.partition)
        let settings = Self.settings(["errors.deadletterqueue.context.headers.enable": "false"])
        try await fixture.running(FakeSinkTask(), on: consumer, connector: settings, deadLetters: letters) { _ in
            try await wait(for: "the letter") { letters.letters.count == 1 }
        }
        #expect(letters.letters[0].headers.isEmpty)
    }

    @Test func offsetsWaitForTheirDeadLetters() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let gate = Gate()
        let letters = FakeDeadLetters(onFlush: { await gate.pass() })
        consumer.add(.assign([Self.partition]))
        consumer.add(value: ByteSlice("{"), to: Self.partition)
        try await fixture.running(FakeSinkTask(), on: consumer, connector: Self.settings(), deadLetters: letters) { _ in
            await gate.waitForArrival()
            #expect(consumer.commits.isEmpty)
            gate.open()
            try await wait(for: "the commit") { consumer.commits == [[Self.partition: LogOffset(1)]] }
        }
    }

    @Test func aLetterThatIsLostFailsTheTask() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        letters.failFlushes()
        consumer.add(.assign([Self.partition]))
        consumer.add(value: ByteSlice("{"), to: Self.partition)
        try await fixture.running(FakeSinkTask(), on: consumer, connector: Self.settings(), deadLetters: letters) { _ in
            try await fixture.waitForState(.failed)
        }
        #expect(consumer.commits.isEmpty)
        #expect(fixture.statusStore.task(TaskFixture.id)?.trace?.contains("the letter is lost") == true)
    }

    @Test func whatIsNotToleratedFailsTheTaskAndIsKeptAllTheSame() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        consumer.add(.assign([Self.partition]))
        consumer.add(value: ByteSlice("{"), to: Self.partition)
        let settings = Self.settings(["errors.tolerance": "none"])
        try await fixture.running(FakeSinkTask(), on: consumer, connector: settings, deadLetters: letters) { _ in
            try await fixture.waitForState(.failed)
        }
        #expect(letters.letters.count == 1)
        #expect(consumer.commits.isEmpty)
        let trace = fixture.statusStore.task(TaskFixture.id)?.trace
        #expect(trace?.contains("Tolerance exceeded in error handler") == true)
    }

    @Test func theHeadersOfALetterHaveNoSecrets() async throws {
        let fixture = try await TaskFixture()
        let letters = FakeDeadLetters()
        let environment = fixture.environment(
            WorkerClients(
                makeProducer: { throw ConnectError(.failed, "no") }, makeConsumer: { _ in FakeSinkConsumer() },
                makeDeadLetterOutlet: { _, _ in letters }, groupOffsets: NoGroupOffsets()),
            Self.settings(["errors.deadletterqueue.context.headers.enable": "true"]))
        environment.redactor.learn(["canary"])
        let queue = try #require(try await DeadLetterQueue(environment))
        let cause = ConnectError(.failed, "canary refused", cause: ConnectError(.unavailable, "not canary"))
        try await queue.add(
            RecordFailure(
                step: ProcessingStep(stage: .put, className: "test.Task"),
                record: .consumed(
                    Record(
                        offset: LogOffset(1), timestamp: Timestamp(milliseconds: 1), key: nil, value: nil, headers: []),
                    Self.partition), error: cause))
        let headers = try #require(letters.letters.first?.headers)
        let values = headers.map { $0.value?.string ?? "" }
        #expect(values.contains("[hidden] refused") && values.contains { $0.contains("not [hidden]") })
        #expect(!values.contains { $0.contains("canary") })
    }

    @Test func aTaskWithoutAQueueHasNobodyToReportTo() async throws {
        for (settings, isThere) in [
            (Self.json, false), (Self.json.merging(["errors.log.enable": "true"]) { $1 }, true),
        ] {
            let fixture = try await TaskFixture()
            let consumer = FakeSinkConsumer()
            let hasReporter = Mutex<Bool?>(nil)
            let task = FakeSinkTask(onOpen: { context, _ in
                hasReporter.withLock { $0 = context.errantRecordReporter != nil }
            })
            consumer.add(.assign([Self.partition]))
            try await fixture.running(task, on: consumer, connector: settings) { _ in
                try await wait(for: "the assignment") { hasReporter.withLock { $0 != nil } }
            }
            #expect(hasReporter.withLock { $0 } == isThere)
        }
    }

    @Test func lettersAreWrittenToATopicOfOnePartition() async throws {
        try await LiveClient.with { client in
            for _ in 0..<2 {
                // The second one finds the topic there.
                let outlet = try await WorkerClients(client: client).makeDeadLetterOutlet("dlq", 1)
                try await outlet.send(ProducerRecord(topic: "dlq", key: nil, value: ByteSlice("letter")))
                try await outlet.flush()
                await outlet.close()
            }
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
            #expect(try await consumer.partitions(of: "dlq").count == 1)
            let partition = TopicPartition("dlq", 0)
            #expect(try await consumer.endOffsets([partition])[partition] == LogOffset(2))
            await consumer.close()
            await #expect(throws: ConnectError.self) {
                try await WorkerClients(client: client).makeDeadLetterOutlet("other", 3)
            }
        }
    }
}
