import Synchronization

/// A queue of a bounded length between tasks that add and one that takes.
///
/// Safe to use from any thread; one task takes at a time.
final class ReplyQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var first = 0
        var isFinished = false
        /// Who waits for room, and who for an element.
        var adders: [CheckedContinuation<Void, Never>] = []
        var taker: CheckedContinuation<Void, Never>?

        var count: Int { elements.count - first }

        mutating func take() -> Element? {
            guard first < elements.count else { return nil }
            let element = elements[first]
            first += 1
            // What was taken is let go of in halves, so that taking costs the same wherever the first stands.
            if first * 2 >= elements.count {
                elements.removeFirst(first)
                first = 0
            }
            return element
        }
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Creates an empty queue.
    init(capacity: Int) { self.capacity = capacity }

    /// Adds an element; waits for room.
    ///
    /// - Returns: Whether it was added: not after the end.
    func add(_ element: Element) async -> Bool { await add(contentsOf: CollectionOfOne(element)) }

    /// Adds elements, as many at once as there is room for; waits for room.
    ///
    /// - Returns: Whether all were added: none are after the end.
    func add(contentsOf elements: some RandomAccessCollection<Element> & Sendable) async -> Bool {
        var rest = elements[...]
        while true {
            let (isFinished, added, taker) = state.withLock { state -> (Bool, Int, CheckedContinuation<Void, Never>?) in
                if state.isFinished { return (true, 0, nil) }
                let added = min(capacity - state.count, rest.count)
                guard added > 0 else { return (false, 0, nil) }
                state.elements += rest.prefix(added)
                defer { state.taker = nil }
                return (false, added, state.taker)
            }
            taker?.resume()
            rest = rest.dropFirst(added)
            if rest.isEmpty { return true }
            if isFinished { return false }
            _ = await room()
        }
    }

    /// Waits for room.
    ///
    /// - Returns: For how many elements there is room; 0 at the end.
    func room() async -> Int {
        while true {
            let (isFinished, room) = state.withLock { ($0.isFinished, capacity - $0.count) }
            if isFinished { return 0 }
            if room > 0 { return room }
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    if state.isFinished || state.count < capacity { return true }
                    state.adders.append(continuation)
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        }
    }

    /// Takes the next element; waits for one.
    ///
    /// - Returns: `nil` at the end.
    func next() async -> Element? {
        while true {
            if let element = takeIfThere() { return element }
            if state.withLock({ $0.isFinished && $0.count == 0 }) { return nil }
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    if state.isFinished || state.count > 0 { return true }
                    state.taker = continuation
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        }
    }

    /// Takes the next element if there is one and `isReady` says so.
    func next(if isReady: (Element) -> Bool) -> Element? {
        let (element, adders) = state.withLock { state -> (Element?, [CheckedContinuation<Void, Never>]) in
            guard state.first < state.elements.count, isReady(state.elements[state.first]) else { return (nil, []) }
            defer { state.adders = [] }
            return (state.take(), state.adders)
        }
        for adder in adders { adder.resume() }
        return element
    }

    /// Ends the queue: what lies in it is still taken, nothing is added any more.
    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            defer { (state.adders, state.taker) = ([], nil) }
            return state.adders + [state.taker].compactMap(\.self)
        }
        for continuation in waiting { continuation.resume() }
    }

    private func takeIfThere() -> Element? { next(if: { _ in true }) }
}
