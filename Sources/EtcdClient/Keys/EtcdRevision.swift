/// A point in the history of an etcd cluster: it grows by one with every transaction that changes anything.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/data_model/
package struct EtcdRevision: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number as etcd counts; 0 is before all history and the revision of keys that are not there.
    package let rawValue: Int64

    /// Creates a revision from its number.
    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// Before all history.
    package static let zero = EtcdRevision(rawValue: 0)

    /// The revision of the next change.
    package var next: EtcdRevision { EtcdRevision(rawValue: rawValue &+ 1) }

    /// Whether the left one is older.
    package static func < (left: EtcdRevision, right: EtcdRevision) -> Bool { left.rawValue < right.rawValue }

    /// The number, for logs and messages.
    package var description: String { String(rawValue) }
}

/// The name of a lease; keys that hang on it go when it ends.
package struct EtcdLeaseID: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number, which is never 0.
    package let rawValue: Int64

    /// Creates an id from its number.
    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The number as `etcdctl` writes it, for logs and messages.
    package var description: String { String(rawValue, radix: 16) }
}
