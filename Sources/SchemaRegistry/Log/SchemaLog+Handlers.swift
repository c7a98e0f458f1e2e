import Synchronization

extension SchemaLog {
    /// Who takes what is read.
    final class Handlers: Sendable {
        private struct State {
            var apply: (@Sendable ([LoggedRecord]) -> Void)?
            var reached: (@Sendable (Int64) -> Void)?
        }

        private let state = Mutex(State())

        func set(
            _ apply: @escaping @Sendable ([LoggedRecord]) -> Void, _ reached: @escaping @Sendable (Int64) -> Void
        ) { state.withLock { $0 = State(apply: apply, reached: reached) } }

        func apply(_ records: [LoggedRecord]) { state.withLock { $0.apply }?(records) }

        func reached(_ position: Int64) { state.withLock { $0.reached }?(position) }
    }
}
