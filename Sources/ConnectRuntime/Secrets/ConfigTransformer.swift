import ConnectAPI

/// Puts values in place of placeholders.
struct ConfigTransformer: Sendable {
    /// The provider of a name; `nil` if the worker has none of that name, and the text is no placeholder then.
    let provider: @Sendable (_ name: String) throws -> (any ConfigProvider)?

    /// Where a provider is asked once for all keys.
    private struct Place: Hashable {
        var provider: String
        var path: String
    }

    /// Looks up what a configuration names.
    ///
    /// What providers answer is not looked at for placeholders again.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value that there is not. Kafka leaves the
    ///   placeholder where it is, and a connector tries it for a password.
    func resolve(_ configuration: [String: String]) async throws -> ResolvedConfiguration {
        var placeholders: [Place: Set<ConfigPlaceholder>] = [:]
        for value in configuration.values {
            for placeholder in ConfigPlaceholder.all(in: value) {
                placeholders[Place(provider: placeholder.provider, path: placeholder.path), default: []]
                    .insert(placeholder)
            }
        }
        guard !placeholders.isEmpty else { return ResolvedConfiguration(configuration) }
        var secrets: [ConfigPlaceholder: String] = [:]
        var timeToLive: Duration?
        for (place, placeholders) in placeholders {
            guard let provider = try provider(place.provider) else { continue }
            let data = try await provider.data(at: place.path, keys: Set(placeholders.map(\.key)))
            for placeholder in placeholders {
                guard let value = data.values[placeholder.key] else {
                    throw ConnectError(
                        .invalidConfiguration,
                        "The config provider '\(place.provider)' has no value for \(placeholder.text)")
                }
                secrets[placeholder] = value
            }
            if let time = data.timeToLive { timeToLive = min(time, timeToLive ?? time) }
        }
        let values = configuration.mapValues { value in
            guard value.contains("${") else { return value }
            return ConfigPlaceholder.parts(of: value).reduce(into: "") { text, part in
                switch part {
                case .text(let literal): text += literal
                case .placeholder(let placeholder): text += secrets[placeholder] ?? placeholder.text
                }
            }
        }
        return ResolvedConfiguration(
            written: configuration, values: values, secrets: secrets, timeToLive: timeToLive)
    }
}
