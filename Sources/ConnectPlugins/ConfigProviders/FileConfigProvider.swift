import ConnectAPI

/// Values of a file in Java's properties format: `${file:/run/secrets/db.properties:password}`
/// (`org.apache.kafka.common.config.provider.FileConfigProvider`).
struct FileConfigProvider: ConfigProvider {
    static let definition = ConfigDefinition([AllowedPaths.key])

    private let allowedPaths: AllowedPaths

    init(_ configuration: [String: String]) throws {
        allowedPaths = try AllowedPaths(configuration[AllowedPaths.key.name])
    }

    func data(at path: String, keys: Set<String>) async throws -> ConfigData {
        guard !path.isEmpty else { return ConfigData([:]) }
        let failure: String
        switch try allowedPaths.resolve(path).map(SecretFile.read) ?? .noFile {
        case .text(let text):
            do {
                let values = try PropertiesText(text, trimsValues: false).values
                return ConfigData(values.filter { keys.contains($0.key) })
            } catch {
                // What is wrong may be part of a secret.
                failure = "it is not in Java's properties format"
            }
        case .noFile: failure = "there is no such file"
        case .failure(let reason): failure = reason
        }
        throw ConnectError(.invalidConfiguration, "Could not read properties from file \(path): \(failure)")
    }
}
