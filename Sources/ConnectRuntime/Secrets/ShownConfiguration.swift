import ConnectAPI

/// A connector's configuration as answers show it: without the passwords that are written into it.
///
/// Placeholders stay, as they are what a user wrote and no secret.
struct ShownConfiguration: Sendable {
    /// The connector's configuration.
    let connector: [String: String]
    private let redactor: SecretRedactor

    /// Takes the passwords out of a configuration.
    init(_ configuration: [String: String], plugins: PluginCatalog) {
        let passwords = configuration.filter { key, value in
            !value.isEmpty && ConfigPlaceholder.all(in: value).isEmpty
        }
        let keys = plugins.passwordKeys(of: configuration).filter { passwords[$0] != nil }
        redactor = SecretRedactor(keys.compactMap { passwords[$0] })
        connector = keys.reduce(into: configuration) { $0[$1] = SecretRedactor.mark }
    }

    /// The configuration of one of its tasks, to which a connector may have given passwords under any name.
    func task(_ configuration: [String: String]) -> [String: String] { configuration.mapValues(redactor.redact) }
}

extension DistributedHerder {
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
