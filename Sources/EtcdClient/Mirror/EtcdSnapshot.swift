package import HashTreeCollections

/// All keys of a prefix with their values, as they were at one revision.
///
/// Snapshots of one mirror share what did not change, so that keeping one costs little.
package struct EtcdSnapshot: Sendable {
    /// Everything up to here, this change included, is in it.
    package let revision: EtcdRevision
    /// What is there.
    package let keyValues: TreeDictionary<EtcdKey, EtcdKeyValue>
    /// The length of all keys and values together.
    let bytes: Int
    /// Counts the mirror's snapshots, from 1.
    let generation: Int
    /// What differs from the snapshot before.
    private let changedKeys: Set<EtcdKey>

    init(
        revision: EtcdRevision, keyValues: TreeDictionary<EtcdKey, EtcdKeyValue>, bytes: Int, generation: Int,
        changedKeys: Set<EtcdKey>
    ) {
        self.revision = revision
        self.keyValues = keyValues
        self.bytes = bytes
        self.generation = generation
        self.changedKeys = changedKeys
    }

    /// One key; nil where it is not there.
    package subscript(key: EtcdKey) -> EtcdKeyValue? { keyValues[key] }

    /// Which keys were made, changed or deleted between an earlier snapshot of the same mirror and this one.
    ///
    /// A key that was changed and put back, or made and deleted, may be among them.
    ///
    /// - Parameter earlier: Nil for one from before the first, which has no keys.
    /// - Complexity: O(1) when `earlier` is the snapshot directly before, else O(*n*) in the number of keys.
    package func changes(since earlier: EtcdSnapshot?) -> Set<EtcdKey> {
        if (earlier?.generation ?? 0) + 1 == generation { return changedKeys }
        return Self.difference(earlier?.keyValues ?? [:], keyValues)
    }

    /// The snapshot after a batch of changes.
    func applying(_ batch: EtcdEventBatch) -> EtcdSnapshot {
        var keyValues = keyValues
        var bytes = bytes
        var changed: Set<EtcdKey> = []
        for event in batch.events {
            let (before, after): (EtcdKeyValue?, EtcdKeyValue?)
            switch event {
            case .put(let keyValue): (before, after) = (keyValues.updateValue(keyValue, forKey: event.key), keyValue)
            case .delete(let key, _): (before, after) = (keyValues.removeValue(forKey: key), nil)
            }
            bytes += Self.bytes(of: after) - Self.bytes(of: before)
            changed.insert(event.key)
        }
        return EtcdSnapshot(
            revision: batch.revision, keyValues: keyValues, bytes: bytes, generation: generation + 1,
            changedKeys: changed)
    }

    /// The snapshot after everything was read again.
    static func replacing(
        _ earlier: EtcdSnapshot?, with keyValues: TreeDictionary<EtcdKey, EtcdKeyValue>, at revision: EtcdRevision
    ) -> EtcdSnapshot {
        EtcdSnapshot(
            revision: revision, keyValues: keyValues, bytes: keyValues.values.reduce(0) { $0 + bytes(of: $1) },
            generation: (earlier?.generation ?? 0) + 1,
            changedKeys: difference(earlier?.keyValues ?? [:], keyValues))
    }

    /// What a key and its value count for; nothing where there is none.
    static func bytes(of keyValue: EtcdKeyValue?) -> Int {
        keyValue.map { $0.key.bytes.count + $0.value.count } ?? 0
    }

    private static func difference(
        _ earlier: TreeDictionary<EtcdKey, EtcdKeyValue>, _ later: TreeDictionary<EtcdKey, EtcdKeyValue>
    ) -> Set<EtcdKey> {
        var changed: Set<EtcdKey> = []
        for (key, value) in later where earlier[key] != value { changed.insert(key) }
        for key in earlier.keys where later[key] == nil { changed.insert(key) }
        return changed
    }
}
