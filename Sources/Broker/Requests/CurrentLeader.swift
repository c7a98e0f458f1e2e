import KafkaProtocol
import RecordFormat
import Replication

extension Broker {
    /// The leader that a client is pointed to which asked the wrong broker, or with an old epoch (KIP-951): the
    /// broker's number and its epoch, each -1 if there is none.
    func currentLeader(of id: TopicPartition) -> (id: Int32, epoch: Int32) {
        metadata.image.partition(id).map { ($0.leader?.rawValue ?? -1, $0.leaderEpoch.rawValue) } ?? (-1, -1)
    }

    /// Where those of `leaders` are reached that are there to be reached, each once.
    func endpoints(of leaders: [Int32], _ context: RequestContext) -> [ClusterView.Endpoint] {
        if leaders.isEmpty { return [] }
        return ClusterView(of: self, for: context.listener).endpoints.filter { leaders.contains($0.nodeID) }
    }
}
