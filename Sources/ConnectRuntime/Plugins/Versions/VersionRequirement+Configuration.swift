import ConnectAPI

/// Where configurations say which version of a plug-in they want.
extension VersionRequirement {
    /// What follows the prefix of a converter's, transform's or predicate's keys.
    static let suffix = "plugin.version"
    /// The connector's own.
    static let connectorKey = "connector.plugin.version"

    /// Reads what a key of a configuration says; every version will do where it says nothing.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that names the key.
    init(key: String, of configuration: [String: String]) throws {
        guard let text = configuration[key] else {
            self = .latest
            return
        }
        do {
            self = try VersionRequirement(text)
        } catch let error as ConnectError {
            throw ConnectError(
                .invalidConfiguration, "Invalid value \(text) for configuration \(key): \(error.message)")
        }
    }

    /// Takes what a plug-in's settings say out of them: the plug-in knows no such key.
    ///
    /// - Parameter prefix: What the settings stand below in the configuration, with its dot.
    static func take(
        from settings: inout [String: String], below prefix: String
    ) throws -> VersionRequirement {
        guard let text = settings.removeValue(forKey: suffix) else { return .latest }
        return try VersionRequirement(key: prefix + suffix, of: [prefix + suffix: text])
    }

    /// The keys of every connector beside its class and its converters.
    static let connectorKeys = [key(connectorKey, "connector", order: 2, .medium)] + converterKeys

    /// The keys of a connector's converters; a worker has them for its own.
    static let converterKeys = [
        key("key.converter.\(suffix)", "key converter", order: 5, .low),
        key("value.converter.\(suffix)", "value converter", order: 6, .low),
        key("header.converter.\(suffix)", "header converter", order: 7, .low),
    ]

    /// The key of one plug-in.
    static func key(
        _ name: String, _ plugin: String, group: String = "Common", order: Int, _ importance: ConfigKey.Importance
    ) -> ConfigKey {
        ConfigKey(
            name, .string, default: .none, importance: importance,
            documentation: "The version of the \(plugin): one, as 1.0 or [1.0], or a range, as [1.0,2.0); the newest of"
                + " those that fit is used, and the newest of all when it is not given or latest.",
            validator: ConfigValidator { text in
                do {
                    _ = try VersionRequirement(text)
                    return nil
                } catch {
                    return (error as? ConnectError)?.message ?? "\(error)"
                }
            }, group: group, order: order, width: .short, displayName: "Version of the \(plugin)")
    }
}
