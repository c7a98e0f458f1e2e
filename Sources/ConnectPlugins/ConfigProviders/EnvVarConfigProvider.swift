import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Values of the server's environment: `${env:DB_PASSWORD}`
/// (`org.apache.kafka.common.config.provider.EnvVarConfigProvider`, KIP-887).
struct EnvVarConfigProvider: ConfigProvider {
    static let definition = ConfigDefinition([
        ConfigKey(
            "allowlist.pattern", .string, default: .value(".*"), importance: .low,
            documentation: "A regular expression; variables whose whole name matches may be used.", validator: .pattern)
    ])

    private let pattern: NamePattern
    private let variable: @Sendable (String) -> String?

    /// Creates a provider.
    ///
    /// - Parameter variable: Looks a variable up.
    init(
        _ configuration: [String: String],
        variable: @escaping @Sendable (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) throws {
        pattern = try NamePattern(try Self.definition.parse(configuration).string("allowlist.pattern") ?? ".*")
        self.variable = variable
    }

    func data(at path: String, keys: Set<String>) async throws -> ConfigData {
        guard path.isEmpty else {
            throw ConnectError(
                .invalidConfiguration, "Path is not supported for EnvVarConfigProvider, invalid value '\(path)'")
        }
        var values: [String: String] = [:]
        for key in keys where pattern.matches(key) { values[key] = variable(key) }
        return ConfigData(values)
    }
}
