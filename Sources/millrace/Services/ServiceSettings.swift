import Broker
import ConnectAPI
import ConnectRuntime
import RESTProxy
import SchemaRegistry

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The properties of a REST proxy or a registry that is a process of its own.
struct ServiceSettings: Sendable {
    /// Which of them.
    enum Kind: Sendable {
        case restProxy, schemaRegistry

        /// The key of the brokers to begin with.
        var bootstrapKey: String {
            switch self {
            case .restProxy: "bootstrap.servers"
            case .schemaRegistry: "kafkastore.bootstrap.servers"
            }
        }

        var clientID: String {
            switch self {
            case .restProxy: "kafka-rest"
            case .schemaRegistry: "schema-registry"
            }
        }

        /// What is before the settings of connections to brokers.
        fileprivate var securityPrefix: String {
            switch self {
            case .restProxy: "client."
            case .schemaRegistry: "kafkastore."
            }
        }

        fileprivate var names: [String] {
            switch self {
            case .restProxy: RESTProxySettings.names
            case .schemaRegistry: RegistryConfiguration.names
            }
        }

        fileprivate func knows(_ name: String) -> Bool {
            switch self {
            case .restProxy: RESTProxySettings.knows(name)
            case .schemaRegistry: RegistryConfiguration.knows(name)
            }
        }
    }

    let kind: Kind
    /// The brokers to begin with.
    let bootstrapServers: [String]
    /// How they are spoken to.
    let security: BrokerSecurity
    /// What brokers log and count quotas under.
    let clientID: String
    /// All properties.
    let properties: [String: String]
    /// One sentence for each key that nothing knows.
    let warnings: [String]

    /// Reads a file.
    ///
    /// - Throws: `ConfigurationError` that names the file and the key.
    init(path: String, kind: Kind) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError("cannot read \(path): does it exist, and is it text?")
        }
        do {
            try self.init(try PropertiesText(text).values, kind: kind)
        } catch let error as ConfigurationError {
            throw ConfigurationError("\(path): \(error.message)")
        } catch let error as ConnectError {
            throw ConfigurationError("\(path): \(error.message)")
        }
    }

    /// Takes properties.
    ///
    /// - Throws: `ConfigurationError` that names the key.
    init(_ properties: [String: String], kind: Kind) throws {
        self.kind = kind
        self.properties = properties
        let security = try BrokerSecurity(properties, prefix: kind.securityPrefix)
        self.security = security
        let servers = try (properties[kind.bootstrapKey] ?? "").split(separator: ",")
            .map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
            .map { try security.address($0, kind.bootstrapKey) }
        guard !servers.isEmpty else {
            throw ConfigurationError(
                "Missing required configuration \"\(kind.bootstrapKey)\" which has no default value.")
        }
        bootstrapServers = servers
        clientID = properties["client.id"] ?? kind.clientID
        let own = [kind.bootstrapKey, "client.id"] + security.names
        warnings = properties.keys.sorted().filter { !kind.knows($0) && !own.contains($0) }.map { key in
            "unknown setting \(key) has no effect"
                + (NearestName.of(key, among: kind.names + own).map { "; is \($0) meant?" } ?? "")
        }
    }
}
