import HTTPService
import HTTPTypes

/// API v3: the cluster as resources, and streams of records.
struct V3Routes: Sendable {
    let clients: ProxyClients
    let settings: RESTProxySettings

    /// Adds the routes to those of the proxy.
    func add(to routes: inout ProxyRoutes) {}
}
