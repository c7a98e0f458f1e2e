import HTTPService
import HTTPTypes
import JSON
import KafkaClient

extension V3Routes {
    func addTopics(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(.get, "/topics", named: "api.v3.topics.list", V3Descriptions.listTopics, to: &routes) { request in
            let topics = try await admin.describePartitions()
            // The list has had a name of its own for what a topic has another one for.
            let wantsOperations =
                request.proxy.request.queryFlag("includeAuthorizedOperations")
                ?? request.proxy.request.queryFlag("include_authorized_operations") ?? false
            let operations =
                wantsOperations ? try await admin.authorizedOperations(onTopics: topics.map(\.name)) : [:]
            return ServiceResponse(
                json: Resource.list(
                    "KafkaTopicList", at: request.resources.url("topics"),
                    topics.map { request.resources.topic($0, operations: operations[$0.name] ?? []) }))
        }
        add(.get, "/topics/{topic_name}", named: "api.v3.topics.get", V3Descriptions.getTopic, to: &routes) {
            request in
            let name = request.parameter("topic_name")
            let topic = try await admin.describeTopic(name)
            let wantsOperations = request.proxy.request.queryFlag("include_authorized_operations") ?? false
            let operations = wantsOperations ? try await admin.authorizedOperations(onTopics: [name])[name] : nil
            return ServiceResponse(json: request.resources.topic(topic, operations: operations ?? []))
        }
        add(.post, "/topics", named: "api.v3.topics.create", V3Descriptions.createTopic, to: &routes) { request in
            let creation = try TopicCreation(
                try request.body(missing: "Request body is empty. Data is required."))
            let created = try await admin.createTopic(creation.topic, validateOnly: creation.validateOnly)
            let topic = request.resources.topic(
                created.name, isInternal: false,
                replicationFactor: Int(created.replicationFactor ?? creation.replicationFactor ?? 0),
                partitionCount: Int(created.partitions ?? creation.partitionCount ?? 0))
            return ServiceResponse(
                creation.validateOnly ? .ok : .created, json: topic,
                headers: [.location: request.resources.url("topics", created.name)])
        }
        add(.patch, "/topics/{topic_name}", named: "api.v3.topics.partitions", V3Descriptions.patchTopic, to: &routes) {
            request in
            let name = request.parameter("topic_name")
            let body = try request.body(missing: "Request body is empty. Partitions_count is required.")
            guard let count = try body.optionalInteger("partitions_count", as: Int32.self) else {
                throw RESTError.invalidPayload("Request body is empty. Partitions_count is required.")
            }
            try await admin.createPartitions(of: name, totalCount: count)
            return ServiceResponse(json: request.resources.topic(try await admin.describeTopic(name)))
        }
        add(.delete, "/topics/{topic_name}", named: "api.v3.topics.delete", V3Descriptions.deleteTopic, to: &routes) {
            request in
            try await admin.deleteTopic(request.parameter("topic_name"))
            return ServiceResponse(.noContent)
        }
    }
}

/// The body of `POST /topics`.
struct TopicCreation: Sendable, Hashable {
    /// The topic.
    var topic: NewTopic
    /// Whether to check only if it could be created.
    var validateOnly: Bool
    /// How many partitions the body asks for.
    var partitionCount: Int32?
    /// How many replicas the body asks for.
    var replicationFactor: Int16?

    /// Reads a body.
    ///
    /// - Throws: ``RESTError`` with status 400, or 42206 for a name that no topic can have.
    init(_ body: JSONObject) throws {
        let name = try body.text("topic_name")
        guard Self.isValid(name) else { throw RESTError.invalidPayload("Invalid topic name.") }
        let assignments = try Self.assignments(body)
        partitionCount =
            assignments.isEmpty
            ? try body.optionalInteger("partitions_count", as: Int32.self) : Int32(assignments.count)
        replicationFactor =
            assignments.isEmpty
            ? try body.optionalInteger("replication_factor", as: Int16.self)
            : assignments.values.first.map { Int16(clamping: $0.count) }
        var configs: [String: String] = [:]
        for entry in try body.optionalObjects("configs") ?? [] {
            let key = try entry.text("name")
            guard configs[key] == nil else { throw RESTError.badRequest("the setting \(key) is there twice") }
            configs[key] = try entry.text("value")
        }
        topic = NewTopic(
            name, partitions: partitionCount ?? -1, replicationFactor: replicationFactor ?? -1, configs: configs,
            assignments: assignments)
        validateOnly = try body.optionalFlag("validate_only") ?? false
    }

    /// The brokers of each partition: a list of objects as API's document has it, or an object as kafka-rest reads it.
    private static func assignments(_ body: JSONObject) throws -> [Int32: [Int32]] {
        var assignments: [Int32: [Int32]] = [:]
        func add(_ partition: Int32?, _ brokers: JSONValue?) throws {
            let numbers = brokers?.array?.map { $0.int64.flatMap { Int32(exactly: $0) } } ?? [nil]
            guard let partition, assignments[partition] == nil, !numbers.contains(nil) else {
                throw RESTError.badRequest(
                    "'replicas_assignments' has to be a list of a partition_id and broker_ids each")
            }
            assignments[partition] = numbers.compactMap(\.self)
        }
        if let object = body["replicas_assignments"]?.object {
            for member in object { try add(Int32(member.name), member.value) }
        } else {
            for entry in try body.optionalObjects("replicas_assignments") ?? [] {
                try add(try entry.optionalInteger("partition_id", as: Int32.self), entry["broker_ids"])
            }
        }
        return assignments
    }

    /// Whether a topic may have this name: what Kafka's own check says.
    private static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 249
            && name.unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
                default: false
                }
            }
    }
}
