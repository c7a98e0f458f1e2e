import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import RecordFormat

extension V3Routes {
    func addPartitions(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        let partitions = "/topics/{topic_name}/partitions"
        add(.get, partitions, named: "api.v3.partitions.list", V3Descriptions.listPartitions, to: &routes) { request in
            let topic = try await admin.describeTopic(request.parameter("topic_name"))
            return ServiceResponse(
                json: Resource.list(
                    "KafkaPartitionList", at: request.resources.url("topics", topic.name, "partitions"),
                    topic.partitions.map { request.resources.partition($0, of: topic.name) }))
        }
        let partition = partitions + "/{partition_id}"
        add(.get, partition, named: "api.v3.partitions.get", V3Descriptions.getPartition, to: &routes) { request in
            guard let (topic, partition) = try await Self.partition(request, admin) else { throw RESTError.notFound }
            return ServiceResponse(json: request.resources.partition(partition, of: topic))
        }
        add(
            .get, partition + "/offset", named: "api.v3.partitions.list.offsets", V3Descriptions.getOffsets, to: &routes
        ) { request in try await Self.offsets(request, admin) }
        add(.get, partition + "/replicas", named: "api.v3.replicas.list", V3Descriptions.listReplicas, to: &routes) {
            request in
            guard let (topic, partition) = try await Self.partition(request, admin) else {
                throw RESTError.missing(Self.missing(request))
            }
            let url = request.resources.url("topics", topic, "partitions", String(partition.partition), "replicas")
            return ServiceResponse(
                json: Resource.list("KafkaReplicaList", at: url, request.resources.replicas(of: partition, topic)))
        }
        add(
            .get, partition + "/replicas/{broker_id}", named: "api.v3.replicas.get", V3Descriptions.getReplica,
            to: &routes
        ) { request in
            let broker = try request.number("broker_id")
            guard let (topic, partition) = try await Self.partition(request, admin) else {
                throw RESTError.missing(Self.missing(request))
            }
            guard partition.replicas.contains(broker) else { throw RESTError.notFound }
            return ServiceResponse(json: request.resources.replica(broker, of: partition, topic))
        }
        addReassignments(to: &routes)
    }

    /// The topic and the partition that a path names; `nil` for a partition that the topic has not.
    private static func partition(
        _ request: ClusterRequest, _ admin: KafkaAdmin
    ) async throws -> (topic: String, partition: PartitionDescription)? {
        let number = try request.number("partition_id")
        let topic = try await admin.describeTopic(request.parameter("topic_name"))
        return topic.partitions.first { $0.partition == number }.map { (topic.name, $0) }
    }

    private static func missing(_ request: ClusterRequest) -> String {
        "Partition \(request.parameter("partition_id")) of topic \(request.parameter("topic_name")) could not be found"
            + " on cluster \(request.resources.clusterID)."
    }

    private static func offsets(_ request: ClusterRequest, _ admin: KafkaAdmin) async throws -> ServiceResponse {
        let type = request.query("offset_type") ?? "earliest_and_latest"
        guard ["earliest_and_latest", "earliest", "latest"].contains(type) else {
            throw RESTError.badRequest("offset_type:\(type) is invalid")
        }
        guard let (topic, partition) = try await partition(request, admin) else { throw RESTError.partitionNotFound }
        let name = TopicPartition(topic, partition.partition)
        func end(_ specification: OffsetSpecification) async throws -> LogOffset? {
            try await admin.listOffsets([name: specification])[name]?.get().offset
        }
        let earliest = type == "latest" ? nil : try await end(.earliest)
        let latest = type == "earliest" ? nil : try await end(.latest)
        return ServiceResponse(
            json: request.resources.offsets(name, type: type, earliest: earliest, latest: latest))
    }

    // MARK: Reassignments

    private func addReassignments(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(
            .get, "/topics/-/partitions/-/reassignment", named: "api.v3.partition-reassignments.list",
            V3Descriptions.listReassignments, to: &routes
        ) { request in
            let reassignments = try await admin.reassignments()
            let url = request.resources.url("topics", "-", "partitions", "-", "reassignment")
            return ServiceResponse(
                json: Resource.list(
                    "KafkaReassignmentList", at: url, reassignments.map(request.resources.reassignment)))
        }
        add(
            .get, "/topics/{topic_name}/partitions/-/reassignment",
            named: "api.v3.partition-reassignments.search-by-topic",
            V3Descriptions.listReassignmentsOfTopic, to: &routes
        ) { request in
            let topic = try await admin.describeTopic(request.parameter("topic_name"))
            let reassignments = try await admin.reassignments(
                of: topic.partitions.map { TopicPartition(topic.name, $0.partition) })
            let url = request.resources.url("topics", topic.name, "partitions", "-", "reassignment")
            return ServiceResponse(
                json: Resource.list(
                    "KafkaReassignmentList", at: url, reassignments.map(request.resources.reassignment)))
        }
        add(
            .get, "/topics/{topic_name}/partitions/{partition_id}/reassignment",
            named: "api.v3.partition-reassignments.get", V3Descriptions.getReassignment, to: &routes
        ) { request in
            guard let (topic, partition) = try await Self.partition(request, admin) else { throw RESTError.notFound }
            let name = TopicPartition(topic, partition.partition)
            guard let reassignment = try await admin.reassignments(of: [name]).first else { throw RESTError.notFound }
            return ServiceResponse(json: request.resources.reassignment(reassignment))
        }
    }
}
