import Synchronization

/// Takes over images of the cluster, the newest of those that came while one was being taken over.
///
/// Safe to use from any thread.
final class ImageAdoption: Sendable {
    private struct State {
        var isDue = false
        var isUnderWay = false
    }

    private let state = Mutex(State())
    private let adopt: @Sendable () async -> Bool

    /// How long is waited before what could not be taken over is tried again.
    private static let pause = Duration.seconds(1)

    /// Creates an adoption.
    ///
    /// - Parameter adopt: Takes over the present image, and says whether all of it could be; never called beside itself.
    init(_ adopt: @escaping @Sendable () async -> Bool) { self.adopt = adopt }

    /// Has the present image taken over, now or after the one that is being taken over.
    func imageChanged() {
        let begins = state.withLock { state in
            state.isDue = true
            defer { state.isUnderWay = true }
            return !state.isUnderWay
        }
        guard begins else { return }
        Task {
            while takeTurn() {
                guard await !adopt() else { continue }
                Task { [weak self] in
                    try? await Task.sleep(for: Self.pause)
                    self?.imageChanged()
                }
            }
        }
    }

    private func takeTurn() -> Bool {
        state.withLock { state in
            state.isUnderWay = state.isDue
            state.isDue = false
            return state.isUnderWay
        }
    }
}
