import JSON

/// A condition of a transaction: what has to be so at the very moment at which its operations are done.
///
/// A key that is not there has version, revisions and lease 0, and fails every comparison of values.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#transaction
package struct EtcdCompare: Sendable, Hashable {
    /// What is compared.
    package enum Target: Sendable, Hashable {
        /// How many changes the key has seen; 0 where it is not there.
        case version(Int64)
        /// The change that made the key; zero where it is not there.
        case createRevision(EtcdRevision)
        /// The last change of the key; zero where it is not there.
        case modRevision(EtcdRevision)
        /// The value, byte by byte.
        case value([UInt8])
        /// The lease; nil for a key that has none.
        case lease(EtcdLeaseID?)
    }

    /// How the key's side is compared with ours.
    package enum Relation: String, Sendable, Hashable {
        case equal = "EQUAL"
        case notEqual = "NOT_EQUAL"
        case greater = "GREATER"
        case less = "LESS"
    }

    /// The key.
    package let key: EtcdKey
    /// How it is compared.
    package let relation: Relation
    /// What is compared, and with what.
    package let target: Target

    /// Creates a condition, as in `EtcdCompare("topics/a", .equal, .version(1))`.
    package init(_ key: EtcdKey, _ relation: Relation, _ target: Target) {
        self.key = key
        self.relation = relation
        self.target = target
    }

    /// There is no such key.
    package static func isAbsent(_ key: EtcdKey) -> EtcdCompare {
        EtcdCompare(key, .equal, .createRevision(.zero))
    }

    /// Nobody has changed, deleted or made the key since it was read.
    ///
    /// - Parameter revision: Its `modRevision`, or zero when it was not there.
    package static func isUnchanged(_ key: EtcdKey, since revision: EtcdRevision) -> EtcdCompare {
        EtcdCompare(key, .equal, .modRevision(revision))
    }
}

/// One thing that a transaction does.
package enum EtcdOperation: Sendable, Hashable {
    /// Writes a value; a key without a lease has none afterwards.
    case put(EtcdKey, [UInt8], lease: EtcdLeaseID? = nil)
    /// Deletes the key or all keys of the range.
    case delete(EtcdKeyRange)
    /// Reads up to `limit` keys, in order, as they are after the operations before it.
    case read(EtcdKeyRange, limit: Int)
}

/// What one operation of a transaction has done or read.
package enum EtcdOperationResult: Sendable, Hashable {
    /// The value is written.
    case put
    /// So many keys are deleted.
    case deleted(Int64)
    /// What was read.
    case read(EtcdPage)
}

/// What a transaction has come to.
package struct EtcdTransactionResult: Sendable, Hashable {
    /// Whether all conditions held, and so which of the two lists of operations was done.
    package let succeeded: Bool
    /// The revision of the store afterwards: that of the transaction itself if it has changed anything.
    package let revision: EtcdRevision
    /// What each operation has done, in order.
    package let results: [EtcdOperationResult]

    /// What the operation at a place has read, empty when it was no reading.
    package func page(_ place: Int) -> [EtcdKeyValue] {
        if results.indices.contains(place), case .read(let page) = results[place] { page.keyValues } else { [] }
    }
}

/// Keys with their values, in order, at one revision: a part of a range, or all of it.
package struct EtcdPage: Sendable, Hashable {
    /// The revision of the store when it was read. Later pages of the same range are asked for at this one.
    package let revision: EtcdRevision
    /// The keys that were asked for, at most as many as the limit.
    package let keyValues: [EtcdKeyValue]
    /// Whether the range goes on behind the last of them.
    package let hasMore: Bool
    /// How many keys the range has, from the first that was asked for.
    package let count: Int64
}
