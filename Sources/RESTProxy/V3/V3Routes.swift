import HTTPService
import HTTPTypes

/// API v3: the cluster as resources, and streams of records.
struct V3Routes: Sendable {
    let clients: ProxyClients
    let settings: RESTProxySettings
    /// What all requests together may hold.
    let memory: RequestMemory
    /// What is set for this API.
    let configuration: V3Settings
    /// Which cluster it is.
    let identity: ClusterIdentity
    /// Writes what produce requests bring.
    let production: Production
    /// Reads what consume requests ask for.
    let readers: RecordReaders

    /// Creates the API; nothing is asked of the cluster yet.
    ///
    /// - Throws: ``RESTProxySettingsError``.
    init(clients: ProxyClients, settings: RESTProxySettings, memory: RequestMemory) throws {
        self.clients = clients
        self.settings = settings
        self.memory = memory
        configuration = try V3Settings(settings)
        identity = ClusterIdentity(admin: clients.admin)
        production = Production(clients: clients, settings: configuration)
        readers = RecordReaders(clients: clients, settings: configuration.records)
    }

    /// Adds the routes to those of the proxy.
    func add(to routes: inout ProxyRoutes) {
        addClusters(to: &routes)
        addBrokers(to: &routes)
        addTopics(to: &routes)
        addPartitions(to: &routes)
        addConfigs(to: &routes)
        addConfigChanges(to: &routes)
        addGroups(to: &routes)
        addAccessControls(to: &routes)
        addProduce(to: &routes)
        addRecords(to: &routes)
        addSocket(to: &routes)
    }

    /// Answers a request for the cluster's resources.
    typealias Handler = @Sendable (ClusterRequest) async throws -> ServiceResponse

    /// Where all of the cluster's resources are.
    static let root = "/v3/clusters/{cluster_id}"

    /// Adds a route below a cluster, whose handler is called for the cluster that there is.
    ///
    /// - Parameters:
    ///   - path: What comes after the cluster's name.
    ///   - name: The route's name in `api.endpoints.allowlist`, such as `api.v3.topics.list`.
    ///   - isStreaming: Whether the handler gets the body while it comes.
    func add(
        _ method: HTTPRequest.Method, _ path: String, named name: String, _ description: RouteDescription,
        to routes: inout ProxyRoutes, types: ProxyRoutes.MediaTypes = .json, isStreaming: Bool = false,
        _ handler: @escaping Handler
    ) {
        let (identity, settings, authority) = (identity, settings, configuration.nameAuthority)
        routes.add(method, Self.root + path, named: name, description, types: types, isStreaming: isStreaming) {
            request in
            do {
                let clusterID = request.parameter("cluster_id")
                try await identity.require(clusterID)
                let names = ResourceNames(base: settings.baseURL(for: request.request), authority: authority)
                let resources = ClusterResources(clusterID: clusterID, names: names)
                return try await handler(ClusterRequest(proxy: request, resources: resources))
            } catch {
                // JSON, whatever else the route may answer with.
                return RESTError(v3: error).response(type: MediaType.json)
            }
        }
    }
}
