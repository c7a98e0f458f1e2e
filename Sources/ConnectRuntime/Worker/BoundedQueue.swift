import DequeModule
import Synchronization

/// A queue between one producer and one consumer that holds a stated number of elements.
///
/// A full queue has the producer wait, so that a fast source cannot fill the memory while Kafka is slow.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: Deque<Element> = []
        var isFinished = false
        var producer: CheckedContinuation<Bool, Never>?
        var consumer: CheckedContinuation<Element?, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Creates a queue.
    ///
    /// - Parameter limit: How many elements may wait, at least 1.
    init(limit: Int) {
        precondition(limit > 0, "a queue has to hold something")
        self.limit = limit
    }

    /// Whether the producer waits for room.
    var isProducerHeld: Bool { state.withLock { $0.producer != nil } }

    /// Adds an element, and waits while the queue is fuller than its limit.
    ///
    /// - Returns: Whether the queue takes more.
    func push(_ element: Element) async -> Bool {
        let (consumer, isFull, isFinished) = state.withLock { state in
            guard !state.isFinished else { return (nil as CheckedContinuation<Element?, Never>?, false, true) }
            if let consumer = state.consumer.take() { return (consumer, false, false) }
            state.elements.append(element)
            return (nil, state.elements.count >= limit, false)
        }
        consumer?.resume(returning: element)
        guard isFull else { return !isFinished }
        return await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.isFinished { return false }
                if state.elements.count < limit { return true }
                state.producer = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Takes the next element, and waits for one; `nil` when the queue is finished and empty.
    func pop() async -> Element? {
        await withCheckedContinuation { continuation in
            let (element, producer, isOver) = state.withLock { state in
                if let element = state.elements.popFirst() {
                    return (element as Element?, state.producer.take(), true)
                }
                if state.isFinished { return (nil, nil, true) }
                state.consumer = continuation
                return (nil, nil, false)
            }
            producer?.resume(returning: true)
            if isOver { continuation.resume(returning: element) }
        }
    }

    /// Takes no more elements; what is in the queue can still be taken.
    func finish() {
        let (producer, consumer) = state.withLock { state in
            state.isFinished = true
            return (state.producer.take(), state.consumer.take())
        }
        producer?.resume(returning: false)
        consumer?.resume(returning: nil)
    }
}
