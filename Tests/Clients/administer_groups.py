"""Runs what the admin clients know of groups, offsets, transactions, replicas and cluster against a server, and prints what
each step gave, as one JSON object. `administer.py` has settings, partitions, records and features.
"""

import argparse
import asyncio
import json

DEADLINE = 60.0
RECORDS = 6


def outcome(step):
    """What a step gives, or the name of the error that it ends with."""
    try:
        return step()
    except Exception as exception:
        error = exception.args[0] if exception.args else None
        return error.name() if hasattr(error, "name") else type(exception).__name__


def prepare(bootstrap, topic, group):
    """A topic with two partitions, six records in the first, and a group that has read four of them and gone."""
    from confluent_kafka import Consumer, Producer, TopicPartition
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(DEADLINE)
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(RECORDS):
        producer.produce(topic, str(number), partition=0, timestamp=1000 + number)
    producer.flush(DEADLINE)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    consumer.commit(offsets=[TopicPartition(topic, 0, 4)], asynchronous=False)
    consumer.close()


def confluent(bootstrap):
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
    from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec, ResourceType

    topic = group = "confluent-groups"
    prepare(bootstrap, topic, group)
    admin = AdminClient({"bootstrap.servers": bootstrap})

    def offset(spec):
        found = admin.list_offsets({TopicPartition(topic, 0): spec})
        return [future.result(DEADLINE).offset for future in found.values()]

    def committed():
        found = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result(DEADLINE)
        return [[entry.partition, entry.offset] for entry in found.topic_partitions]

    def alter_offsets():
        wanted = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 2)])
        found = admin.alter_consumer_group_offsets([wanted])[group].result(DEADLINE)
        return [entry.error for entry in found.topic_partitions]

    def alter_configs():
        resource = ConfigResource(ResourceType.TOPIC, topic, set_config={"retention.ms": "5000"})
        return [future.result(DEADLINE) for future in admin.alter_configs([resource]).values()]

    def describe_group():
        found = admin.describe_consumer_groups([group], include_authorized_operations=True)[group].result(DEADLINE)
        return [found.state.name, len(found.members)]

    steps = {
        "earliest": lambda: offset(OffsetSpec.earliest()),
        "latest": lambda: offset(OffsetSpec.latest()),
        "by time": lambda: offset(OffsetSpec.for_timestamp(1003)),
        "highest time": lambda: offset(OffsetSpec.max_timestamp()),
        "committed": committed,
        "alter offsets": alter_offsets,
        "altered": committed,
        "alter settings": alter_configs,
        "listed": lambda: group in {entry.group_id for entry in admin.list_consumer_groups().result(DEADLINE).valid},
        "listed as before": lambda: group in {entry.id for entry in admin.list_groups(timeout=DEADLINE)},
        "described": describe_group,
        "topics": lambda: len(admin.list_topics(timeout=DEADLINE).topics[topic].partitions),
        "cluster": lambda: len(admin.cluster_id(timeout=DEADLINE)) > 0,
        "delete group": lambda: [
            future.result(DEADLINE) for future in admin.delete_consumer_groups([group]).values()],
        "deleted": lambda: admin.describe_consumer_groups([group])[group].result(DEADLINE).state.name,
    }
    return {name: outcome(step) for name, step in steps.items()}


def aiokafka(bootstrap):
    from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
    from aiokafka.structs import TopicPartition

    topic = group = "aiokafka-groups"
    prepare(bootstrap, topic, group)

    async def run():
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "5000"})

        async def attempt(step):
            try:
                return await step
            except Exception as exception:
                return type(exception).__name__

        async def create():
            return [entry[1] for entry in (await admin.create_topics([NewTopic("aiokafka-new", 1, 1)])).topic_errors]

        async def extend():
            found = await admin.create_partitions({"aiokafka-new": NewPartitions(3)})
            return [entry[1] for entry in found.topic_errors]

        async def described():
            return [len(entry["partitions"]) for entry in await admin.describe_topics(["aiokafka-new"])]

        async def alter():
            return [entry[0] for answer in await admin.alter_configs([resource]) for entry in answer.resources]

        async def setting():
            entries = (await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)]))[0].resources[0]
            return {entry[0]: entry[1] for entry in entries[4]}["retention.ms"]

        async def delete_records():
            partition = TopicPartition(topic, 0)
            found = await admin.delete_records({partition: RecordsToDelete(before_offset=3)})
            return found[partition]

        async def committed():
            found = await admin.list_consumer_group_offsets(group)
            return [[partition.partition, entry.offset] for partition, entry in found.items() if entry.offset >= 0]

        async def groups():
            return group in {entry[0] for entry in await admin.list_consumer_groups()}

        async def group_state():
            return [entry[2] for answer in await admin.describe_consumer_groups([group]) for entry in answer.groups]

        async def delete():
            return [entry[1] for entry in (await admin.delete_topics(["aiokafka-new"])).topic_error_codes]

        async def topics():
            return topic in await admin.list_topics()

        async def cluster():
            return len((await admin.describe_cluster())["brokers"])

        steps = {
            "create": create, "extend": extend, "described": described, "alter": alter, "setting": setting,
            "delete records": delete_records, "committed": committed, "groups": groups, "group": group_state,
            "coordinator": lambda: admin.find_coordinator(group), "topics": topics, "cluster": cluster,
            "delete": delete,
        }
        results = {name: await attempt(step()) for name, step in steps.items()}
        await admin.close()
        return results

    return asyncio.run(run())


