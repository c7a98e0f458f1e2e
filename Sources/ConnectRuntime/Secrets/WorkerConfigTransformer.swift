import ConnectAPI
import Logging
import Synchronization

/// Resolves the placeholders of a worker's configurations just before they are used, and knows each connector's secrets
/// from then on. Safe to use from any thread.
final class WorkerConfigTransformer: Sendable {
    /// When values are no longer good.
    let reloads: ReloadSchedule

    private let properties: [String: String]
    private let plugins: PluginCatalog
    /// What the worker's own placeholders stood for, which converters and clients of every connector may have.
    let workerSecrets: [String]
    private let providers = Mutex<[String: any ConfigProvider]>([:])
    private let redactors = Mutex<[String: Known]>([:])

    /// What knows a connector's secrets, for as long as something of the connector runs.
    private struct Known {
        weak var redactor: SecretRedactor?
    }

    /// Creates one with the providers that a worker's `config.providers` names.
    ///
    /// - Parameter secrets: The values that came from there into the worker's own properties.
    init(
        _ properties: [String: String], secrets: [String] = [], plugins: PluginCatalog,
        reloads: ReloadSchedule = ReloadSchedule()
    ) {
        self.properties = properties
        workerSecrets = secrets
        self.plugins = plugins
        self.reloads = reloads
    }

    /// The names of the providers.
    private var names: [String] { TransformChain.aliases(properties["config.providers"]) }

    /// The same, for those who ask whose placeholder a text is.
    var providerNames: Set<String> { Set(names) }

    /// Makes every provider.
    ///
    /// - Throws: ``ConnectError`` that names the first whose class or settings are wrong.
    func check() throws { for name in names { _ = try provider(name) } }

    /// The provider of a name, made when it is asked for first: a plug-in may bring it while the worker runs.
    private func provider(_ name: String) throws -> (any ConfigProvider)? {
        guard names.contains(name) else { return nil }
        return try providers.withLock { providers in
            if let provider = providers[name] { return provider }
            let prefix = "config.providers.\(name)."
            guard let className = properties[prefix + "class"]?.trimmingSpace, !className.isEmpty else {
                throw ConnectError(
                    .invalidConfiguration, "The config provider '\(name)' has no class: set \(prefix)class")
            }
            do {
                let provider = try plugins.makeConfigProvider(
                    className, configuration: properties.entries(under: prefix + "param."))
                providers[name] = provider
                return provider
            } catch {
                let reason = (error as? ConnectError)?.message ?? "\(error)"
                throw ConnectError(.invalidConfiguration, "The config provider '\(name)' cannot be made: \(reason)")
            }
        }
    }

    /// Resolves a configuration that nothing runs with, such as one to be checked.
    ///
    /// - Throws: ``ConnectError`` for a value that there is not; what a provider throws.
    func resolve(_ configuration: [String: String]) async throws -> ResolvedConfiguration {
        try await ConfigTransformer(provider: { [self] in try provider($0) }).resolve(configuration)
    }

    /// Resolves the configurations of a connector or task that begins with them now.
    ///
    /// The connector's secrets are struck out of what is said about it from here on, and its `config.action.reload` says
    /// what happens when they are no longer good.
    ///
    /// - Parameter configurations: The connector's, and after it a task's.
    /// - Throws: ``ConnectError`` for a value that there is not; what a provider throws.
    func resolve(
        _ configurations: [[String: String]], for target: ReloadSchedule.Target
    ) async throws -> [ResolvedConfiguration] {
        let redactor = redactor(of: target.connector)
        var resolved: [ResolvedConfiguration] = []
        for configuration in configurations {
            let next = try await resolve(configuration)
            resolved.append(next)
            redactor.learn(next.secrets.values)
            redactor.learn(passwords(in: next.values, of: resolved[0].values))
        }
        let action = resolved.first?.values["config.action.reload"]?.trimmingSpace.lowercased()
        if let time = resolved.compactMap(\.timeToLive).min(), action != "none" {
            reloads.schedule(target, after: time)
        }
        return resolved
    }

    /// The values of PASSWORD keys, whether they came from a provider or not.
    func passwords(in configuration: [String: String], of connector: [String: String]) -> [String] {
        plugins.passwordKeys(of: connector).compactMap { configuration[$0] }
    }

    // MARK: Secrets

    /// What knows a connector's secrets; whoever speaks of the connector keeps it.
    func redactor(of connector: String) -> SecretRedactor {
        redactors.withLock { redactors in
            if let redactor = redactors[connector]?.redactor { return redactor }
            let redactor = SecretRedactor(workerSecrets)
            redactors = redactors.filter { $0.value.redactor != nil }
            redactors[connector] = Known(redactor: redactor)
            return redactor
        }
    }

}
