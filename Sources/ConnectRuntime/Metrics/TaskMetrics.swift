import ConnectAPI
import Synchronization

/// What one task's work tells about itself. Safe to use from any thread; each note takes one uncontended lock, once per
/// batch.
final class TaskMetrics: Sendable {
    private let state: Mutex<TaskMeasurements>
    private let monitor = Mutex(CallMonitor())

    init(_ settings: MeasureSettings = MeasureSettings()) {
        state = Mutex(TaskMeasurements(settings, at: .now))
    }

    /// The calls of the task's code that are under way.
    var calls: CallMonitor { monitor.withLock { $0 } }

    /// Takes note of a new start: calls that an earlier one hangs in are none of the new one's.
    func restart() {
        monitor.withLock { $0 = CallMonitor() }
        note { measurements, _ in measurements.source.restart() }
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
