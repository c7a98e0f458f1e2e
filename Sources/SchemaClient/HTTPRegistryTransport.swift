import AsyncHTTPClient
import HTTPService
import NIOCore
import NIOHTTP1
import Synchronization
public import TransportSecurity

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Carries requests to one of several registries over HTTP: the one that answered last, and the next when that does not.
public final class HTTPRegistryTransport: RegistryTransport {
    /// How registries are reached.
    public struct Settings: Sendable {
        /// Where they are (`schema.registry.url`); any of them answers everything.
        public var urls: [String]
        /// User and password with a colon between them (`basic.auth.user.info`); `nil` for what the URLs say themselves.
        public var credentials: String?
        /// The bearer token (`bearer.auth.token`); `nil` for none.
        public var token: String?
        /// Further header fields of each request (`request.header.*`).
        public var headers: [(name: String, value: String)] = []
        /// Whom to trust and what to show over `https` (`schema.registry.ssl.*`); `nil` for what the system trusts.
        public var tls: TLSSettings?
        /// How long a connection may take (`http.connect.timeout.ms`).
        public var connectTimeout = Duration.seconds(60)
        /// How long an answer may take (`http.read.timeout.ms`).
        public var requestTimeout = Duration.seconds(60)

        /// Creates settings.
        public init(urls: [String]) { self.urls = urls }
    }

    /// The most bytes of an answer that are taken; a registry's schemas are far below.
    private static let maximumBodySize = 64 << 20

    private let endpoints: [RegistryEndpoint]
    private let settings: Settings
    private let client: HTTPClient
    private let current = Mutex(0)

    /// Creates a transport; nothing is sent yet.
    ///
    /// - Throws: ``SchemaClientError`` for an address that is none.
    public init(_ settings: Settings) throws {
        guard !settings.urls.isEmpty else {
            throw SchemaClientError("schema.registry.url names no Schema Registry, such as http://127.0.0.1:8081")
        }
        endpoints = try settings.urls.map { try RegistryEndpoint($0) }
        self.settings = settings
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = TimeAmount(settings.connectTimeout)
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        if let tls = settings.tls { configuration.tlsConfiguration = try tls.clientConfiguration() }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Makes a request and takes the whole answer.
    ///
    /// - Throws: ``SchemaClientError`` when no registry can be reached.
    public func send(_ request: RegistryRequest) async throws -> RegistryResponse {
        let first = current.withLock { $0 }
        var failure: (any Error)?
        for turn in endpoints.indices {
            let index = (first + turn) % endpoints.count
            do {
                let response = try await send(request, to: endpoints[index])
                current.withLock { $0 = index }
                return response
            } catch let error as CancellationError {
                throw error
            } catch {
                failure = error
            }
        }
        let places = endpoints.map(\.url).joined(separator: ", ")
        throw SchemaClientError(
            unanswered: "no Schema Registry answers at \(places): \(failure.map { "\($0)" } ?? "")", cause: failure)
    }

    private func send(_ request: RegistryRequest, to endpoint: RegistryEndpoint) async throws -> RegistryResponse {
        var outgoing = HTTPClientRequest(url: endpoint.url(of: request))
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers.add(name: "Accept", value: "application/vnd.schemaregistry.v1+json, application/json")
        for (name, value) in settings.headers { outgoing.headers.add(name: name, value: value) }
        if let credentials = settings.credentials ?? endpoint.credentials {
            let encoded = Data(credentials.utf8).base64EncodedString()
            outgoing.headers.replaceOrAdd(name: "Authorization", value: "Basic \(encoded)")
        } else if let token = settings.token {
            outgoing.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)")
        }
        if !request.body.isEmpty {
            outgoing.headers.replaceOrAdd(name: "Content-Type", value: "application/vnd.schemaregistry.v1+json")
            outgoing.body = .bytes(request.body)
        }
        let response = try await client.execute(outgoing, timeout: TimeAmount(settings.requestTimeout))
        let body = try await response.body.collect(upTo: Self.maximumBodySize)
        return RegistryResponse(status: Int(response.status.code), body: Array(body.readableBytesView))
    }

    /// Ends the connections.
    public func close() async { try? await client.shutdown() }
}
