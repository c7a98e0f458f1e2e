"""Copies a topic record by record in transactions, so that it may be killed at any moment and started again.

`fill` writes the numbers from 0 on into the source, `copy` copies until it has reached the end, and prints how far it
has come after each transaction; `verify` prints what is wrong with the copy, as readers of committed records see it.
"""

import argparse
import json
import sys
import time

PARTITIONS = 4
BATCH = 500
DEADLINE = 120.0
# Who is left without any broker starts over from the bootstrap address, unless told otherwise; this client then goes on
# waiting for the coordinator at a broker that it has just given up (librdkafka 2.16).
RECOVERY = {"metadata.recovery.strategy": "none", "reconnect.backoff.max.ms": 500}


def fill(arguments):
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    topics = [NewTopic(topic, PARTITIONS, 1) for topic in (arguments.source, arguments.target)]
    for future in admin.create_topics(topics).values():
        future.result(DEADLINE)
    producer = Producer({"bootstrap.servers": arguments.bootstrap, "queue.buffering.max.messages": 1_000_000})
    errors = []
    for number in range(arguments.records):
        producer.produce(
            arguments.source, value=str(number), partition=number % PARTITIONS,
            on_delivery=lambda error, _: errors.append(error) if error else None)
        if number % 1000 == 0:
            producer.poll(0)
    producer.flush(DEADLINE)
    if errors:
        sys.exit(f"filling failed: {errors[0]}")


class Copier:
    def __init__(self, arguments):
        from confluent_kafka import Consumer, Producer, TopicPartition

        self.arguments = arguments
        self.places = [TopicPartition(arguments.source, partition) for partition in range(PARTITIONS)]
        self.producer = Producer({
            "bootstrap.servers": arguments.bootstrap, "transactional.id": arguments.source + "-copier",
            "transaction.timeout.ms": 60_000, **RECOVERY,
        })
        # Fences a copier that was killed, and waits for the end of what it left open.
        self.retried(lambda: self.producer.init_transactions(DEADLINE))
        self.consumer = Consumer({
            "bootstrap.servers": arguments.bootstrap, "group.id": arguments.source + "-copiers",
            "isolation.level": "read_committed", "enable.auto.commit": False, "auto.offset.reset": "earliest",
            **RECOVERY,
        })
        self.rewind()

    def retried(self, call):
        """Calls until it is done or cannot be: a server that is killed comes back."""
        from confluent_kafka import KafkaException

        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                return call()
            except KafkaException as failure:
                if not failure.args[0].retriable() or time.monotonic() > deadline:
                    raise

    def rewind(self):
        """Goes to where the last committed transaction ended."""
        from confluent_kafka import KafkaException, TopicPartition

        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                committed = self.consumer.committed(self.places, timeout=10)
                break
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
        starts = [TopicPartition(place.topic, place.partition, max(place.offset, 0)) for place in committed]
        self.position = {place.partition: place.offset for place in starts}
        self.consumer.assign(starts)

    def run(self):
        from confluent_kafka import KafkaException

        while sum(self.position.values()) < self.arguments.records:
            messages = [m for m in self.consumer.consume(num_messages=BATCH, timeout=1.0) if not m.error()]
            if not messages:
                continue
            try:
                self.copy(messages)
            except KafkaException as failure:
                if not failure.args[0].txn_requires_abort():
                    raise
                self.retried(lambda: self.producer.abort_transaction(DEADLINE))
                self.rewind()
            print(sum(self.position.values()), flush=True)

    def copy(self, messages):
        from confluent_kafka import TopicPartition

        position = dict(self.position)
        self.producer.begin_transaction()
        for message in messages:
            self.producer.produce(self.arguments.target, value=message.value(), partition=message.partition())
            position[message.partition()] = message.offset() + 1
        offsets = [TopicPartition(self.arguments.source, *place) for place in position.items()]
        self.retried(lambda: self.producer.send_offsets_to_transaction(
            offsets, self.consumer.consumer_group_metadata(), DEADLINE))
        self.retried(lambda: self.producer.commit_transaction(DEADLINE))
        self.position = position


def copy(arguments):
    Copier(arguments).run()


def verify(arguments):
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({
        "bootstrap.servers": arguments.bootstrap, "group.id": "verifier", "isolation.level": "read_committed",
        "enable.auto.commit": False, "auto.offset.reset": "earliest", "enable.partition.eof": True,
    })
    consumer.assign([TopicPartition(arguments.target, partition, 0) for partition in range(PARTITIONS)])
    seen, ended = [0] * arguments.records, set()
    inOrder, last = True, [-1] * PARTITIONS
    deadline = time.monotonic() + DEADLINE
    while len(ended) < PARTITIONS and time.monotonic() < deadline:
        for message in consumer.consume(num_messages=5000, timeout=1.0):
            if message.error():
                ended.add(message.partition())
                continue
            number = int(message.value())
            seen[number] += 1
            inOrder = inOrder and number > last[message.partition()]
            last[message.partition()] = number
    consumer.close()
    print(json.dumps({
        "missing": seen.count(0), "repeated": sum(1 for count in seen if count > 1), "inOrder": inOrder,
        "partitionsRead": len(ended),
    }))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["fill", "copy", "verify"])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--records", type=int, required=True)
    arguments = parser.parse_args()
    {"fill": fill, "copy": copy, "verify": verify}[arguments.step](arguments)


if __name__ == "__main__":
    main()
