import ConnectAPI
import Synchronization

/// Whether a plug-in, or what replaced it, is still in `plugin.path`, and who is to hear when it no longer is.
///
/// What takes another one's place shares it, until that place is empty. Safe to use from any thread.
final class PluginPresence: Sendable {
    private struct State {
        var isRemoved = false
        var observers: [ObjectIdentifier: @Sendable (any Error) -> Void] = [:]
    }

    private let className: String
    private let state = Mutex(State())

    init(of className: String) { self.className = className }

    /// Says to all that is made of the plug-in that it is gone.
    func remove() {
        let observers = state.withLock { state in
            state.isRemoved = true
            defer { state.observers = [:] }
            return Array(state.observers.values)
        }
        for observer in observers { observer(removal) }
    }

    /// Goes on unless the plug-in was removed.
    ///
    /// - Throws: ``ConnectError`` that says so.
    func check() throws { if state.withLock({ $0.isRemoved }) { throw removal } }

    /// Has `observer` hear of the removal, once; at once if it was before.
    func observe(by owner: AnyObject, _ observer: @escaping @Sendable (any Error) -> Void) {
        let isRemoved = state.withLock { state in
            if !state.isRemoved { state.observers[ObjectIdentifier(owner)] = observer }
            return state.isRemoved
        }
        if isRemoved { observer(removal) }
    }

    /// Forgets what ``observe(by:_:)`` was given for `owner`.
    func forget(_ owner: AnyObject) { state.withLock { $0.observers[ObjectIdentifier(owner)] = nil } }

    private var removal: ConnectError {
        ConnectError(
            .unavailable,
            "The plug-in \(className) was removed from plugin.path. Put it back, or ask for a version that is there,"
                + " and restart the connector and its tasks, or delete the connector.")
    }
}
