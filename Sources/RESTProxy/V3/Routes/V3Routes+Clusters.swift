import HTTPService
import HTTPTypes
import JSON
import KafkaClient

extension V3Routes {
    func addClusters(to routes: inout ProxyRoutes) {
        let (admin, identity, settings) = (clients.admin, identity, settings)
        let authority = configuration.nameAuthority
        routes.add(.get, "/v3/clusters", named: "api.v3.clusters.list", V3Descriptions.listClusters) { request in
            do {
                let names = ResourceNames(base: settings.baseURL(for: request.request), authority: authority)
                let resources = ClusterResources(clusterID: try await identity.clusterID(), names: names)
                let cluster = try await admin.describeCluster()
                return ServiceResponse(
                    json: Resource.list(
                        "KafkaClusterList", at: names.url(["v3", "clusters"]), [resources.cluster(cluster)]))
            } catch {
                throw RESTError(v3: error)
            }
        }
        add(.get, "", named: "api.v3.clusters.get", V3Descriptions.getCluster, to: &routes) { request in
            ServiceResponse(json: request.resources.cluster(try await admin.describeCluster()))
        }
    }

    func addBrokers(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(.get, "/brokers", named: "api.v3.brokers.list", V3Descriptions.listBrokers, to: &routes) { request in
            let brokers = try await admin.describeCluster().brokers
            return ServiceResponse(
                json: Resource.list(
                    "KafkaBrokerList", at: request.resources.url("brokers"), brokers.map(request.resources.broker)))
        }
        add(.get, "/brokers/{broker_id}", named: "api.v3.brokers.get", V3Descriptions.getBroker, to: &routes) {
            request in
            let number = try request.number("broker_id")
            guard let broker = try await admin.describeCluster().brokers.first(where: { $0.nodeID == number }) else {
                throw RESTError.notFound
            }
            return ServiceResponse(json: request.resources.broker(broker))
        }
        add(
            .get, "/brokers/{broker_id}/partition-replicas", named: "api.v3.replicas.search-by-broker",
            V3Descriptions.listReplicasOfBroker, to: &routes
        ) { request in
            let number = try request.number("broker_id")
            guard try await admin.describeCluster().brokers.contains(where: { $0.nodeID == number }) else {
                throw RESTError.missing("Broker \(number) cannot be found.")
            }
            let replicas = try await admin.describePartitions().flatMap { topic in
                topic.partitions.filter { $0.replicas.contains(number) }
                    .map { request.resources.replica(number, of: $0, topic.name) }
            }
            let url = request.resources.url("brokers", String(number), "partition-replicas")
            return ServiceResponse(json: Resource.list("KafkaReplicaList", at: url, replicas))
        }
    }
}