def kafka_python(bootstrap):
    from kafka import KafkaAdminClient, KafkaProducer, TopicPartition, TopicPartitionReplica
    from kafka.admin import MemberToRemove, OffsetSpec
    from kafka.structs import OffsetAndMetadata

    topic = group = "python-groups"
    prepare(bootstrap, topic, group)
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id="python-transaction")
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, b"in a transaction", partition=1).get(DEADLINE)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)

    def names(errors):
        return [error.__name__ if error else None for error in errors.values()]

    def committed():
        return [[entry.partition, found.offset] for entry, found in admin.list_group_offsets([group])[group].items()]

    def log_directory():
        return admin.describe_log_dirs()[0]["log_dirs"][0]["log_dir"]

    def transactions():
        return [[entry.transactional_id, entry.state] for found in admin.list_transactions().values() for entry in found]

    def transaction():
        found = admin.describe_transactions(["python-transaction"])["python-transaction"]
        return [str(found.state), len(found.topic_partitions)]

    def end():
        producer.abort_transaction()
        producer.close()
        # What is over is written down first and carried out then.
        return str(admin.describe_transactions(["python-transaction"])["python-transaction"].state) != "Ongoing"

    steps = {
        "earliest": lambda: admin.list_partition_offsets({first: OffsetSpec.EARLIEST})[first].offset,
        "latest": lambda: admin.list_partition_offsets({first: OffsetSpec.LATEST})[first].offset,
        "highest time": lambda: admin.list_partition_offsets({first: OffsetSpec.MAX_TIMESTAMP})[first].offset,
        "committed": committed,
        "alter offsets": lambda: names(admin.alter_group_offsets(group, {first: OffsetAndMetadata(2, "", -1)})),
        "altered": committed,
        "reset offsets": lambda: [
            entry["offset"] for entry in admin.reset_group_offsets(group, {first: OffsetSpec.EARLIEST}).values()],
        "delete offsets": lambda: names(admin.delete_group_offsets(group, [first])),
        "forgotten": committed,
        "listed": lambda: group in {entry["group_id"] for entry in admin.list_groups()},
        "described": lambda: admin.describe_groups([group])[group]["group_state"],
        "remove nobody": lambda: names(
            admin.remove_group_members(group, [MemberToRemove(group_instance_id="nobody")])),
        "delete group": lambda: len(admin.delete_groups([group])),
        "producers": lambda: len(admin.describe_producers([second])[second].active_producers),
        "transactions": transactions,
        "transaction": transaction,
        "hanging": lambda: len(admin.find_hanging_transactions()),
        "end": end,
        "elect": lambda: admin.elect_leaders(0, {topic: [0]}, raise_errors=False) is not None,
        "move": lambda: names(
            admin.alter_replica_log_dirs({TopicPartitionReplica(topic, 0, 1): log_directory()})),
        "reassign": lambda: names(admin.alter_partition_reassignments({first: [1]})),
        "reassign elsewhere": lambda: names(admin.alter_partition_reassignments({first: [7]})),
        "cluster": lambda: len(admin.describe_cluster()["brokers"]),
        "topics": lambda: [topic in admin.list_topics(), len(admin.describe_topics([topic])[0]["partitions"])],
    }
    results = {name: outcome(step) for name, step in steps.items()}
    admin.close()
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=["confluent-kafka", "kafka-python", "aiokafka"], required=True)
    parser.add_argument("--bootstrap", required=True)
    arguments = parser.parse_args()
    run = {"confluent-kafka": confluent, "kafka-python": kafka_python, "aiokafka": aiokafka}[arguments.client]
    print(json.dumps(run(arguments.bootstrap)))


if __name__ == "__main__":
    main()
