"""Share consumers (KIP-932) of librdkafka read a topic as a queue. Prints one JSON object whose `problems` is empty when all
went as a share group must.

Only librdkafka speaks the protocol among the clients here. Each step is waited for and none is timed:
 1. Two members read 400 records; each is given to one of them.
 2. Every tenth record is released once and comes back, and every tenth is rejected and does not.
 3. A member that comes later is given nothing of what was done with, and all that is new.
"""

import argparse
import json
import time

from confluent_kafka import AcknowledgeType, KafkaException, Producer, ShareConsumer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic

RECORDS = 400
DEADLINE = 90


class Member:
    """One share consumer with what it was given, and how often."""

    def __init__(self, arguments):
        self.consumer = ShareConsumer({
            "bootstrap.servers": arguments.bootstrap, "group.id": arguments.group,
            "share.acknowledgement.mode": "explicit",
        })
        self.consumer.subscribe([arguments.topic])
        self.given = []

    def poll(self, decide):
        """Polls once and acknowledges what came, by what `decide` says of each value."""
        for message in self.consumer.poll(0.2):
            if message.error():
                raise KafkaException(message.error())
            value = int(message.value())
            self.given.append(value)
            self.consumer.acknowledge(message, decide(value))
        for partition, error in self.consumer.commit_sync(30.0).items():
            if error:
                raise RuntimeError(f"{partition}: {error}")


class Queue:
    """What the records that are given out are to come to."""

    def __init__(self):
        self.released, self.done = set(), set()

    def decide(self, value):
        if value % 10 == 3 and value not in self.released:
            self.released.add(value)
            return AcknowledgeType.RELEASE
        self.done.add(value)
        return AcknowledgeType.REJECT if value % 10 == 7 else AcknowledgeType.ACCEPT


def produce(arguments, values):
    producer = Producer({"bootstrap.servers": arguments.bootstrap})
    for value in values:
        producer.produce(arguments.topic, str(value))
    producer.flush()


def read(members, queue, count, problems):
    end = time.monotonic() + DEADLINE
    while len(queue.done) < count:
        for member in members:
            member.poll(queue.decide)
        if time.monotonic() > end:
            problems.append(f"{len(queue.done)} of {count} records are done with")
            return


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bootstrap", "--topic", "--group"):
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    for future in admin.create_topics([NewTopic(arguments.topic, 2, 1)]).values():
        future.result()
    group = ConfigResource(ConfigResource.Type.GROUP, arguments.group)
    group.add_incremental_config(
        ConfigEntry("share.auto.offset.reset", "earliest", incremental_operation=AlterConfigOpType.SET))
    for future in admin.incremental_alter_configs([group]).values():
        future.result()

    problems, queue = [], Queue()
    members = [Member(arguments), Member(arguments)]
    produce(arguments, range(RECORDS))
    read(members, queue, RECORDS, problems)
    given = sorted(value for member in members for value in member.given)
    expected = sorted(list(range(RECORDS)) + [value for value in range(RECORDS) if value % 10 == 3])
    if given != expected:
        problems.append(f"records came another number of times than they should: {len(given)} of {len(expected)}")
    for member in members:
        member.consumer.close()

    late = Member(arguments)
    produce(arguments, range(RECORDS, RECORDS + 100))
    read([late], queue, RECORDS + 100, problems)
    if any(value < RECORDS for value in late.given):
        problems.append("what was done with has come back")
    late.consumer.close()
    print(json.dumps({"problems": problems}))


if __name__ == "__main__":
    main()
