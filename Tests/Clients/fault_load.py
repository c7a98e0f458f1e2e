"""Load on a topic while faults are done to its cluster, and what became of each record."""

import json
import logging
import os
import statistics
import threading

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from fault_cluster import DEADLINE, now, wait

# Records per second and partition. What lies between two acknowledgements without a fault is a hundredth of a second.
RATE = 100
# Librdkafka's own patience; by default it asks for new leaders only after tenths of a second.
QUICK = {"log_level": 2, "reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 10,
         "retry.backoff.max.ms": 100, "topic.metadata.refresh.fast.interval.ms": 20}

# In milliseconds, 60 s by default: how long the producer waits for the answer of a leader.
PATIENCE = 1000


def create_topic(bootstrap, topic, partitions, **settings):
    create_topic_of(bootstrap, topic, partitions, 3, **settings)


def create_topic_of(bootstrap, topic, partitions, replicas, **settings):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    new = NewTopic(topic, partitions, replicas, config={key.replace("_", "."): str(value) for key, value in settings.items()})

    def is_made():
        try:
            admin.create_topics([new])[topic].result(DEADLINE)
            return True
        except KafkaException as error:
            # Nodes that have begun to serve are counted a moment later.
            if error.args[0].code() != KafkaError.INVALID_REPLICATION_FACTOR:
                raise
            return False

    wait("the topic to be made", is_made)


def log_of(cluster):
    """What the producer says goes beside the nodes' logs."""
    log = logging.Logger("producer")
    handler = logging.FileHandler(os.path.join(cluster.directory, "producer.log"))
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    return log


class Load:
    """One idempotent producer with acks=all that sends numbered records to each partition at a steady rate."""

    def __init__(self, cluster, topic, partitions, rate=RATE):
        self.cluster, self.topic, self.partitions, self.rate = cluster, topic, partitions, rate
        # By partition: how many were sent, the offsets of those acknowledged by number, and when each of them was.
        self.sent = [0] * partitions
        self.offsets = [{} for _ in range(partitions)]
        self.moments = [[] for _ in range(partitions)]
        self.failures, self.stopping = [], threading.Event()
        self.producer = Producer({
            "bootstrap.servers": cluster.bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 1,
            "message.timeout.ms": 600_000, "error_cb": self.failed,
            # What is on its way to a leader that answers no more is sent to the next one only after this.
            "socket.timeout.ms": PATIENCE, "request.timeout.ms": PATIENCE, **QUICK,
            # Why it began a new epoch, should records be there twice.
            "debug": "eos", "log_level": 7}, logger=log_of(cluster))
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        self.wait_for_acknowledgements(now())
        return self

    def __exit__(self, kind, *_):
        self.stopping.set()
        self.thread.join()
        # After a failure nothing is waited for that may never come.
        left = self.producer.flush(DEADLINE if kind is None else 1)
        if left:
            self.failures.append(f"{left} records without an answer")

    def failed(self, error):
        if error.fatal():
            self.failures.append(f"the producer has given up: {error}")

    def run(self):
        begun, done = now(), 0
        while not self.stopping.is_set():
            due = int((now() - begun) * self.rate)
            for _ in range(done, due):
                for partition in range(self.partitions):
                    self.send(partition)
            done = max(done, due)
            self.producer.poll(0.005)

    def send(self, partition):
        number = self.sent[partition]

        def delivered(error, message):
            if error is not None:
                self.failures.append(f"record {number} of partition {partition}: {error}")
                return
            self.offsets[partition][number] = message.offset()
            self.moments[partition].append(now())

        try:
            self.producer.produce(
                self.topic, f"{partition}-{number}", key=str(number % 97), partition=partition, on_delivery=delivered)
        except BufferError:
            # What waits for a leader fills the queue: this one is sent later.
            return
        self.sent[partition] = number + 1

    @property
    def acknowledged(self):
        return sum(len(offsets) for offsets in self.offsets)

    def wait_for_acknowledgements(self, since, but=()):
        """Waits until each partition has acknowledged something that was acknowledged after a moment."""
        others = [number for number in range(self.partitions) if number not in but]
        wait("every partition to take records", lambda: all(
            self.moments[number] and self.moments[number][-1] > since for number in others))

    def gaps(self, faults):
        return gaps(self.moments, faults)


def gaps(acknowledgements, faults):
    """The longest time without an acknowledgement, over all partitions, that began or ended after each fault."""
    ends = faults[1:] + [float("inf")]
    longest = [0.0] * len(faults)
    for moments in acknowledgements:
        place = 0
        for before, after in zip(moments, moments[1:]):
            while place + 1 < len(faults) and after >= ends[place]:
                place += 1
            if faults and after >= faults[place]:
                longest[place] = max(longest[place], after - before)
    return longest


def read_all(cluster, topic, partitions, seconds=DEADLINE):
    """Every record of a topic: by partition its offsets, keys and values in order."""
    consumer = Consumer({
        "bootstrap.servers": cluster.bootstrap, "group.id": f"{topic}-verifier", "enable.auto.commit": False,
        "auto.offset.reset": "error", "enable.partition.eof": True, **QUICK})
    places = [TopicPartition(topic, number, 0) for number in range(partitions)]
    consumer.assign(places)
    records, left, end = [[] for _ in range(partitions)], set(range(partitions)), now() + seconds
    try:
        while left:
            if now() > end:
                raise TimeoutError(f"partitions {sorted(left)} of {topic} could not be read to their ends")
            for message in consumer.consume(10_000, 0.5):
                error = message.error()
                if error is None:
                    records[message.partition()].append((message.offset(), message.key(), message.value()))
                elif error.code() == KafkaError._PARTITION_EOF:
                    left.discard(message.partition())
                elif not error.retriable() and error.code() != KafkaError._ALL_BROKERS_DOWN:
                    raise KafkaException(error)
    finally:
        consumer.close()
    return records


def verify(load, records):
    """Holds what can be read against what was sent and acknowledged."""
    lost = duplicated = disordered = wrong = 0
    for partition, found in enumerate(records):
        numbers = []
        for offset, key, value in found:
            own, number = value.decode().split("-")
            number = int(number)
            wrong += int(own) != partition or key != str(number % 97).encode() or number >= load.sent[partition]
            numbers.append(number)
            acknowledged = load.offsets[partition].get(number)
            # The acknowledgement of a second copy is not the first one's.
            wrong += acknowledged is not None and acknowledged != offset
        lost += len(load.offsets[partition].keys() - set(numbers))
        duplicated += len(numbers) - len(set(numbers))
        disordered += sum(after < before for before, after in zip(numbers, numbers[1:]))
    return {"lost": lost, "duplicated": duplicated, "disordered": disordered, "wrong": wrong}


def outcome(name, load, faults, records, notes="", probe=None):
    """A scenario's line of the table."""
    def milliseconds(of, found):
        return round(1000 * of(found)) if found else None

    found, probed = load.gaps(faults), probe.gaps(faults) if probe else []
    line = {"fault": name, "times": len(faults), "acknowledged": load.acknowledged, **verify(load, records),
            "medianMs": milliseconds(statistics.median, found), "longestMs": milliseconds(max, found),
            "probeMedianMs": milliseconds(statistics.median, probed), "probeLongestMs": milliseconds(max, probed),
            "failures": load.failures[:10], "notes": notes}
    print(json.dumps(line), flush=True)
    return line
