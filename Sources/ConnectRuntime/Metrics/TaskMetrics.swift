import ConnectAPI
import Synchronization

/// What one task's work tells about itself. Safe to use from any thread; each note takes one uncontended lock, once per
/// batch.
final class TaskMetrics: Sendable {
    /// The calls of the task's code that are under way.
    let calls = CallMonitor()
    private let state: Mutex<TaskMeasurements>

    init(_ settings: MeasureSettings = MeasureSettings()) {
        state = Mutex(TaskMeasurements(settings, at: .now))
    }

    /// Takes a note.
    func note(_ change: (inout TaskMeasurements, ContinuousClock.Instant) -> Void) {
        let now = ContinuousClock.now
        state.withLock { change(&$0, now) }
    }

    /// Takes note of a commit of offsets while it is made.
    func committing<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let began = ContinuousClock.now
        var isDone = false
        defer { note { $0.addCommit(took: began.duration(to: $1), succeeded: isDone, at: $1) } }
        let result = try await body()
        isDone = true
        return result
    }

    /// All that is known.
    var measurements: TaskMeasurements { state.withLock { $0 } }
}
