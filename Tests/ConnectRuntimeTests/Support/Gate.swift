@testable import ConnectRuntime

/// Holds up whoever comes until it is opened.
final class Gate: Sendable {
    private let arrival = Completion()
    private let opening = Completion()

    /// Waits until the gate is open.
    func pass() async {
        arrival.complete()
        await opening.wait()
    }

    /// Waits until somebody stands before the gate, or has passed it.
    func waitForArrival() async { await arrival.wait() }

    func open() { opening.complete() }
}
