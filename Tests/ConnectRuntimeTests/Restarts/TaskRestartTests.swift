import ConnectAPI
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Tasks that failed and come back by themselves.
@Suite(.timeLimit(.minutes(1))) struct TaskRestartTests {
    private static let partition = TopicPartition("t", 0)
    private static let restarts = [
        "task.restart.policy": "on-failure", "task.restart.backoff.ms": "1", "task.restart.backoff.max.ms": "1",
        "task.restart.max.attempts": "3",
    ]

    /// A sink task that fails its first puts.
    private func task(failing count: Int) -> FakeSinkTask {
        let left = Mutex(count)
        return FakeSinkTask(onPut: { _ in
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw ConnectError(.failed, "no luck") }
        })
    }

    @Test func aTaskThatFailedIsStartedAgain() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let metrics = TaskMetrics()
        let task = task(failing: 2)
        // Each life of the task has the partition assigned, and reads what was not committed again.
        for _ in 0..<3 { consumer.add(.assign([Self.partition])) }
        consumer.add(["a"], to: Self.partition)
        try await fixture.running(task, on: consumer, connector: Self.restarts, metrics: metrics) { _ in
            try await wait(for: "the commit") { consumer.commits == [[Self.partition: LogOffset(1)]] }
        }
        #expect(task.put == [["a"]] && task.tries == 3)
        #expect(metrics.measurements.restarts == 2)
        #expect(
            fixture.history.all == [
                "RUNNING", "FAILED", "RUNNING", "FAILED", "RUNNING", "UNASSIGNED",
            ])
    }

    @Test func aCrashLoopIsLeftFailedAndSaysSo() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = task(failing: 1_000)
        for _ in 0..<4 { consumer.add(.assign([Self.partition])) }
        consumer.add(["a"], to: Self.partition)
        try await fixture.running(task, on: consumer, connector: Self.restarts) { runner in
            try await wait(for: "the end of the loop") {
                fixture.statusStore.task(TaskFixture.id)?.trace?.contains("crash loop") == true
            }
            await runner.wait()
        }
        #expect(task.tries == 4)
        #expect(consumer.commits.isEmpty)
        let status = fixture.statusStore.task(TaskFixture.id)
        #expect(status?.state == .failed && status?.trace?.contains("no luck") == true)
    }

    @Test func betweenTwoTriesItIsFailedAndAStopEndsThat() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let task = task(failing: 1)
        consumer.add(.assign([Self.partition]))
        consumer.add(["a"], to: Self.partition)
        let patient = Self.restarts.merging([
            "task.restart.backoff.ms": "3600000", "task.restart.backoff.max.ms": "3600000",
        ]) { $1 }
        try await fixture.running(task, on: consumer, connector: patient) { runner in
            try await fixture.waitForState(.failed)
            let trace = fixture.statusStore.task(TaskFixture.id)?.trace
            #expect(trace?.contains("started again in 3600000 ms, the restart 1 of at most 3") == true)
            runner.setPaused(true)
            runner.setPaused(false)
        }
        #expect(task.tries == 1)
        #expect(fixture.history.all == ["RUNNING", "FAILED", "UNASSIGNED"])
    }
}
