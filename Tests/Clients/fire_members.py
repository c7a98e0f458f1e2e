"""The members of the group in `fire.py`: one consumer in a process of its own, with the client that is asked for.

Each writes down what it is given, reads and commits; a line stands before the commit that it tells of is sent.
"""

import json
import os
import select
import signal
import struct
import time

HEARTBEAT = 0.2
COMMIT_INTERVAL = 0.25
# The process that all others are children of, and that ends them.
PARENT = os.getpid()


def now():
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def end_with_parent():
    """Ends a child whose parent was killed: nobody else would end it."""
    if os.getppid() != PARENT:
        os._exit(1)


class Journal:
    """The pipe's end that a child writes to; a line is shorter than what the kernel writes in one piece."""

    def __init__(self, pipe, member):
        self.pipe, self.member = pipe, member

    def write(self, event, **fields):
        line = json.dumps({"event": event, "member": self.member, "at": now(), **fields}) + "\n"
        assert len(line) <= select.PIPE_BUF
        os.write(self.pipe, line.encode())


class Member:
    """One consumer: it commits what it has read now and then, and before it leaves."""

    # Whether the client itself now and then begins before what was committed.
    MAY_REWIND = False

    def __init__(self, arguments, journal):
        self.is_leaving = False
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "is_leaving", True))
        self.journal = journal
        self.topic = arguments.topic
        self.is_eager = arguments.protocol == "eager"
        self.held, self.pending = set(), {}

    def run(self):
        self.journal.write("joining")
        self.subscribe()
        due = now()
        while not self.is_leaving:
            end_with_parent()
            for partition, offset in self.poll():
                self.read(partition, offset)
            if now() >= due:
                self.commit(list(self.pending))
                due = now() + COMMIT_INTERVAL
        self.commit(list(self.pending))
        self.close()
        self.journal.write("left")

    def was_assigned(self, numbers):
        self.held = numbers if self.is_eager else self.held | numbers
        self.journal.write("owns", generation=self.generation(), partitions=sorted(self.held))

    def gave(self, numbers):
        self.held -= numbers
        self.journal.write("gives", partitions=sorted(numbers))

    def lost(self, numbers):
        self.forget(numbers)
        self.held -= numbers
        self.journal.write("loses", partitions=sorted(numbers))

    def forget(self, numbers):
        """What was read of `numbers` is not committed: whoever has them next reads it again."""
        for number in numbers:
            self.pending.pop(number, None)

    def read(self, partition, offset):
        first, following = self.pending.get(partition, (offset, offset))
        if offset != following:
            self.journal.write("gap", partition=partition, expected=following, found=offset)
        self.pending[partition] = (min(first, offset), max(following, offset + 1))

    def commit(self, partitions):
        """Writes down what was read of `partitions`, and commits it."""
        done = {number: self.pending.pop(number) for number in partitions if number in self.pending}
        if not done:
            return
        ends = {number: end for number, (_, end) in done.items()}
        self.journal.write("read", ranges=[[number, *places] for number, places in done.items()])
        self.journal.write("commits", offsets=list(ends.items()))
        accepted, refusal = self.send_commit(ends)
        if refusal is not None:
            # The group has gone on without this member: the next owner reads once more. What stays in hand is read on
            # from where it is; it counts as read, and a later commit covers it.
            self.journal.write("refused", error=refusal)
        else:
            self.journal.write("committed", offsets=list(accepted.items()))


