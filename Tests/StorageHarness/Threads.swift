import Foundation
import Synchronization

/// Runs the bodies on a thread each, which may block, and throws the first error that any of them threw.
package func onThreads(_ bodies: [@Sendable () throws -> Void]) throws {
    let group = DispatchGroup()
    let failure = Failure()
    for body in bodies {
        group.enter()
        Thread {
            do { try body() } catch { failure.note(error) }
            group.leave()
        }.start()
    }
    group.wait()
    try failure.rethrow()
}

private final class Failure: Sendable {
    private let first = Mutex<(any Error)?>(nil)

    func note(_ error: any Error) { first.withLock { $0 = $0 ?? error } }

    func rethrow() throws { if let error = first.withLock({ $0 }) { throw error } }
}
