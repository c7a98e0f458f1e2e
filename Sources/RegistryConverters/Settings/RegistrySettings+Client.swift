import ConnectAPI
import HTTPService
import SchemaClient
import TransportSecurity

extension RegistrySettings {
    /// A client that speaks HTTP.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    func makeClient() throws -> SchemaClient {
        do {
            return SchemaClient(
                transport: try HTTPRegistryTransport(try transport()), languages: RegistryConverters.languages,
                settings: client)
        } catch let error as ConnectError {
            throw error
        } catch {
            throw ConnectError(.invalidConfiguration, "the Schema Registry cannot be asked: \(error)", cause: error)
        }
    }

    /// The settings of the way to the registry.
    func transport() throws -> HTTPRegistryTransport.Settings {
        let parsed = try Self.definition(requiresURL: true).parse(configuration)
        var settings = HTTPRegistryTransport.Settings(urls: parsed.list("schema.registry.url"))
        try addCredentials(parsed, to: &settings)
        settings.headers = configuration.filter { $0.key.hasPrefix(Self.headerPrefix) }
            .sorted { $0.key < $1.key }
            .map { (name: String($0.key.dropFirst(Self.headerPrefix.count)), value: $0.value) }
        settings.tls = TLSSettings(configuration.filter { $0.key.hasPrefix(Self.tlsPrefix) }, prefix: Self.tlsPrefix)
        settings.connectTimeout = .milliseconds(parsed.integer("http.connect.timeout.ms") ?? 60_000)
        settings.requestTimeout = .milliseconds(parsed.integer("http.read.timeout.ms") ?? 60_000)
        return settings
    }

    private static let headerPrefix = "request.header."
    private static let tlsPrefix = "schema.registry."

    private func addCredentials(
        _ parsed: ParsedConfiguration, to settings: inout HTTPRegistryTransport.Settings
    ) throws {
        let basic = configuration["basic.auth.credentials.source"]
        let bearer = configuration["bearer.auth.credentials.source"]
        guard basic == nil || bearer == nil else {
            throw ConnectError(
                .invalidConfiguration,
                "set only one of basic.auth.credentials.source and bearer.auth.credentials.source")
        }
        if basic?.uppercased() == "USER_INFO" {
            let information = ["basic.auth.user.info", "schema.registry.basic.auth.user.info"]
                .lazy.compactMap { parsed.string($0) }.first { !$0.isEmpty }
            guard let information, information.contains(":") else {
                throw ConnectError(
                    .invalidConfiguration,
                    "basic.auth.credentials.source is USER_INFO; set basic.auth.user.info to user:password")
            }
            settings.credentials = information
        }
        if basic == nil, let token = parsed.string("bearer.auth.token"), !token.isEmpty {
            settings.token = token
        } else if bearer != nil {
            throw ConnectError(
                .invalidConfiguration,
                "bearer.auth.credentials.source is \(bearer ?? ""); set bearer.auth.token to the token")
        }
    }

    /// What makes a client another one: the keys of the registry itself, and not those of how schemas are chosen.
    static func clientKey(of configuration: [String: String]) -> [String: String] {
        let choices: Set<String> = [
            "auto.register.schemas", "use.latest.version", "latest.compatibility.strict", "use.schema.id",
            "id.compatibility.strict", "normalize.schemas", "key.subject.name.strategy", "value.subject.name.strategy",
        ]
        let names = Set(definition(requiresURL: false).keys.map(\.name)).subtracting(choices)
        return configuration.filter { names.contains($0.key) || $0.key.hasPrefix(headerPrefix) }
    }
}
