import KafkaProtocol
import RecordFormat

extension Broker {
    /// Where a broker is reached.
    struct Endpoint {
        var nodeID: Int32
        var host: String
        var port: Int32
        var rack: String?
    }

    /// The leader that a client is pointed to which asked the wrong broker, or with an old epoch (KIP-951): the
    /// broker's number and its epoch, each -1 if there is none.
    func currentLeader(of id: TopicPartition) -> (id: Int32, epoch: Int32) {
        guard let topic = metadata.image.topic(id.topic), topic.partitions.indices.contains(Int(id.partition)) else {
            return (-1, -1)
        }
        let state = topic.partitions[Int(id.partition)]
        return (state.leader, state.leaderEpoch.rawValue)
    }

    /// Where those of `leaders` are reached that are here to be reached, each once.
    func endpoints(of leaders: [Int32], _ context: RequestContext) -> [Endpoint] {
        guard leaders.contains(nodeID) else { return [] }
        let address = address(for: context.listener)
        return [Endpoint(nodeID: nodeID, host: address.host, port: Int32(address.port), rack: rack)]
    }
}
