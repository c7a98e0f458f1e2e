import ConnectAPI
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct SourceTaskWorkTests {
    private static let partition: ConnectMap = ["file": .string("f")]

    @Test func offsetsThatCannotBeStoredAreStoredLater() async throws {
        try await LiveClient.with { client in
            let failures = Mutex(2)
            let log = MemoryLog { _ in
                let fails = failures.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left > 0
                }
                if fails { throw ConnectError(.unavailable, "no") }
            }
            let fixture = try await TaskFixture(offsetLog: log)
            let task = FakeSourceTask()
            task.add(3)
            try await fixture.running(task, producing: client) { _ in
                try await wait(for: "the offset") {
                    try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(3)]
                }
            }
            #expect(failures.withLock { $0 } == 0)
            #expect(!fixture.history.all.contains("FAILED"))
            #expect(task.acknowledged == 3 && task.isStopped)
        }
    }

    /// A task that keeps what it hears of its records.
    private final class ListeningTask: SourceTask {
        let takesAcknowledgements: Bool
        private let state = Mutex((hasPolled: false, places: [(record: SourceRecord, place: RecordPlace?)]()))

        init(takesAcknowledgements: Bool) { self.takesAcknowledgements = takesAcknowledgements }

        var version: String { "1" }
        var places: [(record: SourceRecord, place: RecordPlace?)] { state.withLock { $0.places } }

        func start(context: any SourceTaskContext, configuration: [String: String]) async throws {}

        func poll() async throws -> [SourceRecord] {
            await Task.yield()
            let isFirst = state.withLock { state in
                defer { state.hasPolled = true }
                return !state.hasPolled
            }
            guard isFirst else { return [] }
            return [nil, "a", "b", nil, nil, "c", nil].enumerated().map { index, text in
                SourceRecord(
                    sourcePartition: SourceTaskWorkTests.partition,
                    sourceOffset: ["line": .int64(Int64(index + 1))], topic: "t",
                    value: text.map { .string($0) } ?? .null)
            }
        }

        func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {
            state.withLock { $0.places += records }
        }

        func stop() async throws {}
    }

    @Test(arguments: [true, false]) func aTaskHearsWhereEachRecordWentIfItWants(wants: Bool) async throws {
        try await LiveClient.with { client in
            let fixture = try await TaskFixture()
            let task = ListeningTask(takesAcknowledgements: wants)
            let metrics = TaskMetrics()
            let connector = [
                "transforms": "drop", "transforms.drop.type": "Filter", "transforms.drop.predicate": "tombstone",
                "predicates": "tombstone", "predicates.tombstone.type": "RecordIsTombstone",
            ]
            try await fixture.running(task, producing: client, connector: connector, metrics: metrics) { _ in
                try await wait(for: "the offset") {
                    try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(7)]
                }
            }
            let offsets: [Int64?] = [nil, 0, 1, nil, nil, 2, nil]
            #expect(task.places.map { $0.place?.offset.rawValue } == (wants ? offsets : []))
            #expect(task.places.map(\.record.value.string) == (wants ? [nil, "a", "b", nil, nil, "c", nil] : []))
            let entries = metrics.measurements.source.entries(at: .now)
            #expect(entries.contains { $0.name == "source-record-write-total" && $0.value == .total(3) })
        }
    }

    @Test func aPauseWhoseOffsetsCannotBeStoredIsNoFailure() async throws {
        try await LiveClient.with { client in
            let isBroken = Mutex(true)
            let log = MemoryLog { _ in if isBroken.withLock({ $0 }) { throw ConnectError(.unavailable, "no") } }
            let fixture = try await TaskFixture(["offset.flush.interval.ms": "3600000"], offsetLog: log)
            let task = FakeSourceTask()
            task.add(3)
            try await fixture.running(task, producing: client) { runner in
                try await wait(for: "the acknowledgement") { task.acknowledged == 3 }
                runner.setPaused(true)
                try await fixture.waitForState(.paused)
                #expect(fixture.offsets.offsets(of: "c").isEmpty)
                isBroken.withLock { $0 = false }
                runner.setPaused(false)
                try await fixture.waitForState(.running)
            }
            #expect(try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(3)])
        }
    }

    @Test func storesOfOffsetsDoNotOverlap() async throws {
        try await LiveClient.with { client in
            let gate = Gate()
            let underWay = Mutex((now: 0, most: 0))
            let log = MemoryLog { _ in
                underWay.withLock { count in
                    count.now += 1
                    count.most = max(count.most, count.now)
                }
                await gate.pass()
                underWay.withLock { $0.now -= 1 }
            }
            let fixture = try await TaskFixture(offsetLog: log)
            let task = FakeSourceTask()
            task.add(1)
            try await fixture.running(task, producing: client) { runner in
                await gate.waitForArrival()
                task.add(1)
                try await wait(for: "the second record") { task.acknowledged == 2 }
                runner.setPaused(true)
                gate.open()
                try await fixture.waitForState(.paused)
                // The pause waited for its turn and stored what came meanwhile.
                #expect(try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(2)])
            }
            #expect(underWay.withLock { $0.most } == 1)
        }
    }

    @Test func aPollThatAPauseInterruptsIsNoFailureAfterTheResume() async throws {
        let control = TaskControl(.run)
        let thread = TaskThread()
        let gate = Gate()
        let polled = Task {
            try await control.interruptible(on: thread) { () -> Int in
                await gate.pass()
                try Task.checkCancellation()
                return 1
            }
        }
        await gate.waitForArrival()
        control.demand(.pause)
        control.demand(.run)
        gate.open()
        #expect(try await polled.value == nil)
    }

    @Test func aPollThatFailsWhileAPauseComesIsAFailure() async throws {
        let control = TaskControl(.run)
        let thread = TaskThread()
        let gate = Gate()
        let polled = Task {
            try await control.interruptible(on: thread) { () -> Int in
                await gate.pass()
                throw ConnectError(.failed, "the connection is lost")
            }
        }
        await gate.waitForArrival()
        control.demand(.pause)
        gate.open()
        await #expect(throws: ConnectError.self) { try await polled.value }
    }

    @Test func aTaskThatHangsIsAbandonedWithItsOffsetsStored() async throws {
        try await LiveClient.with { client in
            let fixture = try await TaskFixture([
                "offset.flush.interval.ms": "3600000", "task.shutdown.graceful.timeout.ms": "100",
            ])
            let gate = Gate()
            let polls = Mutex(0)
            let task = FakeSourceTask {
                let number = polls.withLock { polls in
                    polls += 1
                    return polls
                }
                if number > 1 { await gate.pass() }
            }
            task.add(2)
            task.add(1)
            try await fixture.running(task, producing: client) { _ in
                await gate.waitForArrival()
                try await wait(for: "the acknowledgement") { task.acknowledged == 2 }
            }
            #expect(try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(2)])
            #expect(fixture.history.all == ["RUNNING", "UNASSIGNED"])
            await fixture.statuses.report(TaskFixture.id, .running)
            gate.open()
            try await wait(for: "the end") { task.isStopped }
            // What it returned after all went nowhere, and nobody spoke for it any more.
            #expect(try fixture.offsets.offset(of: "c", Self.partition) == ["line": .int64(2)])
            #expect(fixture.statusStore.task(TaskFixture.id)?.state == .running)
        }
    }
}
