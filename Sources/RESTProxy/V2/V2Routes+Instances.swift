import Coordination
import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import RecordFormat

extension V2Routes {
    /// Where instances are.
    static let instance = "/consumers/{group}/instances/{instance}"

    /// Adds what creates instances, deletes them and says what they read.
    func addInstances(to routes: inout ProxyRoutes) {
        addCreation(to: &routes)
        addSubscription(to: &routes)
        let path = Self.instance + "/assignments"
        routes.add(
            .post, path, named: "api.v2.consumers.assign", V2Descriptions.assign, types: Self.consumers
        ) { request in
            let json = try BodyReader.object(request.request.body)
            let partitions = try BodyReader.partitions(json)
            return try await requests.answer(request) { instance in
                try await instance.change(to: .partitions(partitions))
                return ServiceResponse(.noContent)
            }
        }
        routes.add(
            .get, path, named: "api.v2.consumers.get-assignments", V2Descriptions.assignment, types: Self.consumers
        ) { request in
            try await requests.answer(request) { instance in
                let partitions = instance.consumer.assignment.sorted()
                return request.answer(["partitions": .array(partitions.map(Self.json))])
            }
        }
    }

    private func addCreation(to routes: inout ProxyRoutes) {
        routes.add(
            .post, "/consumers/{group}", named: "api.v2.consumers.create", V2Descriptions.createConsumer,
            types: Self.consumers
        ) { request in
            let group = request.parameter("group")
            let (configuration, name) = try InstanceConfiguration.parse(request.request.body)
            let id = try await instances.create(group: group, name: name, configuration)
            let path =
                "/consumers/\(PercentEncoding.pathSegment(group))/instances/\(PercentEncoding.pathSegment(id.name))"
            return request.answer([
                "instance_id": .string(id.name), "base_uri": .string(baseURL + path),
            ])
        }
        routes.add(
            .delete, Self.instance, named: "api.v2.consumers.delete", V2Descriptions.deleteConsumer,
            types: Self.consumers
        ) { request in
            try await requests.answer(request) { instance in
                await instances.delete(instance)
                return ServiceResponse(.noContent)
            }
        }
    }

    private func addSubscription(to routes: inout ProxyRoutes) {
        let path = Self.instance + "/subscription"
        routes.add(
            .post, path, named: "api.v2.consumers.subscribe", V2Descriptions.subscribe, types: Self.consumers
        ) { request in
            let target = try InstanceTarget.subscription(request.request.body)
            return try await requests.answer(request) { instance in
                try await instance.change(to: target)
                return ServiceResponse(.noContent)
            }
        }
        routes.add(
            .get, path, named: "api.v2.consumers.get-subscription", V2Descriptions.subscription, types: Self.consumers
        ) { request in
            try await requests.answer(request) { instance in
                let topics = try await subscribedTopics(instance.target)
                return request.answer(["topics": .array(topics.map(JSONValue.string))])
            }
        }
        routes.add(
            .delete, path, named: "api.v2.consumers.unsubscribe", V2Descriptions.unsubscribe, types: Self.consumers
        ) { request in
            try await requests.answer(request) { instance in
                try await instance.change(to: .none)
                return ServiceResponse(.noContent)
            }
        }
    }

    /// The topics of a subscription; of a pattern, those that it matches now.
    private func subscribedTopics(_ target: InstanceTarget) async throws -> [String] {
        switch target {
        case .none, .partitions: return []
        case .topics(let topics): return topics
        case .pattern(let text):
            let pattern = try InstanceTarget.matcher(text)
            return try await clients.admin.listTopics().map(\.name).filter { pattern.matches($0) }
        }
    }

    /// What the URLs of answers begin with.
    private var baseURL: String { instances.owner }

    /// A partition as requests and answers have it.
    static func json(_ partition: TopicPartition) -> JSONValue {
        ["topic": .string(partition.topic), "partition": .integer(partition.partition)]
    }
}
