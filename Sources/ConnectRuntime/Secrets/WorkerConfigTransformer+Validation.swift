import ConnectAPI

extension WorkerConfigTransformer {
    /// Has a configuration checked with the values in it, and answers without them.
    ///
    /// - Throws: what `check` throws, without secrets; ``ConnectError`` for a value that there is not.
    func validate(
        _ configuration: [String: String], _ check: ([String: String]) async throws -> ConfigInfos
    ) async throws -> ConfigInfos {
        let resolved = try await resolve(configuration)
        let redactor = SecretRedactor(workerSecrets + resolved.secrets.values)
        redactor.learn(passwords(in: resolved.values, of: resolved.values))
        var infos: ConfigInfos
        do { infos = try await check(resolved.values) } catch { throw redactor.redact(error) }
        for index in infos.configs.indices {
            let key = infos.configs[index].value.name
            let text = configuration[key]
            infos.configs[index].value.value = infos.configs[index].value.value.map { value in
                if let text, text != resolved.values[key] { return text }
                return value == text ? value : redactor.redact(value)
            }
            infos.configs[index].value.errors = infos.configs[index].value.errors.map(redactor.redact)
            infos.configs[index].value.recommendedValues = infos.configs[index].value.recommendedValues
                .map(redactor.redact)
        }
        infos.name = configuration["connector.class"] ?? infos.name
        infos.groups = infos.groups.map(redactor.redact)
        return infos
    }

    /// Runs a connector's code with the values of its configuration; what it throws has none of them.
    func using<Result: Sendable>(
        _ configuration: [String: String], _ body: (ResolvedConfiguration) async throws -> Result
    ) async throws -> Result {
        let resolved = try await resolve(configuration)
        let redactor = SecretRedactor(workerSecrets + resolved.secrets.values)
        redactor.learn(passwords(in: resolved.values, of: resolved.values))
        do { return try await body(resolved) } catch { throw redactor.redact(error) }
    }
}
