public import JSON

/// Asks a registry for JSON, again where that may help: what is under ``SchemaClient``, for tools that want answers as they come.
public struct RegistryExchange: Sendable {
    /// The way to the registry.
    public let transport: any RegistryTransport
    private let settings: SchemaClientSettings

    /// Creates an exchange; nothing is sent yet.
    public init(transport: any RegistryTransport, settings: SchemaClientSettings = .init()) {
        self.transport = transport
        self.settings = settings
    }

    /// Asks and reads the answer.
    ///
    /// A registration that is sent twice gets the same number twice, so all requests may be repeated.
    ///
    /// - Throws: ``SchemaClientError`` or `CancellationError`.
    public func ask(
        _ method: RegistryRequest.Method, _ path: [String], query: [RegistryRequest.Parameter] = [],
        body: JSONValue? = nil
    ) async throws -> JSONValue {
        let request = RegistryRequest(method, path, query: query, body: body?.utf8 ?? [])
        var failures = 0
        while true {
            do {
                return try Self.json(try await transport.send(request))
            } catch let error as SchemaClientError where error.isRetriable && failures < settings.retryLimit {
                try await Task.sleep(for: settings.wait(before: failures))
                failures += 1
            }
        }
    }

    private static func json(_ response: RegistryResponse) throws(SchemaClientError) -> JSONValue {
        let json = try? JSONValue(parsing: response.body)
        guard (200..<300).contains(response.status) else {
            throw SchemaClientError(
                json?["message"]?.string ?? "the registry answered \(response.status) and does not say why",
                status: response.status, errorCode: json?["error_code"]?.int64.map { Int($0) })
        }
        guard let json else {
            throw SchemaClientError("this is no Schema Registry: its answer is no JSON", status: response.status)
        }
        return json
    }
}
