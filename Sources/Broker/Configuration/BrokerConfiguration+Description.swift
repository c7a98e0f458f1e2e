import KafkaProtocol

/// The settings as DescribeConfigs tells them: each value with where it comes from, and what it would be without that.
extension BrokerConfiguration {
    typealias Description = DescribeConfigsResponse.DescribeConfigsResourceResult
    typealias Synonym = DescribeConfigsResponse.DescribeConfigsSynonym

    /// The settings of a topic that has `overrides` of its own.
    func described(topic overrides: [String: String]) -> [Description] {
        TopicKeys.all.map { key in
            var synonyms = key.brokerKey.map { brokerSynonyms($0, key) } ?? []
            if let value = overrides[key.name] {
                synonyms.insert(Self.synonym(key.name, value, .topic, key), at: 0)
            }
            return Self.description(
                key, value: overrides[key.name] ?? topicDefault(key).value, readOnly: false, synonyms)
        }
    }

    /// The settings of this broker.
    func describedBroker() -> [Description] {
        let own = values.keys.filter { BrokerKeys.isOfListener($0) }.sorted().compactMap { BrokerKeys.key($0) }
        let known = (BrokerKeys.all + own).map { key in
            Self.description(
                key, value: values[key.name] ?? key.defaultValue, readOnly: BrokerKeys.update(key.name) == nil,
                brokerSynonyms(key.name, key))
        }
        // What no one knows may be a secret.
        let unknown = Set(dynamic.node.keys).union(dynamic.cluster.keys).filter { BrokerKeys.key($0) == nil }
        return known + unknown.sorted().map(Self.unknownDescription)
    }

    /// What was set for all brokers at once.
    func describedDefaults() -> [Description] {
        dynamic.cluster.sorted { $0.key < $1.key }.map { name, value in
            guard let key = BrokerKeys.key(name) else { return Self.unknownDescription(name) }
            return Self.description(
                key, value: value, readOnly: BrokerKeys.update(name) == nil,
                [Self.synonym(name, value, .dynamicDefaultBroker, key)])
        }
    }

    /// The settings of a group that has `overrides` of its own.
    func described(group overrides: [String: String]) -> [Description] {
        GroupKeys.all.map { key in
            let value = String(groupValue(key.name, overrides))
            let source: ConfigurationSource = overrides[key.name] == nil ? .defaultValue : .group
            return Self.description(
                key, value: value, readOnly: false, [Self.synonym(key.name, value, source, key)])
        }
    }

    /// The settings of a subscription to client metrics: only what it has of its own.
    static func described(clientMetrics settings: [String: String]) -> [Description] {
        settings.sorted { $0.key < $1.key }.map { name, value in
            .init(
                name: name, value: value, isDefault: false, configSource: ConfigurationSource.clientMetrics.rawValue,
                configType: ClientMetricsKeys.byName[name]?.kind.rawValue ?? 0,
                documentation: ClientMetricsKeys.byName[name]?.documentation)
        }
    }

    /// The values that a broker's key could have, the one in force first: Kafka goes by source, and within a source by
    /// the names that stand for the same.
    private func brokerSynonyms(_ name: String, _ key: ConfigurationKey) -> [Synonym] {
        let names = [name] + BrokerKeys.older(than: name)
        let layers: [(ConfigurationSource, (String) -> String?)] = [
            (.dynamicBroker, { dynamic.node[$0] }), (.dynamicDefaultBroker, { dynamic.cluster[$0] }),
            (.staticBroker, { started[$0] }), (.defaultValue, { BrokerKeys.key($0)?.defaultValue }),
        ]
        return layers.flatMap { source, value in
            names.compactMap { name in value(name).map { Self.synonym(name, $0, source, key) } }
        }
    }

    private static func synonym(
        _ name: String, _ value: String?, _ source: ConfigurationSource, _ key: ConfigurationKey
    ) -> Synonym {
        .init(name: name, value: key.isSensitive ? nil : value, source: source.rawValue)
    }

    private static func description(
        _ key: ConfigurationKey, value: String?, readOnly: Bool, _ synonyms: [Synonym]
    ) -> Description {
        let source = synonyms.first?.source ?? ConfigurationSource.defaultValue.rawValue
        return .init(
            name: key.name, value: key.isSensitive ? nil : value, readOnly: readOnly,
            isDefault: source == ConfigurationSource.defaultValue.rawValue, configSource: source,
            isSensitive: key.isSensitive, synonyms: synonyms, configType: key.kind.rawValue,
            documentation: key.documentation)
    }

    private static func unknownDescription(_ name: String) -> Description {
        .init(
            name: name, value: nil, readOnly: true, configSource: ConfigurationSource.dynamicDefaultBroker.rawValue,
            isSensitive: true)
    }
}
