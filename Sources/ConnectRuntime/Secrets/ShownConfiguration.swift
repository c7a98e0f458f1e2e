import ConnectAPI

/// A connector's configuration as answers show it: without the passwords that are written into it.
///
/// A password that is a placeholder of one of the worker's providers, and nothing else, stays: it is what a user wrote
/// and no secret.
struct ShownConfiguration: Sendable {
    /// The connector's configuration.
    let connector: [String: String]
    /// The keys whose values are hidden.
    let hidden: Set<String>
    private let redactor: SecretRedactor

    /// Takes the passwords out of a configuration.
    ///
    /// - Parameter providers: The names of the worker's providers.
    init(_ configuration: [String: String], plugins: PluginCatalog, providers: Set<String>) {
        hidden = plugins.passwordKeys(of: configuration).filter { key in
            guard let value = configuration[key], !value.isEmpty else { return false }
            return !ConfigPlaceholder.isWhole(value, of: providers)
        }
        redactor = SecretRedactor(hidden.compactMap { configuration[$0] })
        connector = hidden.reduce(into: configuration) { $0[$1] = SecretRedactor.mark }
    }

    /// The configuration of one of its tasks, to which a connector may have given passwords under any name.
    func task(_ configuration: [String: String]) -> [String: String] { configuration.mapValues(redactor.redact) }
}

extension DistributedHerder {
    /// A configuration as answers show it.
    nonisolated func shown(_ configuration: [String: String]) -> ShownConfiguration {
        ShownConfiguration(configuration, plugins: plugins, providers: transformer.providerNames)
    }

    /// Refuses a patch that would have a stored password shown: by another class, to which its key is no password.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    nonisolated func refuseExposure(
        of current: [String: String], by patch: [String: String?], to changed: [String: String]
    ) throws {
        let exposed = shown(current).hidden.subtracting(shown(changed).hidden).subtracting(patch.keys)
        guard let key = exposed.min() else { return }
        throw ConnectError(
            .invalidConfiguration,
            "The configuration \(key) has a password, and with this patch it would be shown; the patch has to set or"
                + " remove \(key) too")
    }

    /// A configuration as a user means it who was shown `[hidden]` for a password and sends that back.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` where there is no password to keep.
    nonisolated func withKeptPasswords(
        _ configuration: [String: String], of name: String
    ) throws -> [String: String] {
        guard configuration.values.contains(SecretRedactor.mark) else { return configuration }
        let kept = configs.snapshot.connectors[name]
        var result = configuration
        for key in plugins.passwordKeys(of: configuration) where configuration[key] == SecretRedactor.mark {
            guard let password = kept?[key] else {
                throw ConnectError(
                    .invalidConfiguration,
                    "Invalid value [hidden] for configuration \(key): it stands for the password that a connector has, and"
                        + " \(name) has none; give the password itself")
            }
            result[key] = password
        }
        return result
    }
}
