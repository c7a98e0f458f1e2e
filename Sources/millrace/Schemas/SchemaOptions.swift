import ArgumentParser
import HTTPService
import JSON
import SchemaClient
import TransportSecurity

/// What every tool that talks to a Schema Registry takes.
struct SchemaOptions: ParsableArguments {
    @Option(help: "The registry; several with commas between them.")
    var url: String = "http://127.0.0.1:8081"

    @Option(help: "The user, where the registry asks for one.")
    var user: String?

    @Option(help: "A file with the user's password; without it, MILLRACE_SCHEMA_REGISTRY_PASSWORD has it.")
    var passwordFile: String?

    @Option(help: "A PEM file with the authority of the registry's certificate; the system's own if not given.")
    var caFile: String?

    @Flag(help: "Print JSON for programs instead of tables for people.")
    var json = false

    /// Runs `body` with a way to the registry that is closed afterwards.
    func withRegistry<Result>(_ body: (RegistryExchange) async throws -> Result) async throws -> Result {
        var settings = HTTPRegistryTransport.Settings(urls: url.split(separator: ",").map(String.init))
        settings.credentials = try APICredentials.basic(
            user: user, passwordFile: passwordFile, variable: "MILLRACE_SCHEMA_REGISTRY_PASSWORD")
        settings.tls = caFile.flatMap {
            TLSSettings(["ssl.truststore.type": "PEM", "ssl.truststore.location": $0], prefix: "")
        }
        // Nobody who waits before a terminal wants minutes of patience.
        settings.connectTimeout = .seconds(10)
        let transport = try HTTPRegistryTransport(settings)
        let registry = RegistryExchange(transport: transport, settings: SchemaClientSettings(retryLimit: 0))
        do {
            let result = try await body(registry)
            await transport.close()
            return result
        } catch {
            await transport.close()
            throw error
        }
    }

    /// Asks for one thing, and prints it: as it came for programs, as a table for people.
    func show(
        _ path: [String], by method: RegistryRequest.Method = .get, query: [RegistryRequest.Parameter] = [],
        body: JSONValue? = nil, as table: (JSONValue) -> Table
    ) async throws {
        try await withRegistry { registry in
            let answer = try await registry.ask(method, path, query: query, body: body)
            if json { return print(answer.text) }
            try table(answer).print(asJSON: false)
        }
    }
}

extension RegistryRequest.Parameter {
    /// A flag that is on.
    static func on(_ name: String) -> Self { .init(name, "true") }
}
