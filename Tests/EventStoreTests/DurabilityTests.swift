import EventStore
import LogCore
import RecordFormat
import ServerHarness
import Testing

/// What an append that requires the device waits for, and what it gets.
@Suite struct DurabilityTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    @Test func appendReturnsBehindTheSync() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        for index in 1...20 {
            let place = try await topic.append("\(index)", requiring: .device)
            let marks = try topic.watermarks(of: 0)
            #expect(marks.recoveryPoint >= place.nextOffset)
            #expect(marks.highWatermark >= place.nextOffset, "what was acknowledged can be read")
        }
        try store.close()
    }

    @Test func blockingAppendReturnsBehindTheSync() throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        for index in 1...20 {
            let place = try topic.appendAndWait("\(index)", requiring: .device)
            #expect(try topic.watermarks(of: 0).highWatermark >= place.nextOffset)
        }
        try store.close()
    }

    @Test func manyAppendersShareSyncs() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<50 { try await topic.append("a record of one batch", requiring: .device) }
                }
            }
            try await group.waitForAll()
        }
        let statistics = store.commitStatistics
        // Who comes to the gate when the sync is through already has not waited.
        #expect(statistics.records == 3200 && statistics.waiters <= 3200)
        #expect(statistics.syncs < 3200 / 2, "\(statistics)")
        #expect(statistics.failures == 0)
        #expect(statistics.syncTimes.counts.reduce(0, +) == statistics.syncs)
        #expect(statistics.recordsPerSync > 2 && statistics.waitersPerRound > 2)
        #expect(try statistics.bytes == topic.log(of: 0).log.appendedBytes)
        let median = try #require(statistics.syncTimes.bound(ofShare: 0.5))
        let slowest = try #require(statistics.syncTimes.bound(ofShare: 1))
        #expect(median <= slowest)
        try store.close()
    }

    /// No acknowledgement may follow a sync that failed, and no one may wait for one that will never come.
    @Test func failedSyncIsDeliveredToEveryWaiter() async throws {
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer)
        let topic = try store.topic("events")
        try await topic.append("safe", requiring: .device)
        try topic.log(of: 0).breakSyncs()
        let outcomes = await withTaskGroup(of: LogError?.self) { group in
            for index in 0..<100 {
                group.addTask {
                    do throws(LogError) {
                        try await topic.append(NewRecord(value: "\(index)"), requiring: .device)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0?.code == .io || $0?.code == .readOnly }, "\(outcomes)")
        let later = await #expect(throws: LogError.self) { try await topic.append("late", requiring: .device) }
        #expect(later?.code == .readOnly)
        #expect(try topic.watermarks(of: 0).highWatermark == LogOffset(1))
        #expect(throws: LogError.self) { try store.close() }
    }

    @Test func roundWithNothingToSyncCountsAsNone() async throws {
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer)
        let topic = try store.topic("events")
        try await topic.append("a", requiring: .device)
        store.requestFlush(of: try topic.log(of: 0))
        try await wait(for: "the empty round") { observer.flushed.count == 2 }
        #expect(store.commitStatistics.syncs == 1)
        try store.close()
    }
}
