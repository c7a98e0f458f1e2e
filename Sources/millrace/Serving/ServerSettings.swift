import Broker
import ConnectAPI
import ConnectRuntime
import HTTPService
import RESTProxy
import SchemaRegistry

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The settings of a server: from a file, the environment and the command line, each overriding the one before.
struct ServerSettings {
    /// All values by key.
    private(set) var values: [String: String] = [:]

    /// What Kafka Connect's keys begin with here, because some of their names are the broker's too.
    static let connectPrefix = "connect."
    /// What the REST proxy's keys begin with here.
    static let proxyPrefix = "rest."
    /// What the registry's keys begin with here.
    static let registryPrefix = "schema.registry."

    /// Gathers the settings.
    ///
    /// - Throws: `ConfigurationError`, naming the file or the argument.
    init(file: String?, environment: [String: String], overrides: [String], dataDirectory: String?) throws {
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ConfigurationError("cannot read \(file): does it exist, and is it text?")
            }
            do { values = try PropertiesText(text).values } catch let error as ConnectError {
                throw ConfigurationError("\(file): \(error.message)")
            }
        }
        let environmentPrefix = "MILLRACE_"
        for (name, value) in environment where name.hasPrefix(environmentPrefix) {
            let key = name.dropFirst(environmentPrefix.count).lowercased().replacing("_", with: ".")
            if Self.knows(key) { values[key] = value }
        }
        for override in overrides {
            guard let equals = override.firstIndex(of: "=") else {
                throw ConfigurationError("--set \(override): must be key=value")
            }
            values[String(override[..<equals])] = String(override[override.index(after: equals)...])
        }
        if let dataDirectory { values["log.dirs"] = dataDirectory }
    }

    private static func knows(_ key: String) -> Bool {
        if BrokerConfiguration.knows(key) || EtcdSettings.names.contains(key) { return true }
        if key.hasPrefix(registryPrefix) {
            // Some of its own names begin as they all do here.
            return RegistryConfiguration.knows(String(key.dropFirst(registryPrefix.count)))
                || RegistryConfiguration.knows(key)
        }
        if key.hasPrefix(proxyPrefix) { return RESTProxySettings.knows(String(key.dropFirst(proxyPrefix.count))) }
        guard key.hasPrefix(connectPrefix) else { return false }
        let name = String(key.dropFirst(connectPrefix.count))
        return WorkerConfiguration.knows(name) || HTTPServiceKeys.names.contains(name)
    }

    private static var knownNames: [String] {
        BrokerConfiguration.knownNames + EtcdSettings.names
            + (WorkerConfiguration.definition.keys.map(\.name) + HTTPServiceKeys.names).map { connectPrefix + $0 }
            + (RESTProxySettings.names + HTTPServiceKeys.names).map { proxyPrefix + $0 }
            + (RegistryConfiguration.names + HTTPServiceKeys.names).map { registryPrefix + $0 }
    }

    /// One sentence for each key that no component knows, with the nearest one that exists.
    var warnings: [String] {
        let known = Self.knownNames
        return values.keys.sorted().filter { !Self.knows($0) }.map { key in
            "unknown setting \(key) has no effect"
                + (NearestName.of(key, among: known).map { "; is \($0) meant?" } ?? "")
        }
    }

    /// The settings of the proxy.
    var proxy: [String: String] { component(Self.proxyPrefix) }

    /// The settings of the registry.
    var registry: [String: String] {
        var settings = component(Self.registryPrefix)
        // Some of its own names begin as they all do here: `schema.registry.group.id` is no `group.id`.
        for name in ["group.id", "inter.instance.protocol"] {
            if let value = settings[name] { settings[Self.registryPrefix + name] = value }
        }
        // Nothing here listens for others unless it is told to.
        if settings["listeners"] == nil { settings["listeners"] = "http://127.0.0.1:8081" }
        return settings
    }

    /// The settings of the component with `prefix`, without it.
    func component(_ prefix: String) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in values where key.hasPrefix(prefix) { result[String(key.dropFirst(prefix.count))] = value }
        return result
    }
}
