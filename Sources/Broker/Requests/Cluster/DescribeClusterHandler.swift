import KafkaProtocol

extension DescribeClusterRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeClusterResponse>) {
        reply(broker.describeCluster(self, context))
    }
}

extension Broker {
    /// Describes the cluster: its brokers and its controller (KIP-700); those that are away as well if they are asked for
    /// (KIP-1073).
    func describeCluster(_ request: DescribeClusterRequest, _ context: RequestContext) -> DescribeClusterResponse {
        // Endpoint type 1 is brokers, 2 is controllers, which have no listener of their own here (KIP-919).
        guard request.endpointType == 1 else {
            let code: ErrorCode = request.endpointType == 2 ? .mismatchedEndpointType : .unsupportedEndpointType
            return DescribeClusterResponse(errorCode: code.rawValue, errorMessage: "only broker endpoints are served")
        }
        let cluster = ClusterView(of: self, for: context.listener)
        let away = request.includeFencedBrokers ? cluster.away : []
        return DescribeClusterResponse(
            clusterID: clusterID, controllerID: cluster.controller,
            brokers: cluster.endpoints.map {
                .init(brokerID: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack)
            }
                + away.map {
                    .init(brokerID: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack, isFenced: true)
                },
            clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
                ? authorizedOperations(on: .cluster, context) : Int32.min)
    }
}
