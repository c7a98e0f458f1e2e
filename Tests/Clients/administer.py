"""Runs the administration that the clients know against a server and prints what each step gave, as one JSON object.

confluent-kafka and kafka-python each know a part of it; what a step gives is cut down to what a check needs.
"""

import argparse
import json

DEADLINE = 60.0


def outcome(step):
    """What a step gives, or the name of the error that it ends with."""
    from confluent_kafka import KafkaException

    try:
        return step()
    except KafkaException as exception:
        return exception.args[0].name()
    except Exception as exception:
        return type(exception).__name__


def confluent(bootstrap):
    from confluent_kafka import ElectionType, Producer, TopicCollection, TopicPartition
    from confluent_kafka.admin import (
        AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, ResourceType)

    admin = AdminClient({"bootstrap.servers": bootstrap})
    topic = ConfigResource(ResourceType.TOPIC, "confluent")
    broker = ConfigResource(ResourceType.BROKER, "1")

    def wait(futures):
        return {key: future.result(DEADLINE) for key, future in futures.items()}

    def entry(resource, name):
        found = list(wait(admin.describe_configs([resource])).values())[0][name]
        return [found.value, found.source, found.is_read_only, sorted(found.synonyms)]

    def change(resource, name, operation, value):
        resource = ConfigResource(resource.restype, resource.name, incremental_configs=[
            ConfigEntry(name, value, incremental_operation=operation)])
        wait(admin.incremental_alter_configs([resource]))
        return "done"

    def delete_records():
        producer = Producer({"bootstrap.servers": bootstrap})
        for number in range(5):
            producer.produce("confluent", value=str(number), partition=0)
        producer.flush(DEADLINE)
        deleted = wait(admin.delete_records([TopicPartition("confluent", 0, 3)]))
        return [result.low_watermark for result in deleted.values()]

    steps = {
        "create": lambda: sorted(wait(admin.create_topics([NewTopic("confluent", 1, 1)]))),
        "extend": lambda: sorted(wait(admin.create_partitions([NewPartitions("confluent", 2)]))),
        "default": lambda: entry(topic, "retention.ms"),
        "set": lambda: change(topic, "retention.ms", AlterConfigOpType.SET, "86400000"),
        "append": lambda: change(topic, "cleanup.policy", AlterConfigOpType.APPEND, "compact"),
        "own": lambda: entry(topic, "retention.ms"),
        "list": lambda: entry(topic, "cleanup.policy"),
        "unset": lambda: change(topic, "retention.ms", AlterConfigOpType.DELETE, None),
        "unset list": lambda: change(topic, "cleanup.policy", AlterConfigOpType.DELETE, None),
        "unknown setting": lambda: change(topic, "no.such", AlterConfigOpType.SET, "1"),
        "broker": lambda: change(broker, "log.retention.ms", AlterConfigOpType.SET, "7200000"),
        "inherited": lambda: entry(topic, "retention.ms"),
        "read-only": lambda: change(broker, "node.id", AlterConfigOpType.SET, "2"),
        "records": delete_records,
        "elect": lambda: [
            error and error.name()
            for error in admin.elect_leaders(ElectionType.PREFERRED, [TopicPartition("confluent", 0)])
            .result(DEADLINE).values()],
        "cluster": lambda: len(admin.describe_cluster(include_authorized_operations=True).result(DEADLINE).nodes),
        "topics": lambda: [
            len(description.partitions)
            for description in wait(admin.describe_topics(TopicCollection(["confluent"]))).values()],
        "delete": lambda: sorted(wait(admin.delete_topics(["confluent"]))),
    }
    return {name: outcome(step) for name, step in steps.items()}


def kafka_python(bootstrap):
    from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
    from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)

    def resource(configs=None):
        return ConfigResource(ConfigResourceType.TOPIC, "python", configs)

    def modified():
        return {
            name: entry["value"] for name, entry in admin.describe_configs([resource()])["topic"]["python"].items()}

    def delete_records():
        producer = KafkaProducer(bootstrap_servers=bootstrap)
        for number in range(5):
            producer.send("python", str(number).encode(), partition=0).get(DEADLINE)
        producer.close()
        partition = TopicPartition("python", 0)
        return admin.delete_records({partition: 3})[partition]["low_watermark"]

    def quorum():
        found = admin.describe_metadata_quorum()["topics"][0]["partitions"][0]
        return [found["leader_id"], [voter["replica_id"] for voter in found["current_voters"]]]

    def log_directories():
        found = admin.describe_log_dirs()[0]["log_dirs"][0]
        sizes = [
            partition["partition_size"] for topic in found["topics"] if topic["name"] == "python"
            for partition in topic["partitions"]]
        return [len(sizes), sum(sizes) > 0, 0 < found["usable_bytes"] <= found["total_bytes"]]

    def features():
        return {name: list(feature["finalized"]) for name, feature in admin.describe_features().items()}

    steps = {
        "create": lambda: len(admin.create_topics([NewTopic("python", 1, 1)])["topics"]),
        "extend": lambda: admin.create_partitions({"python": NewPartitions(2)}) and "done",
        "alter": lambda: admin.alter_configs([resource({"retention.ms": "1000"})])["topic"]["python"],
        "modified": modified,
        "reset": lambda: admin.reset_configs([resource(["retention.ms"])])["topic"]["python"],
        "as before": modified,
        "records": delete_records,
        "quorum": quorum,
        "log directories": log_directories,
        "resources": lambda: "python" in admin.list_config_resources()["topic"],
        "partitions": lambda: len(admin.describe_topic_partitions(["python"])["topics"][0]["partitions"]),
        "reassignments": lambda: admin.list_partition_reassignments(),
        "lower": lambda: admin.update_features({"transaction.version": ("SAFE_DOWNGRADE", 1)}),
        "lowered": lambda: features()["transaction.version"],
        "raise": lambda: admin.update_features({"transaction.version": 2}),
        "raised": lambda: features()["transaction.version"],
        "delete": lambda: admin.delete_topics(["python"]) and "done",
    }
    results = {name: outcome(step) for name, step in steps.items()}
    admin.close()
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=["confluent-kafka", "kafka-python"], required=True)
    parser.add_argument("--bootstrap", required=True)
    arguments = parser.parse_args()
    run = confluent if arguments.client == "confluent-kafka" else kafka_python
    print(json.dumps(run(arguments.bootstrap)))


if __name__ == "__main__":
    main()
