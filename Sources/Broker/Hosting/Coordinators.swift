import RecordFormat

/// The coordinators of groups, transactions and share groups, which go where the partitions are led that keep what they
/// know.
///
/// Safe to use from any thread.
final class Coordinators: Sendable {
    let groups: GroupHost
    let transactions: TransactionHost
    let shares: ShareHost

    init(groups: GroupHost, transactions: TransactionHost, shares: ShareHost) {
        self.groups = groups
        self.transactions = transactions
        self.shares = shares
    }

    /// Begins to coordinate, once topics are open.
    func begin() async {
        await groups.topic.begin()
        await transactions.topic.begin()
        // Behind the groups: what it finds of one that is gone is deleted.
        await shares.topic.begin()
    }

    /// Takes note that this node has begun or ended to lead a partition.
    ///
    /// Returns at once, for whoever brings it has the partition's replica in hand.
    func leadershipChanged(of id: TopicPartition) {
        guard InternalTopics.names.contains(id.topic) else { return shares.leadershipChanged(of: id) }
        Task {
            switch id.topic {
            case InternalTopics.consumerOffsets: groups.topic.look(at: id.partition)
            case InternalTopics.transactionState: transactions.topic.look(at: id.partition)
            default: shares.topic.look(at: id.partition)
            }
        }
    }

    /// Takes note that a topic has come, or has other copies here than before; returns when what it keeps can be asked
    /// for, where it has no replicas elsewhere.
    func topicChanged(_ name: String) async {
        switch name {
        case InternalTopics.consumerOffsets: await groups.topic.lookAtAll()
        case InternalTopics.transactionState: await transactions.topic.lookAtAll()
        case InternalTopics.shareGroupState: await shares.topic.lookAtAll()
        default: break
        }
    }

    /// Answers everyone who waits, and everyone who asks from now on, that this node coordinates nothing.
    func stop() {
        transactions.resign()
        groups.resign()
        shares.stop()
    }

    /// Waits for what was being read when ``stop()`` was called, once the partitions serve nobody any more.
    func finishLoading() async {
        await groups.topic.finishLoading()
        await transactions.topic.finishLoading()
        await shares.topic.finishLoading()
    }
}
