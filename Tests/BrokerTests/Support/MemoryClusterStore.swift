import Synchronization

@testable import Broker

/// What the nodes of a test's cluster share, in memory: it never fails by itself, and fails where a test says so.
final class MemoryClusterStore: Sendable {
    struct View: ClusterStoreView {
        var revision: Int64
        var values: [String: ClusterValue]

        subscript(key: String) -> ClusterValue? { values[key] }

        func changes(since earlier: (any ClusterStoreView)?) -> Set<String> {
            let former = (earlier as? View)?.values ?? [:]
            return Set(values.filter { former[$0.key] != $0.value }.keys)
                .union(former.keys.filter { values[$0] == nil })
        }
    }

    /// What becomes of a write before the store has seen it.
    enum Fate: Sendable {
        case normal
        /// Nothing is done, and the writer hears so.
        case unavailable
        /// It is done, and the writer does not hear of it.
        case doneUnheard
        /// It is not done, and the writer does not hear of that.
        case lost
    }

    fileprivate struct State {
        var view = View(revision: 0, values: [:])
        /// How often each key was written since it was made.
        var versions: [String: Int64] = [:]
        var sessions: Set<Int64> = []
        var lastSession: Int64 = 0
        var readers: [Int: AsyncThrowingStream<any ClusterStoreView, any Error>.Continuation] = [:]
        /// Who waits for the end of a session.
        var waiters: [Int64: [CheckedContinuation<Void, Never>]] = [:]
        var lastClient = 0
        /// The client that each session is of.
        var owners: [Int64: Int] = [:]
        /// The clients that are told nothing.
        var blind: Set<Int> = []
        var fate: @Sendable (ClusterWrite) -> Fate = { _ in .normal }
        var isAway = false
    }

    fileprivate let state = Mutex(State())

    /// The newest state.
    var view: View { state.withLock { $0.view } }

    /// Decides from now on what becomes of writes.
    func setFate(_ fate: @escaping @Sendable (ClusterWrite) -> Fate) { state.withLock { $0.fate = fate } }

    /// Cuts all nodes off, or lets them on again.
    func setAway(_ isAway: Bool) {
        state.withLock { state in
            state.isAway = isAway
            if !isAway { state.publish() }
        }
    }

    /// A node's sight of the store.
    func client() -> Client {
        let id = state.withLock { state in
            state.lastClient += 1
            return state.lastClient
        }
        return Client(id: id, store: self)
    }

    /// Ends a session as time would.
    func expire(_ id: Int64) {
        state.withLock { state in
            guard state.sessions.remove(id) != nil else { return }
            state.view.revision += 1
            state.remove { [values = state.view.values] key in values[key]?.session == id }
            state.publish()
            state.tellOwner(of: id)
        }
    }

    final class Client: ClusterStore {
        private let id: Int
        private let store: MemoryClusterStore

        fileprivate init(id: Int, store: MemoryClusterStore) {
            self.id = id
            self.store = store
        }

        /// Keeps everything from the node that it did not do itself, as if it were paused, or tells it all.
        func setBlind(_ isBlind: Bool) {
            store.state.withLock { state in
                if isBlind {
                    state.blind.insert(id)
                } else {
                    state.blind.remove(id)
                    state.publish()
                    for (session, owner) in state.owners where owner == id && !state.sessions.contains(session) {
                        state.tellOwner(of: session)
                    }
                }
            }
        }

        func views() -> AsyncThrowingStream<any ClusterStoreView, any Error> {
            let (stream, continuation) = AsyncThrowingStream.makeStream(
                of: (any ClusterStoreView).self, bufferingPolicy: .bufferingNewest(1))
            store.state.withLock { state in
                state.readers[id] = continuation
                continuation.yield(state.view)
            }
            return stream
        }

