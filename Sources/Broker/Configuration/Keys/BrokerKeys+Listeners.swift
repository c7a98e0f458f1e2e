import TransportSecurity

/// Settings that a listener can have for itself beside those of the broker: `listener.name.<name in lower case>.<key>`
/// (KIP-103, KIP-402, KIP-612).
extension BrokerKeys {
    private static let listenerPrefix = "listener.name."
    private static let limitsOfListeners = ["max.connections", "max.connection.creation.rate"]
    private static let ofListeners = limitsOfListeners + TLSSettings.names

    /// The name of a setting for one listener.
    static func name(_ key: String, ofListener listener: String) -> String {
        listenerPrefix + listener.lowercased() + "." + key
    }

    /// Whether `name` is a setting for one listener.
    static func isOfListener(_ name: String) -> Bool { settingOfAll(name) != nil }

    /// Whether `name` is a limit for one listener.
    static func isLimitOfListener(_ name: String) -> Bool {
        settingOfAll(name).map(limitsOfListeners.contains) ?? false
    }

    /// What is known of a setting, those of listeners included.
    static func key(_ name: String) -> ConfigurationKey? {
        if let key = byName[name] { return key }
        guard let setting = settingOfAll(name), var key = byName[setting] else { return nil }
        key.name = name
        key.documentation = "\(setting) of one listener."
        return key
    }

    /// The broker's setting that `name` is for one listener.
    private static func settingOfAll(_ name: String) -> String? {
        guard name.hasPrefix(listenerPrefix) else { return nil }
        let rest = name.dropFirst(listenerPrefix.count)
        return ofListeners.first { rest.hasSuffix(".\($0)") && rest.count > $0.count + 1 }
    }
}
