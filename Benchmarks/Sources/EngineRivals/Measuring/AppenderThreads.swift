import Foundation
import Synchronization

/// Threads that append to one contestant at once, each waiting for its own appends one after the other.
struct AppenderThreads {
    private let workload: Workload

    init(_ workload: Workload) { self.workload = workload }

    /// The seconds from the moment that all threads may begin until the last has ended.
    func run(_ contestant: any ConcurrentContestant) throws -> Double {
        let state = State()
        let share = workload.records / workload.appenders
        let workload = workload
        for index in 0..<workload.appenders {
            let thread = Thread {
                state.begin.wait()
                do {
                    for first in stride(from: index * share, to: (index + 1) * share, by: workload.batch) {
                        try contestant.append(first..<first + workload.batch)
                    }
                } catch {
                    state.failure.withLock { $0 = $0 ?? error }
                }
                state.end.signal()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        let seconds = Contest.seconds {
            for _ in 0..<workload.appenders { state.begin.signal() }
            for _ in 0..<workload.appenders { state.end.wait() }
        }
        if let failure = state.failure.withLock({ $0 }) { throw failure }
        return seconds
    }

    /// What the threads share.
    private final class State: Sendable {
        let begin = DispatchSemaphore(value: 0)
        let end = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
    }
}
