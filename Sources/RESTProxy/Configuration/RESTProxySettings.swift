public import HTTPService
import KafkaClient
import TransportSecurity

/// The proxy's settings, by the names that the REST Proxy of others has for them.
public struct RESTProxySettings: Sendable {
    /// The settings as they were given, for what reads more of them: TLS, authentication.
    let properties: [String: String]
    /// Where to listen (`listeners`).
    public var listeners: [HTTPListener]
    /// What tells this proxy from others, in the names that it gives to consumer instances (`id`).
    public var id: String
    /// Under which addresses others reach the listeners (`advertised.listeners`).
    public var advertisedListeners: [HTTPListener]
    /// Under which host name others reach the listeners (`host.name`).
    public var hostName: String
    /// Whether API v2 is served (`api.v2.enable`).
    public var isV2Enabled: Bool
    /// Whether API v3 is served (`api.v3.enable`).
    public var isV3Enabled: Bool
    /// The most bytes of a request's body that is taken whole (`request.max.bytes`).
    public var maximumBodySize: Int
    /// The most bytes that all requests together may hold (`memory.max.bytes`).
    public var maximumMemory: Int
    /// The settings of consumer instances.
    public var consumers: ConsumerSettings

    /// Which routes are served.
    let endpoints: EndpointFilter
    /// How records are written.
    let producer: ProducerConfiguration

    /// Reads settings; keys that are not the proxy's are left alone.
    ///
    /// - Throws: ``RESTProxySettingsError`` that names the key and what its value has to be; ``HTTPServiceError`` for
    ///   listeners of the wrong form.
    public init(_ properties: [String: String] = [:]) throws {
        let reader = PropertyReader(properties)
        self.properties = properties
        listeners = try HTTPListener.list(reader.text("listeners", or: "http://127.0.0.1:8082"))
        id = reader.text("id", or: "")
        let advertised = reader.text("advertised.listeners", or: "")
        advertisedListeners = advertised.isEmpty ? [] : try HTTPListener.list(advertised)
        hostName = reader.text("host.name", or: "")
        isV2Enabled = try reader.flag("api.v2.enable", or: true)
        isV3Enabled = try reader.flag("api.v3.enable", or: true)
        maximumBodySize = try reader.integer("request.max.bytes", or: 16 << 20, in: 1...(1 << 30))
        maximumMemory = try reader.integer("memory.max.bytes", or: 256 << 20, in: (1 << 20)...Int.max)
        endpoints = EndpointFilter(
            allowed: reader.list("api.endpoints.allowlist"), blocked: reader.list("api.endpoints.blocklist"))
        producer = try Self.producer(reader)
        consumers = try ConsumerSettings(reader, memory: maximumMemory)
    }

    /// What https listeners show and ask for.
    var tls: TLSSettings? { TLSSettings(properties, prefix: "listeners.https.") }

    /// Where other proxies reach this one.
    ///
    /// - Parameter address: The first listener, with the port that it has.
    func owner(boundTo address: HTTPListener) -> String {
        if let advertised = advertisedListeners.first { return advertised.description }
        var address = address.local
        if !hostName.isEmpty { address.host = hostName }
        return address.description
    }

    /// What the HTTP layer needs to know.
    var http: HTTPService.Configuration {
        get throws {
            var http = HTTPService.Configuration(listeners: listeners, maximumBodySize: maximumBodySize)
            let reader = PropertyReader(properties)
            http.tls = tls
            http.authentication = try BasicAuthentication(reader)
            http.crossOrigin = CrossOriginPolicy(
                origins: reader.text("access.control.allow.origin", or: ""),
                methods: reader.text("access.control.allow.methods", or: ""))
            http.responseHeaders = try ResponseHeaderRules(parsing: reader.text("response.http.headers.config", or: ""))
            try http.apply(properties)
            return http
        }
    }
}
