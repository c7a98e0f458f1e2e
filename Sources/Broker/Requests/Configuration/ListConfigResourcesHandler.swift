import KafkaProtocol
import NIOPosix

extension ListConfigResourcesRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListConfigResourcesResponse>) {
        broker.pool.submit { _ in reply(broker.listConfigResources(self, context)) }
    }
}

extension Broker {
    /// Lists what can have settings of its own; in version 0 subscriptions to client metrics only (KIP-714, KIP-1142).
    func listConfigResources(
        _ request: ListConfigResourcesRequest, _ context: RequestContext
    ) -> ListConfigResourcesResponse {
        guard authorizer.allows(context.principal, .describeConfigs, .cluster) else {
            return ListConfigResourcesResponse(errorCode: ErrorCode.clusterAuthorizationFailed.rawValue)
        }
        let kinds: [ConfigurationResource.Kind]
        if context.version == 0 {
            kinds = [.clientMetrics]
        } else if request.resourceTypes.isEmpty {
            kinds = ConfigurationResource.Kind.allCases
        } else {
            let asked = request.resourceTypes.map { ConfigurationResource.Kind(rawValue: $0) }
            guard !asked.contains(nil) else {
                return ListConfigResourcesResponse(errorCode: ErrorCode.unsupportedVersion.rawValue)
            }
            kinds = ConfigurationResource.Kind.allCases.filter { asked.contains($0) }
        }
        return ListConfigResourcesResponse(
            configResources: kinds.flatMap { kind in
                names(of: kind).sorted().map { .init(resourceName: $0, resourceType: kind.rawValue) }
            })
    }

    private func names(of kind: ConfigurationResource.Kind) -> [String] {
        switch kind {
        case .topic: Array(metadata.image.topics.keys)
        case .broker, .brokerLogger: [String(nodeID)]
        case .clientMetrics, .group:
            metadata.image.configurations.keys.filter { $0.kind == kind }.map(\.name)
        }
    }
}
