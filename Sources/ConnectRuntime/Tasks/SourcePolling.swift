import ConnectAPI
import Logging

/// Asks a source task for records, in a way that a pause or a stop interrupts.
struct SourcePolling: Sendable {
    let task: any SourceTask
    let id: ConnectorTaskID
    let control: TaskControl
    let thread: TaskThread
    let logger: Logger

    /// How long to wait before a poll that failed for the moment is tried again.
    private static let retryPause = Duration.milliseconds(500)

    /// The next records; none where there are none now, the poll was interrupted, or is to be tried again.
    ///
    /// - Throws: What fails the task.
    func next() async throws -> [SourceRecord] { try await next { try await $0.poll() } }

    /// As ``next()``, in the form that costs the task the least.
    func nextBatches() async throws -> [SourceBatch] { try await next { try await $0.pollBatches() } }

    private func next<Element: Sendable>(
        _ poll: @escaping @Sendable (any SourceTask) async throws -> [Element]
    ) async throws -> [Element] {
        do {
            return try await control.interruptible(on: thread) { [task] in try await poll(task) } ?? []
        } catch let error as ConnectError where error.isRetriable {
            logger.warning(
                "a poll failed and is tried again", metadata: ["task": "\(id)", "error": "\(error)"])
            await control.sleep(for: Self.retryPause)
            return []
        }
    }
}

extension TaskEnvironment {
    /// What a source task of this environment is polled with.
    func polling(_ task: any SourceTask, control: TaskControl, thread: TaskThread) -> SourcePolling {
        SourcePolling(task: task, id: id, control: control, thread: thread, logger: logger)
    }
}
