import HTTPService
import HTTPTypes
import JSON

/// What the routes of API v3 are for, what they take and what they answer: the OpenAPI document is written from it.
enum V3Descriptions {
    // MARK: Parts

    /// A resource with these fields beside those that all have.
    static func resource(
        _ fields: KeyValuePairs<String, JSONSchema>, optional: Set<String> = []
    ) -> JSONSchema {
        resource(members: Array(fields), optional: optional)
    }

    /// A resource with fields that were put together.
    static func resource(
        members fields: [(key: String, value: JSONSchema)], optional: Set<String> = []
    ) -> JSONSchema {
        let metadata = JSONSchema.object(
            ["self": .string, "resource_name": .string], optional: ["resource_name"])
        let common = [("kind", JSONSchema.string), ("metadata", metadata), ("cluster_id", .string)]
        return .object(members: common.map { (key: $0.0, value: $0.1) } + fields, optional: optional)
    }

    /// A list of resources.
    static func list(of resource: JSONSchema) -> JSONSchema {
        .object([
            "kind": .string, "metadata": .object(["self": .string, "next": JSONSchema.string.orNull]),
            "data": .array(of: resource),
        ])
    }

    /// A reference to another resource.
    static let relation = JSONSchema.object(["related": .string])

    static let cluster = RouteDescription.Parameter("cluster_id", "The Kafka cluster's id.")
    static let topic = RouteDescription.Parameter("topic_name", "The topic's name.")
    static let partition = RouteDescription.Parameter("partition_id", "The partition's number.", .integer)
    static let broker = RouteDescription.Parameter("broker_id", "The broker's number.", .integer)
    static let group = RouteDescription.Parameter("consumer_group_id", "The consumer group's id.")
    static let consumer = RouteDescription.Parameter("consumer_id", "The consumer's id in its group.")

    /// A route that answers with a body.
    static func get(
        _ summary: String, _ schema: JSONSchema, path: [RouteDescription.Parameter] = [],
        query: [RouteDescription.Parameter] = []
    ) -> RouteDescription {
        RouteDescription(
            summary, path: [cluster] + path, query: query, answers: [.init(.ok, "What was asked for.", schema)])
    }

    /// A route that changes something and answers without a body.
    static func change(
        _ summary: String, body: JSONSchema? = nil, path: [RouteDescription.Parameter] = []
    ) -> RouteDescription {
        RouteDescription(summary, path: [cluster] + path, body: body, answers: [.init(.noContent, "It is done.")])
    }

    // MARK: Clusters and brokers

    static let clusterSchema = resource(
        [
            "controller": relation, "acls": relation, "brokers": relation, "broker_configs": relation,
            "consumer_groups": relation, "topics": relation, "partition_reassignments": relation,
        ], optional: ["controller"])
    static let brokerSchema = resource([
        "broker_id": .integer, "host": JSONSchema.string.orNull, "port": JSONSchema.integer.orNull,
        "rack": JSONSchema.string.orNull, "configs": relation, "partition_replicas": relation,
    ])

    static let listClusters = RouteDescription(
        "Lists the one Kafka cluster that the proxy serves.",
        answers: [.init(.ok, "What was asked for.", list(of: clusterSchema))])
    static let getCluster = get("Describes the cluster.", clusterSchema)
    static let listBrokers = get("Lists the cluster's brokers.", list(of: brokerSchema))
    static let getBroker = get("Describes a broker.", brokerSchema, path: [broker])
    static let listReplicasOfBroker = get(
        "Lists the copies of partitions that a broker keeps.", list(of: replicaSchema), path: [broker])

    // MARK: ACLs

    static let accessControlFields: KeyValuePairs<String, JSONSchema> = [
        "resource_type": .oneOf([
            "UNKNOWN", "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID", "DELEGATION_TOKEN", "USER",
        ]), "resource_name": .string, "pattern_type": .oneOf(["UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"]),
        "principal": .string, "host": .string, "operation": .string,
        "permission": .oneOf(["UNKNOWN", "ANY", "DENY", "ALLOW"]),
    ]
    private static let accessControlQuery = accessControlFields.map {
        RouteDescription.Parameter($0.key, "What entries have to say of it; anything where it is not there.", $0.value)
    }

    static let listAccessControls = get(
        "Lists the entries of the cluster's ACLs that are like this.", list(of: resource(accessControlFields)),
        query: accessControlQuery)
    static let createAccessControl = RouteDescription(
        "Adds an entry to the cluster's ACLs.", path: [cluster], body: .object(accessControlFields),
        answers: [.init(.created, "It is there; Location says where.")])
    static let createAccessControls = RouteDescription(
        "Adds entries to the cluster's ACLs.", path: [cluster],
        body: .object(["data": .array(of: .object(accessControlFields))]),
        answers: [.init(.created, "They are there.")])
    static let deleteAccessControls = get(
        "Deletes the entries of the cluster's ACLs that are like this.",
        .object(["data": .array(of: resource(accessControlFields))]), query: accessControlQuery)
}

extension JSONSchema {
    /// An object with members that were put together.
    static func object(
        members: [(key: String, value: JSONSchema)], optional: Set<String> = []
    ) -> JSONSchema {
        // The literal form takes no list, so that objects are added up.
        members.reduce(JSONSchema.object([:])) { schema, member in
            schema.adding(member.key, member.value, isOptional: optional.contains(member.key))
        }
    }

    private func adding(_ name: String, _ schema: JSONSchema, isOptional: Bool) -> JSONSchema {
        guard var object = json.object else { return self }
        var properties = object["properties"]?.object ?? .init()
        properties[name] = schema.json
        object["properties"] = .object(properties)
        if !isOptional { object["required"] = .array((object["required"]?.array ?? []) + [.string(name)]) }
        return JSONSchema(.object(object))
    }
}
