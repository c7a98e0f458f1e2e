import Synchronization

/// What a thread looks at to know when it is to stop. Safe to use from any thread.
final class StopFlag: Sendable {
    private let value = Atomic<Bool>(false)

    /// Whether it is to stop.
    var isSet: Bool { value.load(ordering: .acquiring) }

    /// Has it stop.
    func set() { value.store(true, ordering: .releasing) }
}