        func write(_ write: ClusterWrite) async throws(ClusterStoreError) -> ClusterWrite.Outcome {
            try store.state.withLock { state throws(ClusterStoreError) in
                if state.isAway { throw ClusterStoreError(.unavailable, "the store is away") }
                switch state.fate(write) {
                case .normal: return try state.apply(write)
                case .unavailable: throw ClusterStoreError(.unavailable, "the test wants it so")
                case .doneUnheard:
                    _ = try state.apply(write)
                    throw ClusterStoreError(.outcomeUnknown, "the test wants it so")
                case .lost: throw ClusterStoreError(.outcomeUnknown, "the test wants it so")
                }
            }
        }

        func openSession(timeout: Duration) async throws(ClusterStoreError) -> any ClusterSession {
            let session = try store.state.withLock { state throws(ClusterStoreError) in
                if state.isAway { throw ClusterStoreError(.unavailable, "the store is away") }
                state.lastSession += 1
                state.sessions.insert(state.lastSession)
                state.owners[state.lastSession] = id
                return state.lastSession
            }
            return Session(id: session, store: store)
        }

        func endSession(_ id: Int64) async throws(ClusterStoreError) { store.expire(id) }

        func close() async {
            store.state.withLock { $0.readers.removeValue(forKey: id) }?.finish()
        }
    }

    private struct Session: ClusterSession {
        let id: Int64
        let store: MemoryClusterStore

        func keepAlive() async throws {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = store.state.withLock { state in
                        if !state.sessions.contains(id) || Task.isCancelled { return true }
                        state.waiters[id, default: []].append(continuation)
                        return false
                    }
                    if isOver { continuation.resume() }
                }
            } onCancel: {
                let waiters = store.state.withLock { $0.waiters.removeValue(forKey: id) ?? [] }
                for waiter in waiters { waiter.resume() }
            }
            try Task.checkCancellation()
            throw ClusterStoreError(.sessionLost, "the session \(id) is over")
        }

        func end() async throws(ClusterStoreError) {
            let isHeard = store.state.withLock { state in !(state.owners[id].map(state.blind.contains) ?? false) }
            guard isHeard else { throw ClusterStoreError(.unavailable, "the test wants it so") }
            store.expire(id)
        }
    }
}

extension MemoryClusterStore.State {
    fileprivate func publish() {
        guard !isAway else { return }
        for (id, reader) in readers where !blind.contains(id) { reader.yield(view) }
    }

    /// Lets the owner of a session know that it is over.
    fileprivate mutating func tellOwner(of session: Int64) {
        guard let owner = owners[session], !blind.contains(owner) else { return }
        for waiter in waiters.removeValue(forKey: session) ?? [] { waiter.resume() }
    }

    fileprivate mutating func apply(_ write: ClusterWrite) throws(ClusterStoreError) -> ClusterWrite.Outcome {
        let holds = write.conditions.allSatisfy { condition in
            switch condition {
            case .version(let key, let version): (versions[key] ?? 0) == version
            case .created(let key, let revision): view.values[key]?.created == revision
            case .modified(let key, let revision): view.values[key]?.modified == revision
            }
        }
        guard holds else {
            return .refused(view.values.filter { write.reading.contains($0.key) })
        }
        view.revision += 1
        for change in write.changes { try apply(change) }
        publish()
        return .done(view.revision)
    }

    private mutating func apply(_ change: ClusterWrite.Change) throws(ClusterStoreError) {
        switch change {
        case .put(let key, let bytes, let session):
            if let session, !sessions.contains(session) {
                throw ClusterStoreError(.refused, "there is no session \(session)")
            }
            view.values[key] = ClusterValue(
                bytes: bytes, created: view.values[key]?.created ?? view.revision, modified: view.revision,
                session: session)
            versions[key, default: 0] += 1
        case .delete(let key): remove { $0 == key }
        case .deleteAll(let prefix): remove { $0.hasPrefix(prefix) }
        }
    }

    fileprivate mutating func remove(where isGone: (String) -> Bool) {
        for key in view.values.keys.filter(isGone) {
            view.values[key] = nil
            versions[key] = nil
        }
    }
}
