import ConnectAPI

/// Checks what a connector sets for its clients (`producer.override.` and its like, KIP-458).
extension ConfigurationValidator {
    /// Adds the settings of those clients that the connector has; as with Kafka, settings of others are passed over.
    func addClientOverrides(
        _ configuration: [String: String], isSource: Bool, _ infos: inout [ConfigInfos.Info]
    ) {
        for role in ClientRole.used(by: configuration, isSource ? .source : .sink) {
            let overrides = configuration.entries(under: role.overridePrefix)
            let all = ClientSettings.merged(role, worker: workerProperties, connector: configuration)
            let contradictions = ClientSettings.contradictions(role, all)
            for (key, text) in overrides.sorted(by: { $0.key < $1.key }) {
                let name = role.overridePrefix + key
                var definition = role.definition[key]
                definition?.name = name
                var value = ConfigValue(name: name, value: nil)
                if let definition {
                    value = ConfigDefinition([definition]).validate([name: text])[0]
                } else if !role.unused.contains(key) {
                    value.recommendedValues =
                        NearestName.of(key, among: role.definition.keys.map(\.name))
                        .map { [role.overridePrefix + $0] } ?? []
                }
                if let refusal = overridePolicy.refusal(of: key) { value.errors.append(refusal) }
                if let refusal = ClientRole.refusal(of: key, text) {
                    if definition == nil { definition = Self.secretKey(name) }
                    value.errors.append("Invalid configuration \(name): \(refusal)")
                }
                value.errors += contradictions.filter { $0.key == key }.map(\.message)
                infos.append(ConfigInfos.Info(definition: definition, value: value))
            }
        }
    }

    /// A key that this worker's clients do not have, and whose value may be a password.
    private static func secretKey(_ name: String) -> ConfigKey {
        ConfigKey(
            name, .password, default: .none, importance: .medium,
            documentation: "Not supported by this worker's clients.")
    }
}
