import HTTPService
import HTTPTypes

extension V3Descriptions {
    static let topicSchema = resource([
        "topic_name": .string, "is_internal": .boolean, "replication_factor": .integer, "partitions_count": .integer,
        "partitions": relation, "configs": relation, "partition_reassignments": relation,
        "authorized_operations": .array(of: .string),
    ])
    static let partitionSchema = resource(
        [
            "topic_name": .string, "partition_id": .integer, "leader": relation, "replicas": relation,
            "reassignment": relation,
        ], optional: ["leader"])
    static let replicaSchema = resource([
        "topic_name": .string, "partition_id": .integer, "broker_id": .integer, "is_leader": .boolean,
        "is_in_sync": .boolean, "broker": relation,
    ])
    static let reassignmentSchema = resource([
        "topic_name": .string, "partition_id": .integer, "adding_replicas": .array(of: .integer),
        "removing_replicas": .array(of: .integer), "replicas": relation,
    ])
    private static let operations = RouteDescription.Parameter(
        "include_authorized_operations", "Whether to say what the proxy may do with it.", .boolean)

    static let listTopics = get("Lists the topics.", list(of: topicSchema), query: [operations])
    static let getTopic = get("Describes a topic.", topicSchema, path: [topic], query: [operations])
    static let createTopic = RouteDescription(
        "Creates a topic.", path: [cluster],
        body: .object(
            [
                "topic_name": .string, "partitions_count": .integer, "replication_factor": .integer,
                "replicas_assignments": .array(
                    of: .object(["partition_id": .integer, "broker_ids": .array(of: .integer)])),
                "configs": .array(of: .object(["name": .string, "value": .string])), "validate_only": .boolean,
            ],
            optional: [
                "partitions_count", "replication_factor", "replicas_assignments", "configs", "validate_only",
            ]),
        answers: [
            .init(.created, "The topic is there; Location says where.", topicSchema),
            .init(.ok, "The topic could be created, where only that was asked.", topicSchema),
        ])
    static let patchTopic = RouteDescription(
        "Adds partitions to a topic.", path: [cluster, topic], body: .object(["partitions_count": .integer]),
        answers: [.init(.ok, "The topic with its partitions.", topicSchema)])
    static let deleteTopic = change("Deletes a topic with its records.", path: [topic])

    static let listPartitions = get("Lists a topic's partitions.", list(of: partitionSchema), path: [topic])
    static let getPartition = get("Describes a partition.", partitionSchema, path: [topic, partition])
    static let getOffsets = get(
        "Tells where a partition begins and ends.",
        resource(
            [
                "topic_name": .string, "partition_id": .integer, "earliest_offset": .integer,
                "latest_offset": .integer,
            ], optional: ["earliest_offset", "latest_offset"]),
        path: [topic, partition],
        query: [
            .init(
                "offset_type", "Which of the two; both where it is not there.",
                .oneOf(["earliest_and_latest", "earliest", "latest"]))
        ])
    static let listReplicas = get(
        "Lists the copies of a partition.", list(of: replicaSchema), path: [topic, partition])
    static let getReplica = get(
        "Describes a broker's copy of a partition.", replicaSchema, path: [topic, partition, broker])

    static let listReassignments = get(
        "Lists the partitions that are on their way to other brokers.", list(of: reassignmentSchema))
    static let listReassignmentsOfTopic = get(
        "Lists a topic's partitions that are on their way to other brokers.", list(of: reassignmentSchema),
        path: [topic])
    static let getReassignment = get(
        "Tells to which brokers a partition is on its way.", reassignmentSchema, path: [topic, partition])

    // MARK: Groups

    private static let groupSchema = resource([
        "consumer_group_id": .string, "is_simple": .boolean, "partition_assignor": .string, "state": .string,
        "type": .oneOf(["CLASSIC", "CONSUMER", "SHARE"]), "is_mixed_consumer_group": .boolean, "coordinator": relation,
        "consumers": relation, "lag_summary": relation,
    ])
    private static let consumerSchema = resource([
        "consumer_group_id": .string, "consumer_id": .string, "instance_id": JSONSchema.string.orNull,
        "client_id": .string, "assignments": relation,
    ])
    private static let assignmentSchema = resource([
        "consumer_group_id": .string, "consumer_id": .string, "topic_name": .string, "partition_id": .integer,
        "partition": relation, "lag": relation,
    ])
    private static let lagSchema = resource([
        "consumer_group_id": .string, "topic_name": .string, "partition_id": .integer, "consumer_id": .string,
        "instance_id": JSONSchema.string.orNull, "client_id": .string, "current_offset": .integer,
        "log_end_offset": .integer, "lag": .integer,
    ])

    static let listGroups = get("Lists the consumer groups.", list(of: groupSchema))
    static let getGroup = get("Describes a consumer group.", groupSchema, path: [group])
    static let listConsumers = get("Lists a group's consumers.", list(of: consumerSchema), path: [group])
    static let getConsumer = get("Describes a consumer.", consumerSchema, path: [group, consumer])
    static let listAssignments = get(
        "Lists the partitions that a consumer reads.", list(of: assignmentSchema), path: [group, consumer])
    static let getAssignment = get(
        "Describes a partition that a consumer reads.", assignmentSchema, path: [group, consumer, topic, partition])
    static let getLagSummary = get(
        "Tells how far a group is behind at most and in all.",
        resource([
            "consumer_group_id": .string, "max_lag": .integer, "total_lag": .integer, "max_lag_consumer_id": .string,
            "max_lag_consumer": relation, "max_lag_client_id": .string,
            "max_lag_instance_id": JSONSchema.string.orNull, "max_lag_topic_name": .string,
            "max_lag_partition_id": .integer, "max_lag_partition": relation,
        ]), path: [group])
    static let listLags = get(
        "Tells how far a group is behind in each partition.", list(of: lagSchema), path: [group])
    static let getLag = get(
        "Tells how far a group is behind in a partition.", lagSchema, path: [group, topic, partition])
}
