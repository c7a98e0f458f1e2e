import KafkaProtocol
import Logging
import Replication

extension UnregisterBrokerRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<UnregisterBrokerResponse>) {
        Task { reply(await broker.unregisterBroker(self, context)) }
    }
}

extension Broker {
    /// Takes a node that is gone for good out of the cluster.
    ///
    /// Partitions that still count it among their replicas are not changed: whoever removes a node has others take them over
    /// first. Unlike Kafka's, a node that runs is not removed. It would have to be stopped in any case, and keeps
    /// what it leads until then.
    func unregisterBroker(
        _ request: UnregisterBrokerRequest, _ context: RequestContext
    ) async -> UnregisterBrokerResponse {
        do {
            guard authorizer.allows(context.principal, .alter, .cluster) else {
                throw RequestRefusal(.clusterAuthorizationFailed)
            }
            let running = RequestRefusal(
                .invalidRequest, "Broker \(request.brokerID) is running: stop it before it is unregistered.")
            guard request.brokerID != nodeID else { throw running }
            guard let store = metadata as? ClusterMetadataStore else {
                throw ClusterMetadataStore.noSuchNode(request.brokerID)
            }
            guard try await store.removeNode(BrokerID(request.brokerID)) else { throw running }
            logger.notice("node \(request.brokerID) was removed from the cluster")
            return UnregisterBrokerResponse()
        } catch {
            let refusal = error as? RequestRefusal ?? RequestRefusal(.unknownServerError, "\(error)")
            return UnregisterBrokerResponse(errorCode: refusal.code.rawValue, errorMessage: refusal.message)
        }
    }
}
