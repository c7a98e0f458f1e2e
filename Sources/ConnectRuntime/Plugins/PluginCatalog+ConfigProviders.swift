public import ConnectAPI
import ConnectPlugins
import Synchronization

extension PluginCatalog {
    /// Makes a provider from its configuration, the keys below `config.providers.<name>.param.`.
    public typealias MakeConfigProvider = @Sendable (_ configuration: [String: String]) throws -> any ConfigProvider

    /// Adds a provider of configuration values. As with Kafka, lists of plug-ins do not show it.
    public func registerConfigProvider(_ className: String, make: @escaping MakeConfigProvider) {
        configProviders.register(className, make)
    }

    /// Makes the provider that `name` means.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`; what makes it throws.
    func makeConfigProvider(_ name: String, configuration: [String: String]) throws -> any ConfigProvider {
        guard let make = configProviders.find(name) else {
            throw ConnectError(
                .notFound,
                "Class \(name) could not be found; the config providers are "
                    + configProviders.classNames.joined(separator: ", "))
        }
        return try make(configuration)
    }
}

/// The providers of configuration values that a worker's properties can name, by their class names. Safe to use from
/// any thread.
final class ConfigProviderCatalog: Sendable {
    private let providers: Mutex<[String: PluginCatalog.MakeConfigProvider]>

    /// Creates a catalog of those that every worker has.
    init() {
        var providers: [String: PluginCatalog.MakeConfigProvider] = [:]
        for entry in StandardPlugins.configProviders { providers[entry.className] = entry.make }
        self.providers = Mutex(providers)
    }

    /// The full class names, sorted.
    var classNames: [String] { providers.withLock { $0.keys.sorted() } }

    /// Adds one, in place of the one of that name.
    func register(_ className: String, _ make: @escaping PluginCatalog.MakeConfigProvider) {
        providers.withLock { $0[className] = make }
    }

    /// What makes the provider of that class name, or of that last part of one if there is only one such.
    func find(_ name: String) -> PluginCatalog.MakeConfigProvider? {
        providers.withLock { providers in
            if let exact = providers[name] { return exact }
            let matches = providers.filter { $0.key.split(separator: ".").last.map(String.init) == name }
            return matches.count == 1 ? matches.first?.value : nil
        }
    }
}
