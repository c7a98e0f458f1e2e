import ConnectAPI
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
