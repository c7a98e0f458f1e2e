import ConnectAPI
import KafkaClient
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Batches with records that cannot be put.
@Suite(.timeLimit(.minutes(1))) struct PutBisectionTests {
    private static let partition = TopicPartition("t", 0)
    private static let settings = [
        "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dlq", "errors.put.bisect": "true",
        "errors.deadletterqueue.context.headers.enable": "true", "connector.class": "test.FakeSinkConnector",
    ]

    /// Against a model: exactly the poisoned ones are found, the others are put once each and in order, and that takes
    /// no more calls than is promised.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func exactlyThePoisonedOnesAreFound(seed: UInt64) {
        var random = SplitMix(seed)
        for _ in 0..<200 {
            let count = 1 + Int(random.next() % 200)
            let share = 1 + random.next() % 50
            var poisoned = Set((0..<count).filter { _ in random.next() % share == 0 })
            // The batch failed as a whole, so there is one at least.
            poisoned.insert(Int(random.next() % UInt64(count)))
            var search = PutBisection(count: count)
            var settled: [Int] = []
            var found: [Int] = []
            var calls = 0
            while let part = search.next {
                #expect(search.firstUnsettled == settled.count)
                calls += 1
                if poisoned.isDisjoint(with: part) {
                    settled += part
                    search.succeed()
                } else if let index = search.fail() {
                    settled.append(index)
                    found.append(index)
                }
            }
            #expect(settled == Array(0..<count) && found == poisoned.sorted())
            let depth = Int.bitWidth - (count - 1).leadingZeroBitCount
            #expect(calls <= max(1, 2 * poisoned.count * depth), "\(count) records, \(poisoned.count) poisoned")
        }
    }

    private func refuse(_ records: [SinkRecord], containing text: String) throws {
        for record in records where record.value.string?.contains(text) == true {
            throw ConnectError(.failed, "will not have \(text)")
        }
    }

    @Test func aPoisonedRecordGoesToTheDeadLettersAndItsNeighboursArrive() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let metrics = TaskMetrics()
        let task = FakeSinkTask(onPut: { try refuse($0, containing: "poison") })
        consumer.add(.assign([Self.partition]))
        consumer.add(["a", "b", "poison", "c", "d", "e"], to: Self.partition)
        try await fixture.running(
            task, on: consumer, connector: Self.settings, deadLetters: letters, metrics: metrics
        ) { _ in
            try await wait(for: "the commit") { consumer.commits.last == [Self.partition: LogOffset(6)] }
        }
        #expect(Array(task.put.joined()) == ["a", "b", "c", "d", "e"])
        #expect(!fixture.history.all.contains("FAILED"))
        #expect(letters.letters.map(\.value?.string) == ["poison"])
        let headers = Dictionary(
            uniqueKeysWithValues: letters.letters[0].headers.map { ($0.key, $0.value?.string ?? "") })
        #expect(headers["__connect.errors.stage"] == "TASK_PUT")
        #expect(headers["__connect.errors.offset"] == "2")
        #expect(headers["__connect.errors.exception.message"] == "will not have poison")
        let errors = metrics.measurements.errors
        #expect(errors.skipped == 1 && errors.letters == 1 && errors.lostLetters == 0 && errors.lastError > 0)
    }

    @Test func withoutTheKeyABatchThatFailsFailsTheTask() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let task = FakeSinkTask(onPut: { try refuse($0, containing: "poison") })
        consumer.add(.assign([Self.partition]))
        consumer.add(["a", "poison"], to: Self.partition)
        let settings = Self.settings.merging(["errors.put.bisect": "false"]) { $1 }
        try await fixture.running(task, on: consumer, connector: settings, deadLetters: letters) { _ in
            try await fixture.waitForState(.failed)
        }
        #expect(task.tries == 1 && letters.letters.isEmpty && consumer.commits.isEmpty)
    }

    @Test func aSystemThatTakesNothingFailsTheTaskAndNotTheTopic() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let task = FakeSinkTask(onPut: { _ in throw ConnectError(.failed, "it is down") })
        consumer.add(.assign([Self.partition]))
        consumer.add((0..<100).map { "\($0)" }, to: Self.partition)
        try await fixture.running(task, on: consumer, connector: Self.settings, deadLetters: letters) { _ in
            try await fixture.waitForState(.failed)
        }
        #expect(letters.letters.isEmpty)
        #expect(consumer.commits.isEmpty)
        #expect(fixture.statusStore.task(TaskFixture.id)?.trace?.contains("10 records in a row could not") == true)
    }

    @Test func smallBatchesThatAllFailAreCountedTogether() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let task = FakeSinkTask(onPut: { _ in throw ConnectError(.failed, "it is down") })
        consumer.add(.assign([Self.partition]))
        try await fixture.running(task, on: consumer, connector: Self.settings, deadLetters: letters) { _ in
            for count in 1...SinkTaskWork.poisonLimit {
                consumer.add(["\(count)"], to: Self.partition)
                try await wait(for: "letter \(count)") { letters.letters.count == count }
            }
            consumer.add(["one too many"], to: Self.partition)
            try await fixture.waitForState(.failed)
        }
        #expect(letters.letters.count == SinkTaskWork.poisonLimit)
    }

    @Test func whatMayWorkLaterIsHeldWithWhatFollows() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let isOpen = Mutex(false)
        let task = FakeSinkTask(onPut: { records in
            try refuse(records, containing: "poison")
            if !isOpen.withLock({ $0 }), records.contains(where: { $0.value.string == "late" }) {
                throw ConnectError(.unavailable, "not yet", isRetriable: true)
            }
        })
        consumer.add(.assign([Self.partition]))
        consumer.add(["a", "poison", "late", "b"], to: Self.partition)
        try await fixture.running(task, on: consumer, connector: Self.settings, deadLetters: letters) { _ in
            try await wait(for: "the pause") { consumer.paused == [Self.partition] }
            #expect(consumer.commits.isEmpty)
            isOpen.withLock { $0 = true }
            try await wait(for: "the commit") { consumer.commits.last == [Self.partition: LogOffset(4)] }
        }
        #expect(Array(task.put.joined()) == ["a", "late", "b"])
        #expect(letters.letters.map(\.value?.string) == ["poison"])
    }

    @Test func withoutToleranceTheRecordIsFoundAndFailsTheTask() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let letters = FakeDeadLetters()
        let task = FakeSinkTask(onPut: { try refuse($0, containing: "poison") })
        consumer.add(.assign([Self.partition]))
        consumer.add(["a", "poison", "b"], to: Self.partition)
        let settings = Self.settings.merging(["errors.tolerance": "none"]) { $1 }
        try await fixture.running(task, on: consumer, connector: settings, deadLetters: letters) { _ in
            try await fixture.waitForState(.failed)
        }
        #expect(letters.letters.map(\.value?.string) == ["poison"] && consumer.commits.isEmpty)
    }
}
