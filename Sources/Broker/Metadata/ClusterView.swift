import KafkaProtocol
import Replication
import Synchronization

/// The cluster as a client sees it that came by one listener: nodes that cannot be reached by it are not there, nor those
/// whose process this node has seen go.
///
/// The image has those for some milliseconds more, which is when clients ask who leads now. Who is told the former leader
/// once more may not ask again for a second; who is told that there is none does at once.
struct ClusterView {
    /// Where a node is reached.
    struct Endpoint: Equatable {
        var nodeID: Int32
        var host: String
        var port: Int32
        var rack: String?
    }

    /// The nodes that can be reached, in the order of their numbers.
    let endpoints: [Endpoint]
    /// Those that could be reached if they were there, in the order of their numbers.
    let away: [Endpoint]
    /// The controller's number; -1 if there is none, or it cannot be reached.
    let controller: Int32
    /// The nodes that are there, by whatever listener.
    private let present: Set<Int32>

    init(of broker: Broker, for listener: String) {
        let image = broker.metadata.image
        let gone = (broker.cluster.withLock { $0 }?.peers.gone ?? []).filter {
            $0.epoch == image.brokers.sessions[$0.id]
        }
        let nodes =
            gone.isEmpty ? image.nodes : image.nodes.filter { node in !gone.contains { $0.id.rawValue == node.key } }
        let own = broker.address(for: listener)
        func reached(_ nodes: [Int32: ClusterImage.Node]) -> [Endpoint] {
            nodes.values.compactMap { node in
                guard node.id != broker.nodeID, let endpoint = node.endpoints[listener] else { return nil }
                return Endpoint(nodeID: node.id, host: endpoint.host, port: Int32(endpoint.port), rack: node.rack)
            }
        }
        let itself = Endpoint(nodeID: broker.nodeID, host: own.host, port: Int32(own.port), rack: broker.rack)
        endpoints = (reached(nodes) + [itself]).sorted { $0.nodeID < $1.nodeID }
        away = reached(image.awayNodes).sorted { $0.nodeID < $1.nodeID }
        present = Set(nodes.keys).union([broker.nodeID])
        controller =
            image.controller.flatMap { [endpoints] id in endpoints.contains { $0.nodeID == id } ? id : nil } ?? -1
    }

    /// Where a node is reached, if it is.
    func endpoint(of node: Int32) -> Endpoint? { endpoints.first { $0.nodeID == node } }

    /// A partition's leader if it can be reached, or -1 and why there is none.
    ///
    /// - Parameter knowsListeners: Whether the client knows LISTENER_NOT_FOUND (KIP-302).
    func leader(
        of partition: PartitionState, knowsListeners: Bool = true
    ) -> (id: Int32, error: ErrorCode) {
        guard let leader = partition.leader?.rawValue else { return (-1, .leaderNotAvailable) }
        if endpoint(of: leader) != nil { return (leader, .none) }
        return (-1, knowsListeners && present.contains(leader) ? .listenerNotFound : .leaderNotAvailable)
    }

    /// Those of `replicas` whose nodes cannot be reached.
    func missing(_ replicas: [BrokerID]) -> [Int32] { replicas.lazy.map(\.rawValue).filter { endpoint(of: $0) == nil } }
}
