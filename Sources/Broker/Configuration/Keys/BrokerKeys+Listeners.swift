/// Settings that a listener can have for itself beside those of the broker: `listener.name.<name in lower case>.<key>`
/// (KIP-402, KIP-612).
extension BrokerKeys {
    private static let listenerPrefix = "listener.name."
    private static let ofListeners = ["max.connections", "max.connection.creation.rate"]

    /// The name of a setting for one listener.
    static func name(_ key: String, ofListener listener: String) -> String {
        listenerPrefix + listener.lowercased() + "." + key
    }

    /// Whether `name` is a setting for one listener.
    static func isOfListener(_ name: String) -> Bool {
        guard name.hasPrefix(listenerPrefix) else { return false }
        let rest = name.dropFirst(listenerPrefix.count)
        return ofListeners.contains { rest.hasSuffix(".\($0)") && rest.count > $0.count + 1 }
    }

    /// What is known of a setting, those of listeners included.
    static func key(_ name: String) -> ConfigurationKey? {
        if let key = byName[name] { return key }
        guard isOfListener(name), let key = ofListeners.first(where: { name.hasSuffix($0) }) else { return nil }
        return ConfigurationKey(name, .int, byName[key]?.defaultValue, minimum: 0, "\(key) of one listener.")
    }
}
