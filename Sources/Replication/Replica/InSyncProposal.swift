/// A leader's request to change the in-sync replicas, made as one compare-and-set in the metadata store
/// (AlterPartition, KIP-497).
///
/// The write has to compare with ``expectedVersion`` and, for every node that joins, that its registration is still of
/// the incarnation in ``joining`` and admitted. Without the latter a node that lost its copy could come back between
/// the leader's look at its fetch and the write, be admitted as one that is in no set, and then join by what it had
/// before.
public struct InSyncProposal: Hashable, Sendable {
    /// The state that is to be.
    public let state: PartitionState
    /// The version that it replaces.
    public let expectedVersion: PartitionVersion
    /// The incarnations whose fetches the joining nodes are taken in for, in the order of their ids.
    public let joining: [Member]

    /// A node that joins.
    public struct Member: Hashable, Sendable {
        /// The node.
        public let id: BrokerID
        /// Its incarnation.
        public let epoch: BrokerEpoch
    }

    /// What became of a proposal.
    public enum Outcome: Hashable, Sendable {
        /// The store has the proposed state.
        case accepted
        /// The store has another one and did not take this: the state that stands there.
        case refused(PartitionState)
        /// Nobody knows, and it may yet happen.
        case unknown
    }
}
