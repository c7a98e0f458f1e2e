import ConnectAPI

/// Values that are files of a folder, as secrets are mounted into containers: `${dir:/run/secrets:password}`
/// (`org.apache.kafka.common.config.provider.DirectoryConfigProvider`).
struct DirectoryConfigProvider: ConfigProvider {
    static let definition = ConfigDefinition([AllowedPaths.key])

    private let allowedPaths: AllowedPaths

    init(_ configuration: [String: String]) throws {
        allowedPaths = try AllowedPaths(configuration[AllowedPaths.key.name])
    }

    func data(at path: String, keys: Set<String>) async throws -> ConfigData {
        guard !path.isEmpty, let folder = try allowedPaths.resolve(path) else { return ConfigData([:]) }
        var values: [String: String] = [:]
        // A key is the name of a file, and no path.
        for key in keys where !key.contains("/") && key != "." && key != ".." {
            guard let file = try allowedPaths.resolve(key, in: folder) else { continue }
            switch SecretFile.read(file) {
            case .text(let text): values[key] = text
            case .noFile: continue
            case .failure(let reason):
                throw ConnectError(
                    .invalidConfiguration, "Could not read file \(path)/\(key) for property \(key): \(reason)")
            }
        }
        return ConfigData(values)
    }
}
