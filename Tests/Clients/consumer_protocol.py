"""Consumers of the consumer protocol (KIP-848) share a topic, with members of the classic protocol among them. Prints one
JSON object whose `problems` is empty when all went as a group must.

Only librdkafka speaks the protocol among the clients here. Each step is waited for and none is timed:
 1. One member holds all six partitions and reads the first 600 records; a second joins, and each holds three.
 2. 600 more records are read once by the two, and the second leaves.
 3. A member of the classic protocol joins; the last one of the new protocol leaves, and the group is a classic one.
 4. One of the new protocol joins again, the classic one leaves.
 5. A regular expression takes in a topic that is created later.
 6. A static member comes back to the partitions that it had.
"""

import argparse
import json
import time

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 6
RECORDS = 600
DEADLINE = 90


class Member:
    """One consumer with what it holds and has read; it runs when it is polled."""

    def __init__(self, arguments, group, topic, protocol="consumer", instance=None):
        settings = {
            "bootstrap.servers": arguments.bootstrap, "group.id": group, "group.protocol": protocol,
            "auto.offset.reset": "earliest", "enable.auto.commit": False, "topic.metadata.refresh.interval.ms": 1000,
        }
        if instance:
            settings["group.instance.id"] = instance
        self.consumer = Consumer(settings)
        self.held, self.read = set(), []
        self.consumer.subscribe([topic], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.revoked)
        self.is_eager = protocol == "classic"

    def assigned(self, _, partitions):
        names = {(partition.topic, partition.partition) for partition in partitions}
        self.held = names if self.is_eager else self.held | names

    def revoked(self, _, partitions):
        self.held -= {(partition.topic, partition.partition) for partition in partitions}

    def poll(self):
        message = self.consumer.poll(0.05)
        if message is None:
            return
        if message.error():
            raise KafkaException(message.error())
        self.read.append(int(message.value()))
        try:
            self.consumer.commit(message, asynchronous=False)
        except KafkaException as error:
            # The group has gone on to an epoch of which the member has not heard yet.
            if error.args[0].name() not in ("STALE_MEMBER_EPOCH", "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"):
                raise

    def leave(self):
        self.consumer.close()


def wait(what, members, condition):
    """Polls the members until `condition()` holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        for member in members:
            member.poll()
        if time.monotonic() > end:
            held = [(sorted(member.held), len(member.read)) for member in members]
            raise TimeoutError(f"{what}: {held}")


def share(what, members, count):
    """Polls until the members hold `count` partitions between them, none twice and each about as many."""
    least = count // len(members)
    wait(what, members, lambda: all(len(member.held) in (least, least + 1) for member in members)
         and len(set().union(*(member.held for member in members))) == count)


def produce(arguments, first):
    producer = Producer({"bootstrap.servers": arguments.bootstrap})
    for number in range(first, first + RECORDS):
        producer.produce(arguments.topic, str(number), partition=number % PARTITIONS)
    producer.flush()


def group_type(admin, group):
    listed = admin.list_consumer_groups().result().valid
    return next((entry.type.name for entry in listed if entry.group_id == group), None)


def check_group(arguments, admin):
    problems, types = [], []
    produce(arguments, 0)
    first = Member(arguments, arguments.group, arguments.topic)
    share("all partitions", [first], PARTITIONS)
    wait("the first records", [first], lambda: len(set(first.read)) == RECORDS)
    second = Member(arguments, arguments.group, arguments.topic)
    share("three partitions each", [first, second], PARTITIONS)
    produce(arguments, RECORDS)
    wait("the second records", [first, second], lambda: len(set(first.read + second.read)) == 2 * RECORDS)
    described = admin.describe_consumer_groups([arguments.group])[arguments.group].result()
    shares = sorted(len(member.assignment.topic_partitions) for member in described.members)
    if shares != [3, 3]:
        problems.append(f"described as {shares}")
    types.append(group_type(admin, arguments.group))
    second.leave()
    share("all partitions again", [first], PARTITIONS)

    classic = Member(arguments, arguments.group, arguments.topic, protocol="classic")
    share("three partitions with a classic member", [first, classic], PARTITIONS)
    first.leave()
    share("all partitions for the classic member", [classic], PARTITIONS)
    types.append(group_type(admin, arguments.group))
    third = Member(arguments, arguments.group, arguments.topic)
    share("three partitions with a new member", [classic, third], PARTITIONS)
    classic.leave()
    share("all partitions for the new member", [third], PARTITIONS)
    types.append(group_type(admin, arguments.group))
    third.leave()
    if types != ["CONSUMER", "CLASSIC", "CONSUMER"]:
        problems.append(f"listed as {types}")
    return problems


def check_expression(arguments, admin):
    names = [f"{arguments.topic}-eu", f"{arguments.topic}-us"]
    admin.create_topics([NewTopic(names[0], 2, 1)])[names[0]].result()
    member = Member(arguments, f"{arguments.group}-expression", f"^{arguments.topic}-.*")
    share("the topic that is there", [member], 2)
    admin.create_topics([NewTopic(names[1], 3, 1)])[names[1]].result()
    share("the topic that came later", [member], 5)
    member.leave()


def check_static(arguments):
    group = f"{arguments.group}-static"
    first = Member(arguments, group, arguments.topic, instance="one")
    other = Member(arguments, group, arguments.topic)
    share("three partitions with a static member", [first, other], PARTITIONS)
    held = set(first.held)
    first.leave()
    back = Member(arguments, group, arguments.topic, instance="one")
    share("the static member's return", [back, other], PARTITIONS)
    problems = [] if back.held == held else [f"came back to {sorted(back.held)}, had {sorted(held)}"]
    back.leave()
    other.leave()
    return problems


def check(arguments):
    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    admin.create_topics([NewTopic(arguments.topic, PARTITIONS, 1)])[arguments.topic].result()
    problems = check_group(arguments, admin)
    check_expression(arguments, admin)
    problems += check_static(arguments)
    admin.delete_consumer_groups([arguments.group])[arguments.group].result()
    return {"problems": problems}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    print(json.dumps(check(parser.parse_args())))


if __name__ == "__main__":
    main()
