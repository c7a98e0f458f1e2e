/// Proof of having been elected: what later writes are compared with, so that they are done only while it lasts.
///
/// A lease alone protects nothing: a process that was paused past its lease goes on where it stood. Here every write
/// names the key that the election made, and etcd compares and writes in one step.
package struct EtcdLeadership: Sendable, Hashable {
    /// The number of the election; the next one's is greater.
    package let epoch: Int64
    /// The change by which it was won.
    package let revision: EtcdRevision
    /// The key of whoever leads, which goes with the leader's lease.
    package let leaderKey: EtcdKey
    /// The key that holds the epoch of the last election, which stays.
    package let epochKey: EtcdKey

    /// What has to hold for a write of this leader. The key of a later leader is made by a later change, so the first
    /// condition would do; the second says the same in terms of the epoch, should anybody write the first key by hand.
    var conditions: [EtcdCompare] {
        [
            EtcdCompare(leaderKey, .equal, .createRevision(revision)),
            EtcdCompare(epochKey, .equal, .value(Self.value(ofEpoch: epoch))),
        ]
    }

    /// What tells, after a transaction that failed, whether it failed by ``conditions``.
    var reading: [EtcdOperation] {
        [.read(.key(leaderKey), limit: 1), .read(.key(epochKey), limit: 1)]
    }

    /// Whether the results of ``reading`` are those of this leadership.
    func stands(in results: [EtcdOperationResult]) -> Bool {
        guard results.count == 2, case .read(let leader) = results[0], case .read(let epoch) = results[1] else {
            return false
        }
        return leader.keyValues.first?.createRevision == revision
            && epoch.keyValues.first?.value == Self.value(ofEpoch: self.epoch)
    }

    /// An epoch as its key holds it: decimal digits.
    static func value(ofEpoch epoch: Int64) -> [UInt8] { Array(String(epoch).utf8) }

    /// The epoch in a key's value.
    ///
    /// - Returns: Nil when the value is no epoch.
    static func epoch(in value: [UInt8]) -> Int64? {
        guard let text = String(validating: value, as: UTF8.self), let epoch = Int64(text), epoch >= 0 else {
            return nil
        }
        return epoch
    }
}
