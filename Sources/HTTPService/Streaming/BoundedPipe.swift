import Synchronization

/// A queue between a connection, which must not wait, and one task that does.
///
/// It is full once what lies in it weighs as much as its capacity: ``push(_:weight:)`` says so, and whoever pushes stops
/// reading from its socket until `onRoom` is called. What one read of the socket brings beyond that is taken as well, so
/// the bound is the capacity and one read. Safe to use from any thread; one task at a time may take.
final class BoundedPipe<Element: Sendable>: Sendable {
    private struct State {
        var elements: [(element: Element, weight: Int)] = []
        /// Where the next element lies; those before have been taken.
        var first = 0
        var weight = 0
        var isFull = false
        var isAbandoned = false
        var end: Result<Void, any Error>?
        var waiter: CheckedContinuation<Element?, any Error>?
    }

    private enum Step {
        case element(Element, makesRoom: Bool)
        case end(Result<Void, any Error>)
        case wait
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let onRoom: @Sendable () -> Void

    /// Creates an empty queue.
    ///
    /// - Parameter onRoom: Called once there is room again in a queue that was full, on the thread of who took.
    init(capacity: Int, onRoom: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.onRoom = onRoom
    }

    /// Puts an element in; what comes after the end is dropped.
    ///
    /// - Returns: Whether there is room for more.
    func push(_ element: Element, weight: Int) -> Bool {
        let (waiter, hasRoom) = state.withLock { state -> (CheckedContinuation<Element?, any Error>?, Bool) in
            guard state.end == nil, !state.isAbandoned else { return (nil, true) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, true)
            }
            state.elements.append((element, weight))
            state.weight += weight
            state.isFull = state.weight >= capacity
            return (nil, !state.isFull)
        }
        waiter?.resume(returning: element)
        return hasRoom
    }

    /// Ends the queue: what lies in it is still taken, then nothing or the error. The first end counts.
    func finish(throwing error: (any Error)? = nil) {
        let result: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
        let waiter = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = result
            defer { state.waiter = nil }
            return state.waiter
        }
        if let error { waiter?.resume(throwing: error) } else { waiter?.resume(returning: nil) }
    }

    /// Says that nobody takes any more: what lies in the queue and what comes is dropped.
    func abandon() {
        let wasFull = state.withLock { state in
            state.isAbandoned = true
            state.elements = []
            state.first = 0
            state.weight = 0
            defer { state.isFull = false }
            return state.isFull
        }
        if wasFull { onRoom() }
    }

    /// Takes the next element; waits for one.
    ///
    /// - Returns: `nil` at the end.
    /// - Throws: What the queue was ended with; `CancellationError` once the task is cancelled.
    func next() async throws -> Element? {
        switch take(nil) {
        case .element(let element, let makesRoom):
            if makesRoom { onRoom() }
            return element
        case .end(let result):
            try result.get()
            return nil
        case .wait: break
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch take(continuation) {
                case .element(let element, let makesRoom):
                    if makesRoom { onRoom() }
                    continuation.resume(returning: element)
                case .end(.success): continuation.resume(returning: nil)
                case .end(.failure(let error)): continuation.resume(throwing: error)
                case .wait: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Takes what is there; else leaves who waits, if any.
    private func take(_ waiter: CheckedContinuation<Element?, any Error>?) -> Step {
        state.withLock { state in
            if state.first < state.elements.count {
                let (element, weight) = state.elements[state.first]
                state.first += 1
                if state.first == state.elements.count {
                    state.elements.removeAll(keepingCapacity: true)
                    state.first = 0
                }
                state.weight -= weight
                // Half of it, so that a socket is not stopped and started for each element.
                let makesRoom = state.isFull && state.weight <= capacity / 2
                if makesRoom { state.isFull = false }
                return .element(element, makesRoom: makesRoom)
            }
            if let end = state.end { return .end(end) }
            guard let waiter else { return .wait }
            // A cancellation from here on finds the waiter.
            guard !Task.isCancelled else { return .end(.failure(CancellationError())) }
            precondition(state.waiter == nil, "two tasks take from one queue")
            state.waiter = waiter
            return .wait
        }
    }
}
