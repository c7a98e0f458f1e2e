import RecordFormat
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite struct ActiveTopicsTests {
    @Test func eachTopicIsNotedOnceUntilItIsForgotten() async throws {
        let log = MemoryLog()
        let writes = Counter()
        try await log.start { key, _ in if key?.string.hasPrefix("status-topic-") == true { writes.add() } }
        let fixture = try await TaskFixture(statusLog: log)
        let topics = ActiveTopics(id: TaskFixture.id, statuses: fixture.statuses)
        for _ in 0..<2 { await topics.note(["b", "b", "a", "b"]) }
        #expect(fixture.statusStore.topics(of: "c") == ["a", "b"])
        #expect(writes.value == 2)
        #expect(fixture.statusStore.topics(of: "d").isEmpty)
        // A reset: what is used again is noted again.
        try await fixture.statusStore.put(fixture.statuses.topicTombstones("c"))
        #expect(fixture.statusStore.topics(of: "c").isEmpty)
        await topics.note(["a"])
        #expect(fixture.statusStore.topics(of: "c") == ["a"])
        // A worker that starts finds them.
        let restarted = StatusStore(log: log, logger: fixture.logger)
        try await restarted.start()
        #expect(restarted.topics(of: "c") == ["a"])
    }

    @Test func aDeletedConnectorUsesNothing() async throws {
        let fixture = try await TaskFixture()
        let topics = ActiveTopics(id: TaskFixture.id, statuses: fixture.statuses)
        await topics.note(["a"])
        fixture.statuses.setDeleted("c", true)
        await topics.note(["b"])
        await fixture.statuses.forget("c", tasks: [TaskFixture.id])
        #expect(fixture.statusStore.topics(of: "c").isEmpty)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }
}
