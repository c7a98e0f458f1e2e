/// A key with its value and the history of both.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#key-value-pair
package struct EtcdKeyValue: Sendable, Hashable {
    /// The key, without the prefix of the configuration.
    package let key: EtcdKey
    /// The value.
    package let value: [UInt8]
    /// The change that made the key; a key that is deleted and made again has a new one.
    package let createRevision: EtcdRevision
    /// The last change of the key.
    package let modRevision: EtcdRevision
    /// How many changes the key has seen since it was made; 1 at first.
    package let version: Int64
    /// The lease that the key goes with; nil where it stays.
    package let lease: EtcdLeaseID?

    /// Creates a key with its value.
    package init(
        key: EtcdKey, value: [UInt8], createRevision: EtcdRevision, modRevision: EtcdRevision, version: Int64,
        lease: EtcdLeaseID?
    ) {
        self.key = key
        self.value = value
        self.createRevision = createRevision
        self.modRevision = modRevision
        self.version = version
        self.lease = lease
    }

    /// The value as text, with what is not UTF-8 replaced.
    package var text: String { String(decoding: value, as: UTF8.self) }
}
