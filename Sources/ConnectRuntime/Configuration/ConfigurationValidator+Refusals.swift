import ConnectAPI

/// What Kafka Connect would do and this worker does not (yet).
///
/// Each is an error: a connector that ran without the dead letters or the guarantee that its owner asked for would be
/// worse than one that does not run.
extension ConfigurationValidator {
    /// Adds an error to every key that asks for what this worker cannot do.
    func refuseUnsupported(_ configuration: [String: String], isSource: Bool, _ infos: inout [ConfigInfos.Info]) {
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) {
            let value = value.trimmingSpace
            guard let reason = refusal(of: key, value, isSource: isSource) else { continue }
            let message = "Invalid value \(value) for configuration \(key): \(reason)"
            if let index = infos.firstIndex(where: { $0.value.name == key }) {
                infos[index].value.errors.append(message)
            } else {
                let definition = ConfigKey(
                    key, .string, default: .none, importance: .low, documentation: "Not supported by this worker.")
                infos.append(
                    ConfigInfos.Info(
                        definition: definition, value: ConfigValue(name: key, value: value, errors: [message])))
            }
        }
    }

    private func refusal(of key: String, _ value: String, isSource: Bool) -> String? {
        switch key {
        case "offsets.storage.topic" where isSource && exactlyOnceSourceSupport != .enabled:
            return "only a worker with exactly.once.source.support=enabled keeps offsets in a connector's own topic"
        case "producer.override.bootstrap.servers" where isSource && exactlyOnceSourceSupport == .enabled:
            return "a worker with exactly.once.source.support=enabled fences and stores offsets on its own cluster only"
        default: return nil
        }
    }
}
