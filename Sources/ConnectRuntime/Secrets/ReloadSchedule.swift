import Synchronization

/// Restarts connectors and tasks when the values of their placeholders are no longer good
/// (`config.action.reload=restart`). Safe to use from any thread.
final class ReloadSchedule: Sendable {
    /// What is to be restarted.
    enum Target: Sendable, Hashable {
        case connector(String)
        case task(ConnectorTaskID)

        /// The connector that it is or belongs to.
        var connector: String {
            switch self {
            case .connector(let name): name
            case .task(let id): id.connector
            }
        }
    }

    private struct State {
        var waits: [Target: Task<Void, Never>] = [:]
        var restart: (@Sendable (Target) -> Void)?
    }

    /// However short-lived a value is, its user is not restarted more often.
    private let shortest: Duration
    private let state = Mutex(State())

    init(shortest: Duration = .seconds(1)) { self.shortest = shortest }

    /// Says what restarts a target; one that does not run any more is to be left alone.
    func onDue(_ restart: @escaping @Sendable (Target) -> Void) { state.withLock { $0.restart = restart } }

    /// Has a target restart after a while, in place of when it was to be.
    func schedule(_ target: Target, after time: Duration) {
        let time = max(time, shortest)
        state.withLock { state in
            state.waits.removeValue(forKey: target)?.cancel()
            state.waits[target] = Task { [weak self] in
                do { try await Task.sleep(for: time) } catch { return }
                let restart = self?.state.withLock { state in
                    state.waits[target] = nil
                    return state.restart
                }
                restart?(target)
            }
        }
    }

    /// Leaves everything of a connector as it is, or of all.
    func cancel(_ connector: String? = nil) {
        state.withLock { state in
            for (target, wait) in state.waits where connector == nil || target.connector == connector {
                wait.cancel()
                state.waits[target] = nil
            }
        }
    }

    /// What is to be restarted some time.
    var targets: Set<Target> { state.withLock { Set($0.waits.keys) } }
}
