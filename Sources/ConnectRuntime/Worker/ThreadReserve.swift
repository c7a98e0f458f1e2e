import NIOCore
import NIOPosix
import Synchronization

/// The threads that connectors' code runs on, each lent to one ``TaskThread`` at a time. Safe to use from any thread.
///
/// There are a few for all that is quickly done, one for each piece of work that blocks or computes, and those that had
/// something to do a moment ago. A thread costs over 20 KB, its stack and what the allocator keeps for it, and most
/// connectors of a worker wait most of the time.
final class ThreadReserve: Sendable {
    typealias Work = @Sendable () -> Void
    private typealias Lending = ThreadLending<NIOThreadPool, Work>

    private struct State {
        var lending = Lending(limit: limit, patience: patience)
        /// Whether somebody looks at the work that waits.
        var isWatched = false
    }

    /// How many threads quick work shares. More than there are cores, as what is quick may wait for a disk.
    static let limit = max(4, 2 * System.coreCount)
    /// How long work may take and still be quick: the longest time that it holds up other work.
    static let patience = Duration.milliseconds(1)
    /// How long a thread is kept that has nothing to do.
    private static let idleTime = Duration.seconds(1)

    private let state = Mutex(State())

    deinit { endThreads(idleSince: .now) }

    /// How many threads do something, and how many have nothing to do.
    var counts: (lent: Int, idle: Int) { state.withLock { ($0.lending.lentCount, $0.lending.idleCount) } }

    /// Does work on a thread that does nothing else until it returns.
    ///
    /// - Parameter isSlow: Whether it may take long. Other work may have to wait a moment for a thread.
    func run(isSlow: Bool = false, _ work: @escaping Work) {
        let (start, isFirst) = state.withLock { state in
            let start = state.lending.add(work, isSlow: isSlow, at: .now)
            let isFirst = start == nil && !state.isWatched
            if isFirst { state.isWatched = true }
            return (start, isFirst)
        }
        if let start { begin(start) }
        if isFirst { Task { await watch() } }
    }

    private func begin(_ start: Lending.Start) {
        let thread = start.thread ?? Self.makeThread()
        thread.submit { [self] _ in
            var next: Lending.Loan? = start.loan
            while let loan = next {
                loan.work()
                next = state.withLock { $0.lending.finish(loan, on: thread, at: .now) }
            }
        }
    }

    /// Looks after work that waits for as long as there is some.
    private func watch() async {
        var isOver = false
        while !isOver {
            try? await Task.sleep(for: Self.patience)
            let starts = state.withLock { state in
                let starts = state.lending.look(at: .now)
                isOver = !state.lending.hasWaiting
                state.isWatched = !isOver
                return starts
            }
            for start in starts { begin(start) }
        }
    }

    /// Ends threads that nobody takes, until the task is cancelled.
    func tend() async {
        while (try? await Task.sleep(for: Self.idleTime)) != nil { endThreads(idleSince: .now - Self.idleTime) }
    }

    /// Ends the threads that have had nothing to do since `time`.
    func endThreads(idleSince time: ContinuousClock.Instant) {
        for thread in state.withLock({ $0.lending.takeIdle(since: time) }) { thread.shutdownGracefully { _ in } }
    }

    private static func makeThread() -> NIOThreadPool {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        return thread
    }
}
