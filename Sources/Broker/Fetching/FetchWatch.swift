import BitCollections
import NIOCore
import Synchronization

/// The partitions of a fetch, or of a session of them, and which are to be looked at: those where something has happened
/// since the last look, and those where that look found something.
///
/// A partition tells of what happens there once, and then no more until it is looked at again: one that is appended to
/// a thousand times for a client that is gone tells that once. Safe to use from any thread. Locks: a partition's before
/// the watch's.
final class FetchWatch: Sendable {
    /// The watch in the place of one partition.
    final class Place: Sendable {
        private let watch: FetchWatch
        private let slot: Int
        fileprivate let partition: Partition
        /// Whether the partition has it in its list; changed with the partition's lock.
        let isListed = Atomic<Bool>(false)

        fileprivate init(_ watch: FetchWatch, _ slot: Int, _ partition: Partition) {
            self.watch = watch
            self.slot = slot
            self.partition = partition
        }

        /// Whether a request waits for what happens there.
        var isWaiting: Bool { watch.state.withLock { $0.fetch != nil } }

        /// Takes note that something has happened; returns what is to be run for it.
        func note() -> (any Completion)? { watch.note(slot) }
    }

    private struct State {
        /// By slot; `nil` for one that is free.
        var entries: [FetchPlan.Entry?] = []
        var places: [Place?] = []
        /// The slots to be looked at.
        var open = BitSet()
        /// Who waits, if anyone does.
        var fetch: ParkedFetch?
        var partitionCount = 0
        var hasEnded = false
    }

    private let isFollower: Bool
    private let state = Mutex(State())

    /// - Parameter isFollower: Whether appends count as news before they are replicated.
    init(isFollower: Bool) { self.isFollower = isFollower }

    /// Creates the watch of a single fetch; all its partitions are open.
    convenience init(_ entries: [FetchPlan.Entry], isFollower: Bool) {
        self.init(isFollower: isFollower)
        for entry in entries { set(entry) }
    }

    /// Whether there is a log to wait for.
    var hasPartitions: Bool { state.withLock { $0.partitionCount > 0 } }

    // MARK: - What is watched

    /// Puts `entry` into its slot, which is open then.
    func set(_ entry: FetchPlan.Entry) {
        let slot = entry.slot
        let partition = try? entry.partition.get()
        let former = state.withLock { state -> Place? in
            if state.entries.count <= slot {
                let missing = slot + 1 - state.entries.count
                state.entries.append(contentsOf: repeatElement(nil, count: missing))
                state.places.append(contentsOf: repeatElement(nil, count: missing))
            }
            state.entries[slot] = entry
            state.open.insert(slot)
            let former = state.places[slot]
            if former?.partition === partition { return nil }
            state.places[slot] = partition.map { Place(self, slot, $0) }
            state.partitionCount += (partition == nil ? 0 : 1) - (former == nil ? 0 : 1)
            return former
        }
        if let former { unlist(former) }
    }

    /// Makes a slot a free one.
    func remove(_ slot: Int) {
        let former = state.withLock { state -> Place? in
            state.entries[slot] = nil
            state.open.remove(slot)
            guard let former = state.places[slot] else { return nil }
            state.places[slot] = nil
            state.partitionCount -= 1
            return former
        }
        if let former { unlist(former) }
    }

    /// Leaves all partitions, for good.
    func end() {
        let (places, fetch) = state.withLock { state in
            defer { state = State(hasEnded: true) }
            return (state.places, state.fetch)
        }
        for case let place? in places { unlist(place) }
        // It would hear of nothing any more.
        if let fetch { fetch.loop.execute { fetch.expire() } }
    }

    private func unlist(_ place: Place) { place.partition.unwatch(place, ofFollower: isFollower) }

    // MARK: - What is open

    /// Takes the open slots, in order from `start` on and then from the first: who takes them looks at their partitions, and
    /// is told of what happens there from now on.
    func take(from start: Int = 0) -> [FetchPlan.Entry] {
        let taken = state.withLock { state -> [(entry: FetchPlan.Entry, place: Place?)] in
            var taken: [(entry: FetchPlan.Entry, place: Place?)] = []
            taken.reserveCapacity(state.open.count)
            var before: [(entry: FetchPlan.Entry, place: Place?)] = []
            for slot in state.open {
                // One that became free while its partition was telling of something.
                guard slot < state.entries.count, let entry = state.entries[slot] else { continue }
                if slot >= start {
                    taken.append((entry, state.places[slot]))
                } else {
                    before.append((entry, state.places[slot]))
                }
            }
            state.open = BitSet()
            return taken + before
        }
        for case let place? in taken.lazy.map(\.place) where !place.isListed.load(ordering: .acquiring) {
            place.partition.watch(place, ofFollower: isFollower)
        }
        // Ended meanwhile, it would stay in these lists.
        if state.withLock(\.hasEnded) { for case let place? in taken.lazy.map(\.place) { unlist(place) } }
        return taken.map(\.entry)
    }

    /// Opens slots again: what was taken was not used, or there is more.
    func open(_ slots: some Sequence<Int>) { state.withLock { state in for slot in slots { state.open.insert(slot) } } }

    /// Opens all slots.
    func openAll() {
        state.withLock { state in
            for slot in state.entries.indices where state.entries[slot] != nil { state.open.insert(slot) }
        }
    }

    // MARK: - Who waits

    /// Has `fetch` be run when there is news; returns whether there is already.
    ///
    /// One that waits so far is left to its deadline: a client has one request at a time in its session.
    func park(_ fetch: ParkedFetch) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            state.fetch = fetch
            return !state.open.isEmpty
        }
    }

    /// Takes back ``park(_:)``.
    func unpark(_ fetch: ParkedFetch) {
        state.withLock { if $0.fetch === fetch { $0.fetch = nil } }
    }

    private func note(_ slot: Int) -> (any Completion)? {
        state.withLock { state in
            guard !state.hasEnded else { return nil }
            let isFirst = state.open.isEmpty
            state.open.insert(slot)
            // With others open, it has been run for them.
            return isFirst ? state.fetch : nil
        }
    }
}
