/// One change of one key.
package enum EtcdEvent: Sendable, Hashable {
    /// The key was made or got a new value.
    case put(EtcdKeyValue)
    /// The key was deleted, or its lease ended.
    case delete(EtcdKey, at: EtcdRevision)

    /// The key.
    package var key: EtcdKey {
        switch self {
        case .put(let keyValue): keyValue.key
        case .delete(let key, _): key
        }
    }

    /// The change.
    package var revision: EtcdRevision {
        switch self {
        case .put(let keyValue): keyValue.modRevision
        case .delete(_, let revision): revision
        }
    }
}

/// Changes that a watch saw, whole revisions in their order: never a part of a transaction.
package struct EtcdEventBatch: Sendable, Hashable {
    /// Up to here, this change included, everything in the watch's range has been told.
    package let revision: EtcdRevision
    /// The changes; none where only time has passed.
    package let events: [EtcdEvent]
}
