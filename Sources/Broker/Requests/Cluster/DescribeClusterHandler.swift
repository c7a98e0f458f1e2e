import KafkaProtocol

extension DescribeClusterRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeClusterResponse>) {
        reply(broker.describeCluster(self, context))
    }
}

extension Broker {
    /// Describes the cluster: this broker (KIP-700).
    func describeCluster(_ request: DescribeClusterRequest, _ context: RequestContext) -> DescribeClusterResponse {
        // Endpoint type 1 is brokers, 2 is controllers, which have no listener of their own here (KIP-919).
        guard request.endpointType == 1 else {
            let code: ErrorCode = request.endpointType == 2 ? .mismatchedEndpointType : .unsupportedEndpointType
            return DescribeClusterResponse(errorCode: code.rawValue, errorMessage: "only broker endpoints are served")
        }
        let address = address(for: context.listener)
        return DescribeClusterResponse(
            clusterID: clusterID, controllerID: nodeID,
            brokers: [.init(brokerID: nodeID, host: address.host, port: Int32(address.port), rack: rack)],
            clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
                ? authorizedOperations(on: .cluster, context) : Int32.min)
    }

    /// What the client may do with `resource`, one bit for each operation (KIP-430); nothing for who may not even
    /// describe it.
    func authorizedOperations(on resource: Resource, _ context: RequestContext) -> Int32 {
        let all: [(Operation, bit: Int32)] =
            switch resource {
            case .topic:
                [
                    (.read, 3), (.write, 4), (.create, 5), (.delete, 6), (.alter, 7), (.describe, 8),
                    (.describeConfigs, 10), (.alterConfigs, 11),
                ]
            case .cluster:
                [
                    (.create, 5), (.alter, 7), (.describe, 8), (.clusterAction, 9), (.describeConfigs, 10),
                    (.alterConfigs, 11), (.idempotentWrite, 12),
                ]
            case .group: [(.read, 3), (.delete, 6), (.describe, 8), (.describeConfigs, 10), (.alterConfigs, 11)]
            case .transactionalID: [(.write, 4), (.describe, 8)]
            }
        guard authorizer.allows(context.principal, .describe, resource) else { return 0 }
        return all.reduce(0) { bits, operation in
            authorizer.allows(context.principal, operation.0, resource) ? bits | 1 << operation.bit : bits
        }
    }
}
