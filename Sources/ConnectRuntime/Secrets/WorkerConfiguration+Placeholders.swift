import ConnectAPI

extension WorkerConfiguration {
    /// Reads a worker's properties, with the values that its config providers have for their placeholders.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form, a provider that
    ///   cannot be made, and a value that there is not.
    public static func resolving(
        _ properties: [String: String], plugins: PluginCatalog
    ) async throws -> WorkerConfiguration {
        let transformer = WorkerConfigTransformer(properties, plugins: plugins)
        try transformer.check()
        let resolved = try await transformer.resolve(properties)
        do {
            var configuration = try WorkerConfiguration(resolved.values)
            configuration.secrets = Array(resolved.secrets.values)
            return configuration
        } catch {
            throw SecretRedactor(resolved.secrets.values).redact(error)
        }
    }
}
