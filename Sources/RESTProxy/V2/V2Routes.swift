import HTTPService
import HTTPTypes
import JSON

/// API v2: topics, brokers, produce, and consumer instances.
struct V2Routes: Sendable {
    let clients: ProxyClients
    let settings: RESTProxySettings
    let memory: RequestMemory
    let instances: ConsumerInstances
    let requests: InstanceRequests

    /// What carries no records: read and written as v2's own type, and leniently as `application/json`.
    static let control = ProxyRoutes.MediaTypes(
        consumed: [MediaType.v2, MediaType.json], produced: [MediaType.v2, MediaType.json])

    /// What consumer instances are asked for with: any of the API's types, so that a client need not change them.
    static let consumers = ProxyRoutes.MediaTypes(
        consumed: [MediaType.v2, MediaType.json],
        produced: [MediaType.v2] + EmbeddedFormat.allCases.map(MediaType.records) + [MediaType.json],
        tolerated: EmbeddedFormat.allCases.map(MediaType.records))

    /// Adds the routes to those of the proxy.
    func add(to routes: inout ProxyRoutes) {
        addRoot(to: &routes)
        addMetadata(to: &routes)
        addProduce(to: &routes)
        addInstances(to: &routes)
        addRecords(to: &routes)
        addPositions(to: &routes)
    }

    private func addRoot(to routes: inout ProxyRoutes) {
        routes.add(.get, "/", named: "api.v2.root.get", V2Descriptions.root, types: Self.control) { request in
            request.answer([:])
        }
        routes.add(.post, "/", named: "api.v2.root.post", V2Descriptions.root, types: Self.control) { request in
            request.answer([:])
        }
    }
}
