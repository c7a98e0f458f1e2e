import Logging
import RecordFormat
import Synchronization

/// A node's sight of its cluster: what the store has, as an image, and the writes that change it.
///
/// Safe to use from any thread.
final class ClusterLink: Sendable {
    private struct Waiter {
        var isDone: @Sendable (borrowing State) -> Bool
        var continuation: CheckedContinuation<Void, any Error>
    }

    fileprivate struct State {
        var view: (any ClusterStoreView)?
        var builder: ImageBuilder
        /// Why nothing new comes any more.
        var failure: (any Error)?
        var revision: Int64 { view?.revision ?? -1 }
    }

    private struct Shared {
        var state: State
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        var observers: [@Sendable () -> Void] = []
        var endObserver: @Sendable () -> Void = {}
        var reader: Task<Void, Never>?
    }

    private let store: any ClusterStore
    private let logger: Logger
    private let shared: Mutex<Shared>

    private init(_ store: any ClusterStore, logger: Logger) {
        self.store = store
        self.logger = logger
        shared = Mutex(Shared(state: State(builder: ImageBuilder(logger: logger))))
    }

    /// Begins to read the store, and waits until everything has been read once.
    ///
    /// - Throws: What makes reading impossible; `CancellationError`.
    static func open(_ store: any ClusterStore, logger: Logger) async throws -> ClusterLink {
        let link = ClusterLink(store, logger: logger)
        let reader = Task { [weak link] in
            do {
                for try await view in store.views() { link?.take(view) }
                link?.end(ClusterStoreError(.refused, "the cluster's metadata is not read any more"))
            } catch { link?.end(error) }
        }
        link.shared.withLock { $0.reader = reader }
        do { try await link.waitForState { $0.view != nil } } catch {
            await link.close()
            throw error
        }
        return link
    }

    /// Reads no more, and closes the store.
    func close() async {
        shared.withLock { $0.reader.take() }?.cancel()
        end(CancellationError())
        await store.close()
    }

    // MARK: - Reading

    /// The cluster as of the newest view.
    var image: ClusterImage { shared.withLock { $0.state.builder.image } }

    /// The newest view, with the image that was made of it.
    var sight: (view: any ClusterStoreView, image: ClusterImage) {
        shared.withLock { shared in
            guard let view = shared.state.view else { preconditionFailure("a link that was not opened") }
            return (view, shared.state.builder.image)
        }
    }

    /// The keys whose values could not be read.
    var unreadable: Set<String> { shared.withLock { $0.state.builder.unreadable } }

    /// The first producer identity that no block has taken, as of the newest view.
    var nextProducerID: Int64 { shared.withLock { $0.state.builder.nextProducerID } }

    /// Has `observer` told of every new view, once ``image`` has it.
    func observe(_ observer: @escaping @Sendable () -> Void) { shared.withLock { $0.observers.append(observer) } }

    /// Has `observer` told, once, when nothing new will ever come.
    func observeEnd(_ observer: @escaping @Sendable () -> Void) {
        let isOver = shared.withLock { shared in
            shared.endObserver = observer
            return shared.state.failure != nil
        }
        if isOver { observer() }
    }

    /// Waits until the image is as of a revision, or newer.
    func wait(for revision: Int64) async throws { try await waitForState { $0.revision >= revision } }

    /// Waits until the image is as wanted.
    func wait(untilImage isWanted: @escaping @Sendable (ClusterImage) -> Bool) async throws {
        try await waitForState { isWanted($0.builder.image) }
    }

    private func waitForState(_ isDone: @escaping @Sendable (borrowing State) -> Bool) async throws {
        let id = shared.withLock { shared in
            shared.nextWaiter += 1
            return shared.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Void, any Error>? = shared.withLock { shared in
                    if isDone(shared.state) { return .success(()) }
                    if let failure = shared.state.failure { return .failure(failure) }
                    // The handler below was called before there was anyone to find.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    shared.waiters[id] = Waiter(isDone: isDone, continuation: continuation)
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            shared.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    private func take(_ view: any ClusterStoreView) {
        let (done, observers) = shared.withLock { shared in
            shared.state.view = view
            shared.state.builder.take(view)
            let ready = shared.waiters.filter { $0.value.isDone(shared.state) }
            for id in ready.keys { shared.waiters[id] = nil }
            return (ready.values.map(\.continuation), shared.observers)
        }
        for continuation in done { continuation.resume() }
        for observer in observers { observer() }
    }

    private func end(_ error: any Error) {
        let (waiters, observer) = shared.withLock { shared in
            let isFirst = shared.state.failure == nil && !(error is CancellationError)
            if isFirst {
                logger.critical(
                    "the cluster's metadata can be read no longer; this node goes on with what it knows: \(error)")
            }
            shared.state.failure = shared.state.failure ?? error
            defer { shared.waiters = [:] }
            return (shared.waiters.values.map(\.continuation), isFirst ? shared.endObserver : nil)
        }
        observer?()
        for continuation in waiters { continuation.resume(throwing: error) }
    }

    // MARK: - Writing

    /// Writes to the store, whose outcome says more than the image does for a moment.
    func write(_ write: ClusterWrite) async throws(ClusterStoreError) -> ClusterWrite.Outcome {
        try await store.write(write)
    }

    /// Writes to the store, and waits until the image has what was written.
    ///
    /// - Returns: Whether everything was as assumed.
    /// - Throws: ``ClusterStoreError``, with `.outcomeUnknown` also where the store has gone before it told of the write.
    func change(_ write: ClusterWrite) async throws -> Bool {
        guard case .done(let revision) = try await store.write(write) else { return false }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.wait(for: revision) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw ClusterStoreError(.outcomeUnknown, "the store took the write and told nothing of it since")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        return true
    }

    /// How long a write may take to be seen.
    private static let patience = Duration.seconds(10)

    func openSession(timeout: Duration) async throws(ClusterStoreError) -> any ClusterSession {
        try await store.openSession(timeout: timeout)
    }

    func endSession(_ id: Int64) async throws(ClusterStoreError) { try await store.endSession(id) }

    /// The cluster's identity, which the first node makes up.
    func clusterID() async throws -> String {
        while true {
            if let known = sight.view[ClusterKey.clusterID.text] { return String(decoding: known.bytes, as: UTF8.self) }
            let made = TopicID.random().description
            let key = ClusterKey.clusterID.text
            _ = try await change(ClusterWrite(if: [.version(key, 0)], [.put(key, Array(made.utf8))]))
            // Of another node that was faster the view may not tell yet.
            try await waitForState { $0.view?[key] != nil }
        }
    }
}
