import Synchronization

/// Who the writer is, as far as this registry knows. Safe to use from any thread.
final class Standing: Sendable {
    /// Who writes.
    enum Place: Sendable, Hashable {
        /// Nobody knows; the group is electing, perhaps.
        case unknown
        /// This registry.
        case writer
        /// Another one, which is reached there.
        case follower(url: String)
    }

    private let state = Mutex(Place.unknown)

    /// The pause between two looks.
    private static let lookPause = Duration.milliseconds(10)

    /// What is known now.
    var place: Place { state.withLock { $0 } }

    /// Takes note of what the group says.
    func set(_ place: Place) { state.withLock { $0 = place } }

    /// Waits for a while until something else is known.
    func changed(from place: Place, within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while self.place == place, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: Self.lookPause)
        }
    }

    /// Waits for a while until the writer is known.
    func decided(within limit: Duration) async -> Place {
        let deadline = ContinuousClock.now + limit
        while place == .unknown, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: Self.lookPause)
        }
        return place
    }
}
