import ConnectAPI
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite struct SinkTaskWorkTests {
    private static let first = TopicPartition("t", 0)
    private static let second = TopicPartition("t", 1)

    @Test func offsetsAreCommittedOnceTheTaskKeepsItsRecords() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask()
        consumer.add(.assign([Self.first]))
        consumer.add(["a", "b"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the commit") { consumer.commits == [[Self.first: LogOffset(2)]] }
        }
        #expect(task.put == [["a", "b"]])
        #expect(fixture.statusStore.task(TaskFixture.id)?.state == .unassigned)
        #expect(consumer.isClosed && task.isStopped)
    }

    @Test func nothingIsCommittedAfterAFlushThatFailed() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        // As with fsync: the error is reported once, and a second try would seem to succeed.
        let failures = Mutex(1)
        let task = FakeSinkTask(onPreCommit: {
            let fails = failures.withLock { count in
                defer { count = 0 }
                return count > 0
            }
            if fails { throw ConnectError(.failed, "disk error") }
        })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in try await fixture.waitForState(.failed) }
        #expect(consumer.commits.isEmpty)
        #expect(task.preCommits == 1)
        #expect(fixture.statusStore.task(TaskFixture.id)?.trace?.contains("disk error") == true)
    }

    @Test func nothingIsCommittedAfterAPutThatFailed() async throws {
        let fixture = try await TaskFixture(["offset.flush.interval.ms": "3600000"])
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask(onPut: { records in
            if records.contains(where: { $0.value == .string("bad") }) { throw ConnectError(.failed, "no") }
        })
        consumer.add(.assign([Self.first]))
        consumer.add(["good"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the first batch") { task.put == [["good"]] }
            consumer.add(["bad"], to: Self.first)
            try await fixture.waitForState(.failed)
        }
        #expect(task.preCommits == 0)
        #expect(consumer.commits.isEmpty)
    }

    @Test func aCommitThatFailsIsMadeUpForByTheNext() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask()
        consumer.failCommits(2)
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the commit") { consumer.commits == [[Self.first: LogOffset(1)]] }
        }
        #expect(!fixture.history.all.contains("FAILED"))
        #expect(consumer.failingCommitsLeft == 0)
    }

    @Test func aPreCommitThatMayWorkLaterIsTriedAgain() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let tries = Mutex(0)
        let task = FakeSinkTask(onPreCommit: {
            let isFirst = tries.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { throw ConnectError(.unavailable, "busy", isRetriable: true) }
        })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the commit") { consumer.commits == [[Self.first: LogOffset(1)]] }
        }
        #expect(!fixture.history.all.contains("FAILED"))
    }

    @Test func aBatchThatMayWorkLaterIsHeldWhileTheGroupIsKept() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let isOpen = Mutex(false)
        let task = FakeSinkTask(onPut: { _ in
            if !isOpen.withLock({ $0 }) { throw ConnectError(.unavailable, "not yet", isRetriable: true) }
        })
        consumer.add(.assign([Self.first, Self.second]))
        consumer.add(["a"], to: Self.first)
        consumer.add(["b"], to: Self.second)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "some tries") { task.tries > 2 }
            let polls = consumer.polls
            #expect(consumer.paused == [Self.first, Self.second])
            consumer.add(["later"], to: Self.first)
            try await wait(for: "polls") { consumer.polls > polls + 2 }
            #expect(task.put.isEmpty && consumer.commits.isEmpty)
            isOpen.withLock { $0 = true }
            try await wait(for: "both batches") { task.put == [["a", "b"], ["later"]] }
            try await wait(for: "the commit") { consumer.commits.contains { $0[Self.first] == LogOffset(2) } }
            #expect(consumer.paused.isEmpty)
        }
    }

    @Test func aHeldBatchLosesWhatARebalanceTakes() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let isOpen = Mutex(false)
        let task = FakeSinkTask(onPut: { _ in
            if !isOpen.withLock({ $0 }) { throw ConnectError(.unavailable, "not yet", isRetriable: true) }
        })
        consumer.add(.assign([Self.first, Self.second]))
        consumer.add(["a"], to: Self.first)
        consumer.add(["b"], to: Self.second)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "a try") { task.tries > 0 }
            consumer.add(.revoke([Self.first]))
            try await wait(for: "the close") { task.closed == [[Self.first]] }
            isOpen.withLock { $0 = true }
            try await wait(for: "the rest") { task.put == [["b"]] }
            try await wait(for: "the commit") { consumer.commits == [[Self.second: LogOffset(1)]] }
        }
    }

    @Test func aHeldBatchKeepsNobodyFromPausingOrStopping() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask(onPut: { _ in throw ConnectError(.unavailable, "never", isRetriable: true) })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { runner in
            try await wait(for: "a try") { task.tries > 0 }
            runner.setPaused(true)
            try await fixture.waitForState(.paused)
            let tries = task.tries
            let polls = consumer.polls
            try await wait(for: "polls") { consumer.polls > polls + 2 }
            #expect(task.tries == tries)
            runner.setPaused(false)
            try await wait(for: "another try") { task.tries > tries }
        }
        #expect(fixture.statusStore.task(TaskFixture.id)?.state == .unassigned)
        #expect(consumer.commits.isEmpty && consumer.isClosed && task.isStopped)
    }

    @Test func aTaskThatHangsIsAbandonedAndItsPartitionsAreFreed() async throws {
        let fixture = try await TaskFixture(["task.shutdown.graceful.timeout.ms": "1"])
        let consumer = FakeSinkConsumer()
        let gate = Gate()
        let task = FakeSinkTask(onPut: { _ in await gate.pass() })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in await gate.waitForArrival() }
        #expect(consumer.isAbandoned && !consumer.isClosed)
        #expect(fixture.history.all == ["RUNNING", "UNASSIGNED"])
        // A successor's word stands, whatever the one that hung does when it comes back.
        await fixture.statuses.report(TaskFixture.id, .running)
        gate.open()
        try await wait(for: "the end") { task.isStopped }
        #expect(consumer.commits.isEmpty)
        #expect(fixture.statusStore.task(TaskFixture.id)?.state == .running)
    }

    @Test func aTaskThatHangsInItsCloseIsAbandonedToo() async throws {
        let fixture = try await TaskFixture(["task.shutdown.graceful.timeout.ms": "1"])
        let consumer = FakeSinkConsumer()
        let gate = Gate()
        let task = FakeSinkTask(onClose: { await gate.pass() })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the commit") { consumer.commits == [[Self.first: LogOffset(1)]] }
        }
        #expect(consumer.isAbandoned)
        gate.open()
        try await wait(for: "the end") { task.isStopped }
    }

    @Test func aSeekInOpenComesBeforeTheFirstRecord() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask(onOpen: { context, partitions in
            context.seek(to: [Self.first: LogOffset(2)])
            context.pause(partitions.filter { $0 == Self.second })
        })
        consumer.add(.assign([Self.first, Self.second]))
        consumer.add(["a", "b", "c"], to: Self.first)
        consumer.add(["x"], to: Self.second)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the commit") { consumer.commits.contains { $0[Self.first] == LogOffset(3) } }
        }
        #expect(task.put == [["c"]])
    }

    @Test func aCloseThatFailsKeepsNothingOpen() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = FakeSinkTask(onClose: { throw ConnectError(.failed, "no") })
        consumer.add(.assign([Self.first]))
        consumer.add(["a"], to: Self.first)
        try await fixture.running(task, on: consumer) { _ in
            try await wait(for: "the batch") { task.put == [["a"]] }
        }
        #expect(consumer.isClosed && task.isStopped)
    }

    @Test func aConversionThatIsTriedForEverEndsWithAStop() async throws {
        let fixture = try await TaskFixture()
        let control = TaskControl(.run)
        let policy = try RecordErrorPolicy(
            ["errors.retry.timeout": "-1", "errors.tolerance": "all"], control: control, logger: fixture.logger)
        let tries = Mutex(0)
        let run = Task {
            try await policy.run(
                on: .polled(SourceRecord(sourcePartition: [:], sourceOffset: [:], topic: "t", value: .null)),
                beginningWith: ProcessingStep(stage: .keyConverter, className: "c")
            ) { _ -> Int? in
                tries.withLock { $0 += 1 }
                throw ConnectError(.unavailable, "never", isRetriable: true)
            }
        }
        try await wait(for: "a try") { tries.withLock { $0 } > 0 }
        control.demand(.stop)
        // Not skipped, although everything is tolerated.
        await #expect(throws: ConnectError.self) { try await run.value }
    }
}
