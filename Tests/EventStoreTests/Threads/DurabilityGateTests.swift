import Foundation
import LogCore
import RecordFormat
import Synchronization
import Testing

@testable import EventStore

/// Threads that wait for a sync, all those of a round at one door.
@Suite struct DurabilityGateTests {
    private let waiting = WaiterCount()

    /// Has a thread wait for `offset`; what it got is in the list once it goes on.
    private func wait(for offset: Int64, at gate: DurabilityGate, _ results: Results) {
        Thread.detachNewThread {
            do throws(LogError) {
                try gate.waitBlocking(for: LogOffset(offset))
                results.list.withLock { $0.append((offset, nil)) }
            } catch { results.list.withLock { $0.append((offset, error.code)) } }
            results.came.signal()
        }
    }

    private final class Results: Sendable {
        let list = Mutex<[(offset: Int64, error: LogError.Code?)]>([])
        let came = DispatchSemaphore(value: 0)
    }

    private func open(_ gate: DurabilityGate, to offset: Int64) -> Int {
        var batch = WakeBatch()
        _ = gate.open(to: LogOffset(offset), into: &batch)
        let count = batch.appenderCount
        batch.wake()
        return count
    }

    private func untilWaiting(_ count: Int) { while waiting.value != count { sched_yield() } }

    @Test func aDoorThatOpensTooEarlyIsNotTheEndOfTheWait() {
        let gate = DurabilityGate(reached: .zero, waiting: waiting)
        let results = Results()
        for offset: Int64 in [5, 10, 11] { wait(for: offset, at: gate, results) }
        untilWaiting(3)
        #expect(open(gate, to: 5) == 1, "one has what it waits for")
        results.came.wait()
        untilWaiting(2)
        #expect(results.list.withLock { $0.map(\.offset) } == [5])
        #expect(open(gate, to: 7) == 0)
        #expect(open(gate, to: 11) == 2)
        for _ in 0..<2 { results.came.wait() }
        #expect(results.list.withLock { $0.map(\.offset).sorted() } == [5, 10, 11])
        #expect(results.list.withLock { $0.allSatisfy { $0.error == nil } })
        #expect(waiting.value == 0)
    }

    @Test func aFailureReachesThoseWhoseRecordsAreNotDurable() {
        let gate = DurabilityGate(reached: .zero, waiting: waiting)
        let results = Results()
        wait(for: 5, at: gate, results)
        untilWaiting(1)
        gate.beginRound()
        for offset: Int64 in [6, 7] { wait(for: offset, at: gate, results) }
        untilWaiting(3)
        gate.fail(LogError(.io, "the device is gone"))
        #expect(open(gate, to: 6) == 3)
        for _ in 0..<3 { results.came.wait() }
        let codes = results.list.withLock { $0.sorted { $0.offset < $1.offset }.map(\.error) }
        #expect(codes == [nil, nil, .io])
        #expect(waiting.value == 0)
        #expect(throws: LogError.self) { try gate.waitBlocking(for: LogOffset(8)) }
    }
}
