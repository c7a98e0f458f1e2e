/// What the nodes of a cluster share: keys that are changed by comparing first, and sessions that keys go with.
///
/// It is small enough that every node holds all of it in memory. The bundled server keeps it in etcd. Safe to use from
/// any task.
package protocol ClusterStore: Sendable {
    /// What the store has, from the newest state on, for as long as the sequence is iterated; called once.
    ///
    /// A state that was not taken is replaced by the one after it; none is older than the one before. While the store is
    /// away nothing comes. The sequence ends with an error where trying again would not help.
    func views() -> AsyncThrowingStream<any ClusterStoreView, any Error>

    /// Does all of a write, or nothing of it.
    ///
    /// - Throws: ``ClusterStoreError``, which says whether the write may have been done.
    func write(_ write: ClusterWrite) async throws(ClusterStoreError) -> ClusterWrite.Outcome

    /// Opens a session, which lasts for as long as ``ClusterSession/keepAlive()`` is under way.
    ///
    /// - Parameter timeout: How long it outlasts a process that is gone, 1 s at least; rounded up to what the store can do.
    func openSession(timeout: Duration) async throws(ClusterStoreError) -> any ClusterSession

    /// Ends a session, whosever it is, and with it the keys that go with it; does nothing if there is none.
    func endSession(_ id: Int64) async throws(ClusterStoreError)

    /// Closes all connections; what is under way fails.
    func close() async
}

/// All keys as they were at one moment.
package protocol ClusterStoreView: Sendable {
    /// Grows with every change of the store.
    var revision: Int64 { get }

    /// A key, if it is there.
    subscript(key: String) -> ClusterValue? { get }

    /// The keys that may differ from an earlier view of the same store: all there are from `nil`.
    func changes(since earlier: (any ClusterStoreView)?) -> Set<String>
}

/// A key's value and history.
package struct ClusterValue: Sendable, Hashable {
    /// The value.
    package var bytes: [UInt8]
    /// The revision that made the key; another one after it was deleted and made again.
    package var created: Int64
    /// The revision that changed it last.
    package var modified: Int64
    /// The session that the key goes with; `nil` if it stays.
    package var session: Int64?

    /// Creates a value.
    package init(bytes: [UInt8], created: Int64, modified: Int64, session: Int64?) {
        self.bytes = bytes
        self.created = created
        self.modified = modified
        self.session = session
    }
}

/// A session of this process.
package protocol ClusterSession: Sendable {
    /// By which others know it.
    var id: Int64 { get }

    /// Keeps the session for as long as the task is not cancelled.
    ///
    /// - Throws: ``ClusterStoreError`` with code `.sessionLost` once it is not certain any more that others take the
    ///   session for alive; `CancellationError`.
    func keepAlive() async throws

    /// Ends the session at once, and with it the keys that go with it.
    func end() async throws(ClusterStoreError)
}

/// Changes that are made together, if everything is as is assumed.
package struct ClusterWrite: Sendable, Hashable {
    /// What has to be so.
    package enum Condition: Sendable, Hashable {
        /// The key has been written so many times since it was made; 0 for one that is not there.
        case version(String, Int64)
        /// The key was made at that revision, and is there.
        case created(String, at: Int64)
        /// The key was changed at that revision, and is there.
        case modified(String, at: Int64)
    }

    /// One change.
    package enum Change: Sendable, Hashable {
        /// Sets a key, which goes with a session if one is named.
        case put(String, [UInt8], session: Int64? = nil)
        /// Deletes a key.
        case delete(String)
        /// Deletes all keys that begin like this.
        case deleteAll(prefix: String)
    }

    /// What became of a write.
    package enum Outcome: Sendable, Hashable {
        /// It is done, at this revision.
        case done(Int64)
        /// Something is not as was assumed; with those of ``reading`` that are there.
        case refused([String: ClusterValue])
    }

    /// What has to be so; all of it.
    package var conditions: [Condition]
    /// What is done then; no key twice.
    package var changes: [Change]
    /// The keys that are to be read if it is not so.
    package var reading: [String]

    /// Creates a write.
    package init(if conditions: [Condition], _ changes: [Change], elseReading reading: [String] = []) {
        self.conditions = conditions
        self.changes = changes
        self.reading = reading
    }
}

/// Why the store did not do what it was asked.
package struct ClusterStoreError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// Nothing was done, and another try may succeed.
        case unavailable
        /// Nobody knows whether it was done, or will be.
        case outcomeUnknown
        /// The session is over, or has to be taken for over.
        case sessionLost
        /// Nothing was done, and another try would not help.
        case refused
    }

    /// What a caller can do about it.
    package let code: Code
    /// What happened.
    package let description: String

    /// Creates an error.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