class ConfluentMember(Member):
    """librdkafka: it also commits whenever it has to give a partition up."""

    PROTOCOLS = {
        "eager": {"group.protocol": "classic", "partition.assignment.strategy": "range,roundrobin"},
        "cooperative": {"group.protocol": "classic", "partition.assignment.strategy": "cooperative-sticky"},
        "consumer": {"group.protocol": "consumer"},
    }

    def __init__(self, arguments, journal):
        from confluent_kafka import Consumer

        super().__init__(arguments, journal)
        settings = {
            "bootstrap.servers": arguments.bootstrap, "group.id": arguments.topic, "client.id": journal.member,
            "auto.offset.reset": "earliest", "enable.auto.commit": False, "enable.auto.offset.store": False,
            "fetch.wait.max.ms": 100, **self.PROTOCOLS[arguments.protocol],
        }
        if arguments.protocol != "consumer":
            settings |= {
                "session.timeout.ms": int(arguments.session * 1000), "heartbeat.interval.ms": int(HEARTBEAT * 1000)}
        self.consumer = Consumer(settings)

    def subscribe(self):
        self.consumer.subscribe(
            [self.topic], on_assign=lambda _, partitions: self.was_assigned(self.numbers(partitions)),
            on_revoke=self.revoked, on_lost=lambda _, partitions: self.lost(self.numbers(partitions)))

    def revoked(self, _, partitions):
        numbers = self.numbers(partitions)
        self.commit(numbers)
        self.gave(numbers)

    @staticmethod
    def numbers(partitions):
        return {partition.partition for partition in partitions}

    def generation(self):
        """The generation, or the epoch of the member, that the client is in: it stands behind the tag of the bytes."""
        metadata = self.consumer.consumer_group_metadata()
        tag, rest = metadata[:7], metadata[7:11]
        if tag != b"CGMDv2:":
            raise ValueError(f"metadata of a group in an unknown form: {metadata[:16]}")
        return struct.unpack("<i", rest)[0]

    def poll(self):
        message = self.consumer.poll(0.1)
        return [] if message is None or message.error() else [(message.partition(), message.offset())]

    def send_commit(self, ends):
        from confluent_kafka import KafkaException, TopicPartition

        offsets = [TopicPartition(self.topic, number, end) for number, end in ends.items()]
        try:
            answered = self.consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as failure:
            return None, failure.args[0].name()
        return {entry.partition: entry.offset for entry in answered if entry.error is None}, None

    def close(self):
        self.consumer.close()


class KafkaPythonMember(Member):
    """kafka-python, which does not hold a JoinGroup back as librdkafka does.

    Its callbacks come on its own thread and may not wait for a commit: what is not committed by then its next owner
    reads again, and a member that gets back what it had reads on from where it was.
    """

    # A poll that ends before its OffsetFetch is answered leaves the answer behind (3.0.12), and whoever is given the
    # very same partitions again, generations later, goes by it: back to where they were then.
    MAY_REWIND = True

    @staticmethod
    def assignors(protocol):
        from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
        from kafka.coordinator.assignors.range import RangePartitionAssignor

        return {"eager": [RangePartitionAssignor], "cooperative": [CooperativeStickyAssignor]}[protocol]

    def __init__(self, arguments, journal):
        from kafka import KafkaConsumer

        super().__init__(arguments, journal)
        # What it held at last, also after it has given all of it up to join again.
        self.had = set()
        self.consumer = KafkaConsumer(
            bootstrap_servers=arguments.bootstrap, group_id=arguments.topic, client_id=journal.member,
            auto_offset_reset="earliest", enable_auto_commit=False, fetch_max_wait_ms=100,
            session_timeout_ms=int(arguments.session * 1000), heartbeat_interval_ms=int(HEARTBEAT * 1000),
            partition_assignment_strategy=self.assignors(arguments.protocol))

    def subscribe(self):
        from kafka import ConsumerRebalanceListener

        member = self

        class Listener(ConsumerRebalanceListener):
            def on_partitions_assigned(self, assigned):
                member.assigned(member.numbers(assigned))

            def on_partitions_revoked(self, revoked):
                member.gave(member.numbers(revoked))

            def on_partitions_lost(self, lost):
                member.had -= member.numbers(lost)
                member.lost(member.numbers(lost))

        self.consumer.subscribe([self.topic], listener=Listener())

    def assigned(self, numbers):
        kept = self.had & numbers if self.is_eager else self.held
        self.forget(set(self.pending) - kept)
        self.was_assigned(numbers)
        self.had = set(self.held)

    @staticmethod
    def numbers(partitions):
        return {partition.partition for partition in partitions}

    def generation(self):
        return self.consumer.group_metadata().generation_id

    def poll(self):
        return [
            (record.partition, record.offset)
            for records in self.consumer.poll(timeout_ms=100).values() for record in records]

    def send_commit(self, ends):
        from kafka import TopicPartition
        from kafka.errors import KafkaError
        from kafka.structs import OffsetAndMetadata

        offsets = {TopicPartition(self.topic, number): OffsetAndMetadata(end, "", -1) for number, end in ends.items()}
        try:
            self.consumer.commit(offsets, timeout_ms=10_000)
        except KafkaError as failure:
            return None, type(failure).__name__
        return ends, None

    def close(self):
        self.consumer.close()


MEMBERS = {"confluent": ConfluentMember, "kafka-python": KafkaPythonMember}
