import HTTPService
import HTTPTypes

/// API v2: topics, brokers, produce, and consumer instances.
struct V2Routes: Sendable {
    let clients: ProxyClients
    let settings: RESTProxySettings

    /// Adds the routes to those of the proxy.
    func add(to routes: inout ProxyRoutes) {}
}
