import KafkaProtocol
import NIOPosix
import OrderedCollections

extension DescribeConfigsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeConfigsResponse>) {
        // Hundreds of keys for each resource are long work for a loop; the request may name any number of topics.
        broker.pool.submit { _ in reply(broker.describeConfigs(self, context)) }
    }
}

extension Broker {
    /// Describes the settings of topics, brokers, loggers, groups and subscriptions to client metrics.
    func describeConfigs(_ request: DescribeConfigsRequest, _ context: RequestContext) -> DescribeConfigsResponse {
        DescribeConfigsResponse(
            // A resource that is named twice is described once: a short request must not have an answer without end.
            results: OrderedSet(request.resources).map { resource in
                var result = DescribeConfigsResponse.DescribeConfigsResult(
                    errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
                do throws(RequestRefusal) {
                    let all = try describe(resource, context)
                    // No keys at all means all of them, as Kafka reads it.
                    let wanted = resource.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
                    result.configs = all.filter { wanted?.contains($0.name) ?? true }
                        .map { Self.trimmed($0, request, context) }
                } catch {
                    result.errorCode = error.code.rawValue
                    result.errorMessage = error.message
                }
                return result
            })
    }

    /// Leaves out what was not asked for, or has no place in the version.
    private static func trimmed(
        _ config: BrokerConfiguration.Description, _ request: DescribeConfigsRequest, _ context: RequestContext
    ) -> BrokerConfiguration.Description {
        var config = config
        if !request.includeSynonyms { config.synonyms = [] }
        if !request.includeDocumentation { config.documentation = nil }
        // Version 0 tells only whether a value is the default, later ones where it comes from.
        if context.version > 0 { config.isDefault = false }
        return config
    }

    private func describe(
        _ resource: DescribeConfigsRequest.DescribeConfigsResource, _ context: RequestContext
    ) throws(RequestRefusal) -> [BrokerConfiguration.Description] {
        guard let kind = ConfigurationResource.Kind(rawValue: resource.resourceType) else {
            throw RequestRefusal(.invalidRequest, "Unsupported resource type: \(resource.resourceType)")
        }
        let name = resource.resourceName
        try require(.describeConfigs, of: ConfigurationResource(kind: kind, name: name), context)
        switch kind {
        case .topic:
            if let fault = TopicName.fault(name) {
                throw RequestRefusal(.invalidTopicException, "Topic name is invalid: \(fault)")
            }
            guard let topic = metadata.image.topic(name) else {
                throw RequestRefusal(.unknownTopicOrPartition, "This server does not host this topic-partition.")
            }
            return configuration.described(topic: topic.configuration)
        case .broker:
            if name.isEmpty { return configuration.describedDefaults() }
            try requireThisNode(name, orElse: "or empty string, ")
            return configuration.describedBroker()
        case .brokerLogger:
            guard !name.isEmpty else { throw RequestRefusal(.invalidRequest, "Broker id must not be empty") }
            try requireThisNode(name, orElse: "")
            return logLevels.described
        case .clientMetrics:
            guard !name.isEmpty else {
                throw RequestRefusal(.invalidRequest, "Client metrics subscription name must not be empty")
            }
            return BrokerConfiguration.described(
                clientMetrics: metadata.image.configuration(of: ConfigurationResource(kind: kind, name: name)))
        case .group:
            guard !name.isEmpty else { throw RequestRefusal(.invalidRequest, "Group name must not be empty") }
            return configuration.described(
                group: metadata.image.configuration(of: ConfigurationResource(kind: kind, name: name)))
        }
    }

    /// Refuses the number of another node.
    func requireThisNode(_ name: String, orElse: String) throws(RequestRefusal) {
        guard let number = Int32(name) else {
            throw RequestRefusal(.invalidRequest, "Node id must be an integer, but it is: \(name)")
        }
        guard number == nodeID else {
            throw RequestRefusal(
                .invalidRequest, "Unexpected broker id, expected \(nodeID) \(orElse)but received \(name)")
        }
    }

    /// Refuses whom the authorizer does not allow `operation` on the settings of `resource`.
    func require(
        _ operation: Operation, of resource: ConfigurationResource, _ context: RequestContext
    ) throws(RequestRefusal) {
        let (target, code): (Resource, ErrorCode) =
            switch resource.kind {
            case .topic: (.topic(resource.name), .topicAuthorizationFailed)
            case .group: (.group(resource.name), .groupAuthorizationFailed)
            case .broker, .brokerLogger, .clientMetrics: (.cluster, .clusterAuthorizationFailed)
            }
        guard authorizer.allows(context.principal, operation, target) else { throw RequestRefusal(code) }
    }
}
