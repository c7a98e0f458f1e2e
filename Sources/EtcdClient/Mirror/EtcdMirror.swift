import HashTreeCollections
import Logging

/// A prefix of etcd held in memory and kept up to date for as long as ``run()`` runs.
///
/// It reads everything at one revision, follows the changes from there, and reads everything again where etcd has
/// forgotten changes that it was not told yet. What it shows is always the state at *some* revision, whole, and never
/// goes back. While etcd is away it shows what it knew.
///
/// Safe to use from any task; one task runs it.
package final class EtcdMirror: Sendable {
    /// The bounds of a mirror.
    package struct Limits: Sendable {
        /// How many keys are asked for at once, at least 1; fewer where their values are long.
        package var pageKeys = 1000
        /// The most bytes of keys and values that are held.
        package var bytes = 256 << 20

        /// Creates the usual bounds.
        package init() {}
    }

    private struct State: Sendable {
        var snapshot: EtcdSnapshot?
        /// Why the mirror is no longer kept up to date; nil while it is.
        var failure: EtcdError?
    }

    private let client: EtcdClient
    private let prefix: EtcdKey
    private let limits: Limits
    private let state = Observed(State())

    /// How often reading everything begins again because etcd forgets the revision in the middle of it.
    private static let readings = 10

    /// Prepares a mirror of all keys that begin with `prefix`; ``run()`` fills it.
    package init(_ client: EtcdClient, prefix: EtcdKey, limits: Limits = Limits()) {
        precondition(limits.pageKeys > 0, "pages without keys")
        self.client = client
        self.prefix = prefix
        self.limits = limits
    }

    /// The newest state that is known; nil until everything was read for the first time.
    package var snapshot: EtcdSnapshot? { state.value.snapshot }

    /// Waits for a state that includes a change.
    ///
    /// - Parameter revision: A change *in the prefix*, such as that of one's own write. Others are not told of until
    ///   etcd reports its progress, which by default takes ten minutes.
    /// - Throws: What has ended ``run()``; `CancellationError`.
    package func revision(atLeast revision: EtcdRevision) async throws -> EtcdSnapshot {
        try await snapshot { $0.revision >= revision }
    }

    /// Waits for a state that is as wanted.
    ///
    /// - Parameter isWanted: Asked of each state, quickly and without side effects.
    /// - Throws: What has ended ``run()``; `CancellationError`.
    package func snapshot(where isWanted: @escaping @Sendable (EtcdSnapshot) -> Bool) async throws -> EtcdSnapshot {
        let state = try await state.wait { $0.snapshot.map(isWanted) == true || $0.failure != nil }
        if let snapshot = state.snapshot, isWanted(snapshot) { return snapshot }
        throw state.failure ?? EtcdError(.unavailable, "the mirror of \(prefix) does not run")
    }

    /// States in their order, from the newest on. One that comes while the taker is busy replaces one that was not
    /// taken.
    package var snapshots: Snapshots { Snapshots(mirror: self) }

    /// Fills the mirror and keeps it up to date until the task is cancelled.
    ///
    /// - Throws: ``EtcdError`` where trying again would not help, as `.unauthenticated`, `.permissionDenied`,
    ///   `.wrongCluster` and `.tooLarge`; `CancellationError`.
    package func run() async throws {
        state.update { $0.failure = nil }
        do {
            while true {
                try await resynchronise()
                try await follow()
            }
        } catch {
            let failure =
                error as? EtcdError ?? EtcdError(.unavailable, "the mirror of \(prefix) was ended", cause: error)
            state.update { $0.failure = failure }
            throw error
        }
    }

    /// Follows the changes until that is no longer possible without reading everything again.
    private func follow() async throws {
        guard let begun = snapshot else { return }
        do {
            for try await batch in client.watch(.prefix(prefix), from: begun.revision.next) {
                let bytes = state.update { state in
                    state.snapshot = state.snapshot?.applying(batch)
                    return state.snapshot?.bytes ?? 0
                }
                try check(bytes: bytes)
            }
        } catch let error as EtcdError where error.code == .compacted || error.code == .tooLarge {
            client.logger.info(
                "a mirror of etcd reads everything again", metadata: ["prefix": "\(prefix)", "error": "\(error)"])
        }
    }

    /// Reads everything, as often as it takes until etcd is there.
    private func resynchronise() async throws {
        var backoff = Backoff(longest: client.configuration.longestPause)
        var interrupted = 0
        while true {
            do {
                let (keyValues, revision) = try await readEverything()
                let earlier = snapshot
                guard revision >= earlier?.revision ?? .zero else {
                    throw EtcdError(
                        .wrongCluster,
                        "etcd is at revision \(revision) and was at \(earlier?.revision ?? .zero): it has been put back"
                    )
                }
                return state.update { $0.snapshot = .replacing(earlier, with: keyValues, at: revision) }
            } catch let error as EtcdError where error.code == .compacted && interrupted < Self.readings {
                interrupted += 1
            } catch let error as EtcdError where error.code == .unavailable {
                client.logger.info(
                    "a mirror of etcd cannot read", metadata: ["prefix": "\(prefix)", "error": "\(error)"])
            }
            try await Task.sleep(for: backoff.pause())
        }
    }

    private func check(bytes: Int) throws {
        guard bytes <= limits.bytes else {
            throw EtcdError(.tooLarge, "the keys of etcd below \(prefix) are longer than \(limits.bytes) bytes")
        }
    }

    /// Reads page by page at the revision of the first page.
    private func readEverything() async throws -> (TreeDictionary<EtcdKey, EtcdKeyValue>, EtcdRevision) {
        var keyValues: TreeDictionary<EtcdKey, EtcdKeyValue> = [:]
        var revision: EtcdRevision?
        var last: EtcdKey?
        var limit = limits.pageKeys
        var bytes = 0
        while true {
            let page: EtcdPage
            do {
                page = try await client.page(of: .prefix(prefix), after: last, limit: limit, at: revision)
            } catch let error as EtcdError where error.code == .tooLarge && limit > 1 {
                limit /= 2
                continue
            }
            for keyValue in page.keyValues {
                bytes += EtcdSnapshot.bytes(of: keyValue)
                keyValues[keyValue.key] = keyValue
            }
            try check(bytes: bytes)
            // The header of a later page tells the present, not the revision at which it was read.
            let first = revision ?? page.revision
            revision = first
            guard page.hasMore, let key = page.keyValues.last?.key else { return (keyValues, first) }
            last = key
        }
    }
}

extension EtcdMirror {
    /// The states of a mirror in their order; never ends but by an error.
    package struct Snapshots: AsyncSequence {
        /// A state of the prefix.
        package typealias Element = EtcdSnapshot

        fileprivate let mirror: EtcdMirror

        /// Begins with the newest state.
        package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(mirror: mirror) }

        /// Takes states, one after the other.
        package struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let mirror: EtcdMirror
            fileprivate var generation = 0

            /// The newest state, once it is another than the one before.
            ///
            /// - Throws: What has ended the mirror's `run()`; `CancellationError`.
            package mutating func next() async throws -> EtcdSnapshot? {
                let taken = generation
                let snapshot = try await mirror.snapshot { $0.generation > taken }
                generation = snapshot.generation
                return snapshot
            }
        }
    }
}
