import KafkaProtocol
import NIOPosix
import OrderedCollections

extension DescribeConfigsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeConfigsResponse>) {
        // A hundred keys for each resource is long work for a loop; the request may name any number of topics.
        broker.pool.submit { _ in reply(broker.describeConfigs(self, context)) }
    }
}

/// What a configuration can belong to, by its number in the protocol.
private enum ResourceType {
    static let topic: Int8 = 2
    static let broker: Int8 = 4
}

/// Where a value comes from (KIP-226).
private enum ConfigSource {
    static let topic: Int8 = 1
    static let staticBroker: Int8 = 4
    static let defaultValue: Int8 = 5
}

extension Broker {
    /// Describes the settings of topics and of this broker.
    func describeConfigs(_ request: DescribeConfigsRequest, _ context: RequestContext) -> DescribeConfigsResponse {
        DescribeConfigsResponse(
            // A resource that is named twice is described once: a short request must not have an answer without end.
            results: OrderedSet(request.resources).map { resource in
                var result = DescribeConfigsResponse.DescribeConfigsResult(
                    errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
                describe(resource, context, &result)
                result.configs = result.configs.map { config in
                    var config = config
                    if !request.includeSynonyms { config.synonyms = [] }
                    if !request.includeDocumentation { config.documentation = nil }
                    // Version 0 tells only whether a value is the default, later ones where it comes from.
                    if context.version > 0 { config.isDefault = false }
                    return config
                }
                return result
            })
    }

    private func describe(
        _ resource: DescribeConfigsRequest.DescribeConfigsResource, _ context: RequestContext,
        _ result: inout DescribeConfigsResponse.DescribeConfigsResult
    ) {
        func fail(_ code: ErrorCode, _ message: String) {
            result.errorCode = code.rawValue
            result.errorMessage = message
        }
        switch resource.resourceType {
        case ResourceType.topic:
            guard authorizer.allows(context.principal, .describeConfigs, .topic(resource.resourceName)) else {
                return fail(.topicAuthorizationFailed, "Authorization failed.")
            }
            guard let topic = metadata.image.topic(resource.resourceName) else {
                return fail(.unknownTopicOrPartition, "This server does not host this topic-partition.")
            }
            result.configs = describeConfiguration(ofTopic: topic.configuration, keys: resource.configurationKeys)
        case ResourceType.broker:
            guard authorizer.allows(context.principal, .describeConfigs, .cluster) else {
                return fail(.clusterAuthorizationFailed, "Authorization failed.")
            }
            guard resource.resourceName.isEmpty || resource.resourceName == String(nodeID) else {
                return fail(
                    .invalidRequest,
                    "Unexpected broker id, expected \(nodeID) or empty, but received \(resource.resourceName)")
            }
            result.configs = describeConfiguration(keys: resource.configurationKeys)
        default:
            fail(.invalidRequest, "Unsupported resource type: \(resource.resourceType)")
        }
    }

    /// The settings of a topic, with where each value comes from.
    func describeConfiguration(
        ofTopic overrides: [String: String], keys: [String]?
    ) -> [DescribeConfigsResponse.DescribeConfigsResourceResult] {
        TopicKeys.all.filter { keys?.contains($0.name) ?? true }.map { key in
            let inherited = configuration.topicDefault(key)
            var synonyms: [DescribeConfigsResponse.DescribeConfigsSynonym] = []
            if let value = overrides[key.name] {
                synonyms.append(.init(name: key.name, value: value, source: ConfigSource.topic))
            }
            if let source = inherited.source {
                synonyms.append(.init(name: source, value: inherited.value, source: ConfigSource.staticBroker))
            }
            if let brokerKey = key.brokerKey {
                synonyms.append(.init(name: brokerKey, value: key.defaultValue, source: ConfigSource.defaultValue))
            }
            let source =
                overrides[key.name] != nil
                ? ConfigSource.topic
                : inherited.source != nil ? ConfigSource.staticBroker : ConfigSource.defaultValue
            return .init(
                name: key.name, value: overrides[key.name] ?? inherited.value,
                isDefault: source == ConfigSource.defaultValue,
                configSource: source, synonyms: synonyms, configType: key.kind.rawValue,
                documentation: key.documentation)
        }
    }

    /// The settings of this broker, with where each value comes from.
    private func describeConfiguration(keys: [String]?) -> [DescribeConfigsResponse.DescribeConfigsResourceResult] {
        BrokerKeys.all.filter { keys?.contains($0.name) ?? true }.map { key in
            let given = configuration.values[key.name]
            let source = given == nil ? ConfigSource.defaultValue : ConfigSource.staticBroker
            var synonyms: [DescribeConfigsResponse.DescribeConfigsSynonym] = []
            if let given { synonyms.append(.init(name: key.name, value: given, source: ConfigSource.staticBroker)) }
            if let value = key.defaultValue {
                synonyms.append(.init(name: key.name, value: value, source: ConfigSource.defaultValue))
            }
            return .init(
                name: key.name, value: given ?? key.defaultValue, readOnly: true, isDefault: given == nil,
                configSource: source,
                synonyms: synonyms, configType: key.kind.rawValue, documentation: key.documentation)
        }
    }
}
