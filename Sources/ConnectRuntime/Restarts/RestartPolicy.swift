import ConnectAPI
import KafkaClient

/// Decides whether what failed is started again by itself, and when.
///
/// A value without I/O; each task and connector has one of its own for as long as nobody starts it anew. Pauses double
/// from one failure to the next. More than the allowed number of restarts within the window is a crash loop: nothing is
/// restarted any more, so that neither the system behind a connector nor whoever reads the log is worn out.
struct RestartPolicy: Sendable {
    /// What to do about a failure.
    enum Decision: Sendable, Hashable {
        /// Start again after a pause; the number counts the restarts of the window, this one included.
        case restart(after: Duration, attempt: Int)
        /// Leave it FAILED, as no repetition would cure it.
        case incurable
        /// Leave it FAILED after this many restarts.
        case crashLoop(restarts: Int)
        /// Leave it FAILED, as the configuration says.
        case off
    }

    let settings: RestartSettings
    /// When it was started again, within the window.
    private var restarts: [ContinuousClock.Instant] = []

    init(_ settings: RestartSettings) { self.settings = settings }

    /// Takes note of a failure.
    mutating func decide(after error: any Error, at now: ContinuousClock.Instant) -> Decision {
        guard settings.isOn else { return .off }
        guard Self.isCurable(error) else { return .incurable }
        let window = settings.window
        restarts.removeAll { $0.duration(to: now) >= window }
        guard restarts.count < settings.maximumAttempts else { return .crashLoop(restarts: restarts.count) }
        let pause = pause(before: restarts.count + 1)
        restarts.append(now + pause)
        return .restart(after: pause, attempt: restarts.count)
    }

    /// The pause before the restart of this number within the window.
    private func pause(before attempt: Int) -> Duration {
        var pause = settings.backoff
        // The largest pause is reached long before a shift would overflow.
        for _ in 1..<attempt where pause < settings.maximumBackoff { pause *= 2 }
        return min(pause, settings.maximumBackoff)
    }

    /// Whether the same again may go well: not with a configuration that is wrong, nor with data that does not fit, nor
    /// where what is named is not there. What was fenced has a successor, which it would only fence in turn.
    private static func isCurable(_ error: any Error) -> Bool {
        var next: (any Error)? = error
        while let error = next {
            switch error {
            case let error as ConnectError:
                if [.invalidConfiguration, .invalidData, .notFound].contains(error.code) { return false }
                next = error.cause
            case let error as KafkaClientError: return error.code != .fenced
            default: return true
            }
        }
        return true
    }
}

extension RestartPolicy.Decision {
    /// What the trace of a status says beneath the error.
    func notice(_ settings: RestartSettings) -> String? {
        switch self {
        case .restart(let pause, let attempt):
            "It is started again in \(pause.milliseconds) ms, the restart \(attempt) of at most"
                + " \(settings.maximumAttempts) within \(settings.window.milliseconds) ms (task.restart.policy)."
        case .crashLoop(let restarts):
            "It was started again \(restarts) times within \(settings.window.milliseconds) ms and is left as it is:"
                + " a crash loop (task.restart.max.attempts). Once its cause is removed, restart it."
        case .incurable: "It is not started again by itself: no repetition cures this."
        case .off: nil
        }
    }
}

/// An error with what follows from it, as a status shows it.
struct NotedError: Error, CustomStringConvertible {
    let error: any Error
    let notice: String

    var description: String { "\(error)\n\(notice)" }
}
