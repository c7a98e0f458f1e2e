package import Dispatch
import Foundation

/// What a wait looks at next.
private enum Moment {
    case lookAgain
    case deadline
}

/// Waits until `probe` gives a value, looking at once and then at short intervals.
///
/// - Parameters:
///   - what: The awaited condition, for the error.
///   - limit: How long to wait; a failing run takes this long, a passing one only as long as the condition.
///   - interval: The time between two looks.
///   - probe: Gives the value once there is one; an error ends the wait.
/// - Throws: ``HarnessError`` when the limit has passed, or what `probe` throws.
package func eventually<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(30), every interval: DispatchTimeInterval = .milliseconds(5),
    _ probe: () async throws -> Value?
) async throws -> Value {
    let (moments, continuation) = AsyncStream.makeStream(of: Moment.self, bufferingPolicy: .bufferingOldest(1))
    let ticks = DispatchSource.makeTimerSource(queue: .global())
    let end = ContinuousClock.now + limit
    ticks.setEventHandler {
        continuation.yield(ContinuousClock.now < end ? .lookAgain : .deadline)
    }
    ticks.schedule(deadline: .now(), repeating: interval)
    ticks.resume()
    defer { ticks.cancel() }
    for await moment in moments {
        // The last look comes after the deadline: a value that is there then was there in time or just about.
        if let value = try await probe() { return value }
        if moment == .deadline { break }
    }
    throw HarnessError("waited \(limit) in vain for \(what)")
}

/// Waits until `condition` holds, looking at once and then at short intervals.
///
/// - Throws: ``HarnessError`` when the limit has passed, or what `condition` throws.
package func wait(
    for what: String, within limit: Duration = .seconds(30), until condition: () async throws -> Bool
) async throws {
    let held: Bool = try await eventually(what, within: limit) { try await condition() ? true : nil }
    precondition(held, "a wait ended without its condition")
}

/// Runs `body` and cancels it when `limit` has passed.
///
/// - Throws: ``HarnessError`` when the limit has passed, or what `body` throws.
package func withDeadline<Value: Sendable>(
    _ limit: Duration, for what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            let waited: Bool = try await eventually(what, within: limit, every: .milliseconds(100)) { nil }
            preconditionFailure("a wait for nothing ended with \(waited)")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else {
            throw HarnessError("\(what) gave nothing")
        }
        return first
    }
}
