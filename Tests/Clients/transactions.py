"""Commits, aborts, fences and copies in transactions, and says what readers of committed records see of it.

Creates topics and groups under a prefix. Prints one JSON object; each check's name is a key.
"""

import argparse
import json
import time

from clients import CLIENTS, DEADLINE, Loop

RECORDS = 200
PER_TRANSACTION = 20
PARTITIONS = 2


class ConfluentTransactions:
    COMMITTED, UNCOMMITTED = {"isolation.level": "read_committed"}, {"isolation.level": "read_uncommitted"}

    def __init__(self, bootstrap, transactional_id, timeout=60_000):
        from confluent_kafka import Producer

        self.client = Producer({
            "bootstrap.servers": bootstrap, "transactional.id": transactional_id, "transaction.timeout.ms": timeout,
        })
        self.client.init_transactions(DEADLINE)

    def begin(self):
        self.client.begin_transaction()

    def send(self, topic, value, partition):
        self.client.produce(topic, value=value.encode(), partition=partition)
        self.client.poll(0)

    def flush(self):
        self.client.flush(DEADLINE)

    def send_offsets(self, topic, offsets, consumer, group):
        from confluent_kafka import TopicPartition

        entries = [TopicPartition(topic, partition, offset) for partition, offset in offsets.items()]
        self.client.send_offsets_to_transaction(entries, consumer.client.consumer_group_metadata(), DEADLINE)

    def commit(self):
        self.client.commit_transaction(DEADLINE)

    def abort(self):
        self.client.abort_transaction(DEADLINE)

    def close(self):
        # Its transactions are over; flush() would tell a fenced one so once more.
        self.client.purge()


class KafkaPythonTransactions:
    COMMITTED, UNCOMMITTED = {"isolation_level": "read_committed"}, {"isolation_level": "read_uncommitted"}

    def __init__(self, bootstrap, transactional_id, timeout=60_000):
        from kafka import KafkaProducer

        self.client = KafkaProducer(
            bootstrap_servers=bootstrap, transactional_id=transactional_id, transaction_timeout_ms=timeout)
        self.client.init_transactions()

    def begin(self):
        self.client.begin_transaction()

    def send(self, topic, value, partition):
        self.client.send(topic, value=value.encode(), partition=partition)

    def flush(self):
        self.client.flush(DEADLINE)

    def send_offsets(self, topic, offsets, consumer, group):
        from kafka import TopicPartition
        from kafka.structs import OffsetAndMetadata

        entries = {
            TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in offsets.items()}
        self.client.send_offsets_to_transaction(entries, group)

    def commit(self):
        self.client.commit_transaction()

    def abort(self):
        self.client.abort_transaction()

    def close(self):
        self.client.close(0)


class AiokafkaTransactions(Loop):
    COMMITTED, UNCOMMITTED = {"isolation_level": "read_committed"}, {"isolation_level": "read_uncommitted"}

    def __init__(self, bootstrap, transactional_id, timeout=60_000):
        from aiokafka import AIOKafkaProducer

        super().__init__()
        self.client = self.run(
            AIOKafkaProducer, bootstrap_servers=bootstrap, transactional_id=transactional_id,
            transaction_timeout_ms=timeout)
        self.run(self.client.start)

    def begin(self):
        self.run(self.client.begin_transaction)

    def send(self, topic, value, partition):
        self.run(self.client.send, topic, value=value.encode(), partition=partition)

    def flush(self):
        self.run(self.client.flush)

    def send_offsets(self, topic, offsets, consumer, group):
        from aiokafka import TopicPartition

        entries = {TopicPartition(topic, partition): offset for partition, offset in offsets.items()}
        self.run(self.client.send_offsets_to_transaction, entries, group)

    def commit(self):
        self.run(self.client.commit_transaction)

    def abort(self):
        self.run(self.client.abort_transaction)

    def close(self):
        try:
            self.run(self.client.stop)
        except Exception:  # One that was fenced says so once more.
            pass
        self.end_loop()


TRANSACTIONS = {
    "confluent-kafka": ConfluentTransactions, "kafka-python": KafkaPythonTransactions,
    "aiokafka": AiokafkaTransactions,
}


