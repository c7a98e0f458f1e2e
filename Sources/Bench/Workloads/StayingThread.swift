import Dispatch
import Synchronization

/// A thread that is the same from the start of its work to the end, where a task may change threads wherever it waits: programs of
/// others end with the thread that has started them.
enum StayingThread {
    /// Does work on a thread of its own.
    static func run<Outcome: Sendable>(_ body: @escaping @Sendable () throws -> Outcome) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "staying").async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Blocks the thread until a task has done its work.
    ///
    /// - Precondition: not called by a task, which would take a thread from those that tasks share.
    static func wait<Outcome: Sendable>(for work: @escaping @Sendable () async throws -> Outcome) throws -> Outcome {
        let waited = Waited<Outcome>()
        Task {
            let result: Result<Outcome, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            waited.finish(result)
        }
        return try waited.outcome()
    }

    /// What a task brings to the thread that waits for it.
    private final class Waited<Outcome: Sendable>: Sendable {
        private let result = Mutex<Result<Outcome, any Error>?>(nil)
        private let isDone = DispatchSemaphore(value: 0)

        func finish(_ outcome: Result<Outcome, any Error>) {
            result.withLock { $0 = outcome }
            isDone.signal()
        }

        func outcome() throws -> Outcome {
            isDone.wait()
            guard let found = result.withLock({ $0 }) else { preconditionFailure("work that is done has an outcome") }
            return try found.get()
        }
    }
}
