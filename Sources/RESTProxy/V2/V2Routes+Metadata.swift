import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import RecordFormat

extension V2Routes {
    /// Adds what tells of topics, partitions and brokers.
    func addMetadata(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        routes.add(.get, "/topics", named: "api.v2.topics.list", V2Descriptions.topics, types: Self.control) {
            request in
            let topics = try await admin.listTopics(includingInternal: true)
            return request.answer(.array(topics.map { .string($0.name) }))
        }
        routes.add(.get, "/topics/{topic}", named: "api.v2.topics.get", V2Descriptions.topic, types: Self.control) {
            request in
            let name = request.parameter("topic")
            let topic = try await admin.describeTopic(name)
            let resource = ConfigResource.topic(name)
            let configs = try await admin.describeConfigs([resource])[resource]?.get() ?? []
            var values = JSONObject()
            for entry in configs { values[entry.name] = .text(entry.isSensitive ? nil : entry.value) }
            return request.answer([
                "name": .string(name), "configs": .object(values),
                "partitions": .array(topic.partitions.map(Self.json)),
            ])
        }
        let partitions = "/topics/{topic}/partitions"
        routes.add(.get, partitions, named: "api.v2.partitions.list", V2Descriptions.partitions, types: Self.control) {
            request in
            let topic = try await admin.describeTopic(request.parameter("topic"))
            return request.answer(.array(topic.partitions.map(Self.json)))
        }
        routes.add(
            .get, partitions + "/{partition}", named: "api.v2.partitions.get", V2Descriptions.partition,
            types: Self.control
        ) { request in
            request.answer(Self.json(try await partition(of: request)))
        }
        routes.add(
            .get, partitions + "/{partition}/offsets", named: "api.v2.partitions.get-offsets", V2Descriptions.offsets,
            types: Self.control
        ) { request in
            let number = try await partition(of: request).partition
            let place = TopicPartition(request.parameter("topic"), number)
            async let beginning = admin.listOffsets([place: .earliest])
            let end = try await admin.listOffsets([place: .latest])
            return request.answer([
                "beginning_offset": .integer(try await beginning[place]?.get().offset.rawValue ?? 0),
                "end_offset": .integer(try end[place]?.get().offset.rawValue ?? 0),
            ])
        }
        routes.add(.get, "/brokers", named: "api.v2.brokers.list", V2Descriptions.brokers, types: Self.control) {
            request in
            let brokers = try await admin.describeCluster().brokers
            return request.answer(["brokers": .array(brokers.map { .integer($0.nodeID) })])
        }
    }

    private func partition(of request: ProxyRequest) async throws -> PartitionDescription {
        let number = try Self.partition(request)
        let topic = try await clients.admin.describeTopic(request.parameter("topic"))
        guard let partition = topic.partitions.first(where: { $0.partition == number }) else {
            throw RESTError.partitionNotFound
        }
        return partition
    }

    private static func json(_ partition: PartitionDescription) -> JSONValue {
        [
            "partition": .integer(partition.partition),
            // As Kafka's clients have it where nobody leads.
            "leader": .integer(partition.leader ?? -1),
            "replicas": .array(
                partition.replicas.map { broker in
                    [
                        "broker": .integer(broker), "leader": .bool(broker == partition.leader),
                        "in_sync": .bool(partition.inSyncReplicas.contains(broker)),
                    ]
                }),
        ]
    }
}