class Checks:
    def __init__(self, name, bootstrap, prefix):
        self.client, self.transactions = CLIENTS[name], TRANSACTIONS[name]
        self.bootstrap, self.prefix = bootstrap, prefix
        self.producers = []
        admin = self.client.Admin(bootstrap)
        for topic in ("ends", "open", "fenced", "copy-in", "copy-out", "slow"):
            admin.create(self.named(topic), partitions=PARTITIONS)
        admin.close()

    def named(self, name):
        return f"{self.prefix}-{name}"

    def producer(self, name, **settings):
        self.producers.append(self.transactions(self.bootstrap, self.named(name), **settings))
        return self.producers[-1]

    def read(self, topic, settings, count):
        """The values of all partitions, sorted: waits for `count` of them, and looks once more for what is too many."""
        consumers = []
        for partition in range(PARTITIONS):
            consumers.append(self.client.Consumer(self.bootstrap, self.named("reader"), **settings))
            consumers[-1].assign(self.named(topic), partition, 0)
        values, end = [], time.monotonic() + DEADLINE
        while len(values) < count and time.monotonic() < end:
            for consumer in consumers:
                values += [record.value.decode() for record in consumer.poll(0.2)]
        for consumer in consumers:
            values += [record.value.decode() for record in consumer.poll(0.5)]
            consumer.close()
        return sorted(values)

    def commit_and_abort(self):
        """Every second transaction is aborted; readers of committed records see none of it."""
        producer = self.producer("ends")
        for transaction in range(10):
            producer.begin()
            for number in range(PER_TRANSACTION):
                producer.send(self.named("ends"), f"{transaction:02}-{number:02}", number % PARTITIONS)
            # Records that were never sent could not be aborted.
            producer.flush()
            if transaction % 2:
                producer.abort()
            else:
                producer.commit()
        committed = [f"{t:02}-{n:02}" for t in range(0, 10, 2) for n in range(PER_TRANSACTION)]
        everything = [f"{t:02}-{n:02}" for t in range(10) for n in range(PER_TRANSACTION)]
        return {
            "committed": self.read("ends", self.transactions.COMMITTED, len(committed)) == committed,
            "uncommitted": self.read("ends", self.transactions.UNCOMMITTED, len(everything)) == everything,
        }

    def open_transaction(self):
        """Readers of committed records wait at an open transaction, also for records behind it that are in none."""
        plain = self.client.Producer(self.bootstrap)
        # Who has read this has been given all that there was to read.
        plain.send_all(self.named("open"), [(0, b"ahead")])
        producer = self.producer("open")
        producer.begin()
        producer.send(self.named("open"), "inside", 0)
        producer.flush()
        plain.send_all(self.named("open"), [(0, b"behind")])
        plain.close()
        before = self.read("open", self.transactions.COMMITTED, 1)
        producer.commit()
        return {"before": before, "after": self.read("open", self.transactions.COMMITTED, 3)}

    def fencing(self):
        """A producer that another has replaced can do no more, and what it had not committed is aborted."""
        zombie = self.producer("fenced")
        zombie.begin()
        zombie.send(self.named("fenced"), "zombie", 0)
        zombie.flush()
        heir = self.producer("fenced")
        heir.begin()
        heir.send(self.named("fenced"), "heir", 0)
        heir.commit()
        error = None
        try:
            zombie.commit()
        except Exception as failure:  # Each client has an exception of its own for this.
            error = type(failure).__name__
        return {"isFenced": error is not None, "read": self.read("fenced", self.transactions.COMMITTED, 1)}

    def copy(self):
        """Consume, transform, produce: each record once, though every third transaction is given up."""
        source = self.client.Producer(self.bootstrap)
        source.send_all(
            self.named("copy-in"), [(number % PARTITIONS, str(number).encode()) for number in range(RECORDS)])
        source.close()
        producer = self.producer("copier")
        group = self.named("copiers")
        position = {partition: 0 for partition in range(PARTITIONS)}
        rounds, deadline = 0, time.monotonic() + 2 * DEADLINE
        while sum(position.values()) < RECORDS and time.monotonic() < deadline:
            partition = min(position, key=position.get)
            consumer = self.client.Consumer(self.bootstrap, group, **self.transactions.COMMITTED)
            consumer.assign(self.named("copy-in"), partition, position[partition])
            records = []
            while not records and time.monotonic() < deadline:
                records = consumer.poll(1.0)[:PER_TRANSACTION]
            producer.begin()
            for record in records:
                producer.send(self.named("copy-out"), record.value.decode(), partition)
            following = records[-1].offset + 1
            producer.send_offsets(self.named("copy-in"), {partition: following}, consumer, group)
            producer.flush()
            rounds += 1
            if rounds % 3 == 0:
                producer.abort()
            else:
                producer.commit()
                position[partition] = following
            consumer.close()
        read = self.read("copy-out", self.transactions.COMMITTED, RECORDS)
        consumer = self.client.Consumer(self.bootstrap, group, **self.transactions.COMMITTED)
        committed = consumer.committed(self.named("copy-in"), range(PARTITIONS))
        consumer.close()
        return {
            "eachOnce": read == sorted(str(number) for number in range(RECORDS)),
            "offsets": [committed[partition] for partition in range(PARTITIONS)],
        }

    def timeout(self):
        """A transaction that takes too long is aborted, and its producer told so."""
        slow, error = self.producer("slow", timeout=1000), None
        try:
            slow.begin()
            slow.send(self.named("slow"), "late", 0)
            slow.flush()
        except Exception as failure:  # On a busy machine it may be told as early as here.
            error = type(failure).__name__
        other = self.producer("in-time")
        other.begin()
        other.send(self.named("slow"), "in time", 0)
        other.commit()
        # Nothing is to be seen before the slow transaction has been aborted.
        read = self.read("slow", self.transactions.COMMITTED, 1)
        if error is None:
            try:
                slow.commit()
            except Exception as failure:  # Each client has an exception of its own for this.
                error = type(failure).__name__
        return {"read": read, "isRefused": error is not None}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--prefix", required=True)
    arguments = parser.parse_args()
    checks = Checks(arguments.client, arguments.bootstrap, arguments.prefix)
    results = {}
    for check in ("commit_and_abort", "open_transaction", "fencing", "copy", "timeout"):
        results[check] = getattr(checks, check)()
    for producer in checks.producers:
        producer.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
