internal import Synchronization

/// Two threads that read what is not in the page cache, so that a task that reads never blocks the pool it runs on.
///
/// Started by the first cold read; a store whose readers stay near the end never has them. Safe to use from any thread.
final class ReadPool: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct Queue {
        var jobs: [Job] = []
        var isStopping = false
    }

    /// What one device can be asked for at a time without the readers of one topic holding up all others.
    private static let threadCount = 2

    private let queue = Signal(Queue())
    /// `nil` once the pool has been stopped.
    private let threads = Mutex<[OwnedThread]?>([])

    /// Runs `body` on one of the threads; on the caller's if there is none.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        guard hasThreads() else { return body() }
        return await withCheckedContinuation { continuation in
            var isRefused = false
            queue.update { queue in
                isRefused = queue.isStopping
                if !isRefused { queue.jobs.append { continuation.resume(returning: body()) } }
                return !isRefused
            }
            // The store is being closed: what the body finds is a closed log.
            if isRefused { continuation.resume(returning: body()) }
        }
    }

    /// Whether there is a thread; starts them at first.
    private func hasThreads() -> Bool {
        threads.withLock { started in
            guard var threads = started else { return false }
            while threads.count < Self.threadCount {
                let name = "millrace-read-\(threads.count)"
                guard let thread = try? OwnedThread(name: name, body: { [queue] in Self.serve(queue) }) else { break }
                threads.append(thread)
            }
            started = threads
            return !threads.isEmpty
        }
    }

    private static func serve(_ queue: Signal<Queue>) {
        while true {
            let job = queue.wait(timeout: nil) { queue, _ -> Job?? in
                if !queue.jobs.isEmpty { return .some(queue.jobs.removeFirst()) }
                return queue.isStopping ? .some(nil) : nil
            }
            guard let job = job ?? nil else {
                // The next thread has to see it too.
                queue.update { _ in true }
                return
            }
            job()
        }
    }

    /// Finishes what was asked for and ends the threads.
    func stop() {
        queue.update { queue in
            queue.isStopping = true
            return true
        }
        let ending = threads.withLock { threads in
            defer { threads = nil }
            return threads ?? []
        }
        for thread in ending { thread.join() }
    }
}
