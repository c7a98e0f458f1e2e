import SchemaClient
import Synchronization

/// A client of a registry for as long as a converter has it; the last one that lets go of it closes it.
final class LeasedClient: Sendable {
    /// The client.
    let client: SchemaClient

    init(_ client: SchemaClient) { self.client = client }

    // A converter has no end of its own, it is let go of; closing waits for connections to end.
    deinit { Task { [client] in await client.close() } }
}

/// One client for all converters whose settings of the registry are the same.
final class SharedClients: Sendable {
    private struct Held: Sendable {
        weak var client: LeasedClient?
    }

    private let make: RegistryConverters.MakeClient
    private let held = Mutex<[[String: String]: Held]>([:])

    init(make: @escaping RegistryConverters.MakeClient) { self.make = make }

    /// The client for a converter's configuration.
    ///
    /// - Throws: What `make` throws.
    func client(for configuration: [String: String]) throws -> LeasedClient {
        let key = RegistrySettings.clientKey(of: configuration)
        return try held.withLock { held in
            if let client = held[key]?.client { return client }
            // As many as there are converters; those that nobody has any more are not kept.
            held = held.filter { $0.value.client != nil }
            let client = LeasedClient(try make(configuration))
            held[key] = Held(client: client)
            return client
        }
    }
}
