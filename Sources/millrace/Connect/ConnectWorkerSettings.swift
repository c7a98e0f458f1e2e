import Broker
import ConnectAPI
import ConnectRuntime
import HTTPService

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The properties of a Connect worker that is a process of its own.
struct ConnectWorkerSettings: Sendable {
    /// Whether workers share the work, and their state is in Kafka.
    enum Mode: Sendable {
        case distributed, standalone

        /// The keys that Kafka wants to be given, beside those of which every worker has a default here.
        fileprivate var requiredKeys: [String] {
            switch self {
            case .distributed: ["bootstrap.servers", "group.id"]
            case .standalone: ["bootstrap.servers", StandaloneHerder.offsetFileKey]
            }
        }
    }

    /// The keys of the process beside a worker's.
    private static let ownKeys =
        ["bootstrap.servers", "client.id", StandaloneHerder.offsetFileKey] + HTTPServiceKeys.names

    /// The brokers to begin with.
    let bootstrapServers: [String]
    /// What brokers log and count quotas under.
    let clientID: String
    /// The worker's settings.
    let worker: WorkerConfiguration
    /// One sentence for each key that nothing knows.
    let warnings: [String]

    /// Reads a file.
    ///
    /// - Throws: `ConfigurationError` that names the file and the key.
    init(path: String, mode: Mode, plugins: PluginCatalog) async throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError("cannot read \(path): does it exist, and is it text?")
        }
        do {
            try await self.init(try PropertiesText(text).values, mode: mode, plugins: plugins)
        } catch let error as ConfigurationError {
            throw ConfigurationError("\(path): \(error.message)")
        } catch let error as ConnectError {
            throw ConfigurationError("\(path): \(error.message)")
        }
    }

    /// Takes properties.
    ///
    /// - Parameter plugins: The providers of what stands for placeholders.
    /// - Throws: `ConfigurationError` or `ConnectError` that names the key.
    init(_ properties: [String: String], mode: Mode, plugins: PluginCatalog) async throws {
        for key in mode.requiredKeys where properties[key]?.isEmpty ?? true {
            throw ConfigurationError("Missing required configuration \"\(key)\" which has no default value.")
        }
        // A worker that was meant to encrypt must not speak in the clear.
        let secure = properties.filter { $0.key.hasSuffix("security.protocol") }
        if let (key, value) = secure.first(where: { $0.value.uppercased() != "PLAINTEXT" }) {
            throw ConfigurationError("\(key)=\(value): only PLAINTEXT is supported between a worker and Kafka")
        }
        bootstrapServers = (properties["bootstrap.servers"] ?? "").split(separator: ",").compactMap {
            let server = $0.filter { !$0.isWhitespace }
            return server.isEmpty ? nil : server
        }
        clientID = properties["client.id"] ?? "connect"
        worker = try await WorkerConfiguration.resolving(properties, plugins: plugins)
        let known = WorkerConfiguration.definition.keys.map(\.name) + Self.ownKeys
        warnings = properties.keys.sorted().filter { !WorkerConfiguration.knows($0) && !Self.ownKeys.contains($0) }
            .map { key in
                "unknown setting \(key) has no effect"
                    + (NearestName.of(key, among: known).map { "; is \($0) meant?" } ?? "")
            }
    }
}
